// The attributes of a SCIM user that a rule may write: a small safe part of RFC 7643, and text of extensions.

/** Where a value stands in a user resource. */
export type ScimPath =
  | { readonly kind: 'plain'; readonly name: string }
  | { readonly kind: 'part'; readonly of: string; readonly name: string }
  /** The value of the one with this type among many (RFC 7644 3.5.2: a path with a value filter). */
  | { readonly kind: 'typed'; readonly of: string; readonly type: string }
  | { readonly kind: 'extension'; readonly schema: string; readonly name: string };

/** What describes a person (RFC 7643 4.1.1). Not: who they are, whether they may log in, what they may do. */
const plain = ['displayName', 'nickName', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone'];
const nameParts = ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'];
const typed: Readonly<Record<string, readonly string[]>> = {
  emails: ['work', 'home', 'other'],
  phoneNumbers: ['work', 'home', 'mobile', 'other'],
};
/** Of the enterprise extension (RFC 7643 4.3); `manager` points to another user. */
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const enterpriseNames = ['employeeNumber', 'costCenter', 'organization', 'division', 'department'];

/** What the text of a rule or record means; undefined when the hub writes no such attribute. Names are written as in the RFC. */
export function scimPathOf(text: string): ScimPath | undefined {
  const extension = /^(urn:[A-Za-z0-9][A-Za-z0-9-]*:[A-Za-z0-9:._-]+):([A-Za-z][A-Za-z0-9_-]*)$/.exec(text);
  if (extension !== null) {
    const [, schema = '', name = ''] = extension;
    const known = schema.toLowerCase();
    if (known === enterprise.toLowerCase())
      return enterpriseNames.includes(name) ? { kind: 'extension', schema: enterprise, name } : undefined;
    // The core schema's attributes have their short names, and no second way round the list above.
    const isOther = known.startsWith('urn:ietf:params:scim:schemas:extension:') || !known.startsWith('urn:ietf:');
    return isOther ? { kind: 'extension', schema, name } : undefined;
  }
  const value = /^([A-Za-z]+)\[type eq "([a-z]+)"\]\.value$/.exec(text);
  if (value !== null) {
    const [, of = '', type = ''] = value;
    return Object.hasOwn(typed, of) && typed[of]?.includes(type) ? { kind: 'typed', of, type } : undefined;
  }
  const [first = '', second, ...more] = text.split('.');
  if (more.length > 0) return undefined;
  if (second === undefined) return plain.includes(first) ? { kind: 'plain', name: first } : undefined;
  return first === 'name' && nameParts.includes(second) ? { kind: 'part', of: first, name: second } : undefined;
}

// The extensions by which an authority limits those below it: names, policies, mappings (RFC 5280 4.2.1.4, 5, 10, 11, 14).
import { childrenOf, contentOf, DerCursor, type DerElement, malformed, tags } from './der.ts';
import { readOid, readSmallInteger } from './der-values.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';

export interface NameConstraints {
  /** Undefined when the field is absent. */
  readonly permitted: readonly GeneralName[] | undefined;
  readonly excluded: readonly GeneralName[] | undefined;
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

export interface PolicyMapping {
  readonly issuer: string;
  readonly subject: string;
}

const mostSubtrees = 1024;
const mostPolicies = 64;

/** Elements of a SEQUENCE SIZE (1..MAX). */
export function atLeastOne(sequence: DerElement, most: number): readonly DerElement[] {
  const found = childrenOf(sequence, most);
  if (found.length === 0) throw malformed('empty list');
  return found;
}

function readSubtree(element: DerElement): GeneralName {
  if (element.tag !== tags.sequence) throw malformed('expected a subtree');
  const cursor = new DerCursor(element);
  const base = readGeneralName(cursor.next());
  // RFC 5280 4.2.1.10: minimum is always 0 (absent in DER) and maximum always absent.
  cursor.end();
  return base;
}

export function readNameConstraints(root: DerElement): NameConstraints {
  const cursor = new DerCursor(root);
  const permitted = cursor.optional(0xa0);
  const excluded = cursor.optional(0xa1);
  cursor.end();
  if (permitted === undefined && excluded === undefined) throw malformed('name constraints without a constraint');
  const read = (trees: DerElement | undefined) => trees && atLeastOne(trees, mostSubtrees).map(readSubtree);
  return { permitted: read(permitted), excluded: read(excluded) };
}

const implicitInteger = (element: DerElement | undefined): number | undefined =>
  element && readSmallInteger({ ...element, tag: tags.integer });

export function readPolicyConstraints(root: DerElement): PolicyConstraints {
  const cursor = new DerCursor(root);
  const constraints = {
    requireExplicitPolicy: implicitInteger(cursor.optional(0x80)),
    inhibitPolicyMapping: implicitInteger(cursor.optional(0x81)),
  };
  cursor.end();
  // RFC 5280 4.2.1.11: must not be an empty sequence.
  if (constraints.requireExplicitPolicy === undefined && constraints.inhibitPolicyMapping === undefined)
    throw malformed('policy constraints without a constraint');
  return constraints;
}

export function readPolicyMappings(root: DerElement): readonly PolicyMapping[] {
  return atLeastOne(root, mostPolicies).map((pair) => {
    const cursor = new DerCursor(pair);
    const mapping = { issuer: readOid(cursor.next()), subject: readOid(cursor.next()) };
    cursor.end();
    return mapping;
  });
}

const knownQualifiers: readonly string[] = ['1.3.6.1.5.5.7.2.1', '1.3.6.1.5.5.7.2.2'];

/** Policies, and whether each of their qualifiers is one of RFC 5280 4.2.1.4; a policy comes once only. */
export function readPolicies(root: DerElement): { policies: readonly string[]; qualifiersKnown: boolean } {
  let qualifiersKnown = true;
  const policies = atLeastOne(root, mostPolicies).map((information) => {
    const cursor = new DerCursor(information);
    const oid = readOid(cursor.next());
    const qualifiers = cursor.optional(tags.sequence);
    cursor.end();
    if (qualifiers !== undefined)
      for (const qualifier of atLeastOne(qualifiers, 16))
        if (!knownQualifiers.includes(readOid(new DerCursor(qualifier).next()))) qualifiersKnown = false;
    return oid;
  });
  if (new Set(policies).size !== policies.length) throw malformed('policy twice');
  return { policies, qualifiersKnown };
}

/** The hexadecimal key identifier of an AuthorityKeyIdentifier, when it has one. */
export function readAuthorityKeyId(root: DerElement): string | undefined {
  const cursor = new DerCursor(root);
  const keyId = cursor.optional(0x80);
  const issuer = cursor.optional(0xa1);
  const serial = cursor.optional(0x82);
  cursor.end();
  // RFC 5280 appendix A.2: both or neither.
  if ((issuer === undefined) !== (serial === undefined)) throw malformed('half a name of a certificate');
  return keyId && contentOf(keyId).toString('hex');
}

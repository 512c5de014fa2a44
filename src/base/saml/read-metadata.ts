// Reads EntityDescriptor, and EntitiesDescriptor as the flat list of entities that it holds.
import { attributeOf, childrenOf, isNamed, onlyChild, type XmlElement, type XmlName } from '../xml/index.ts';
import type { ContactPerson, EntityDescriptor, IdpRole, Organization, SpRole, SsoRole } from './metadata.ts';
import { ns } from './names.ts';
import {
  attributesOf,
  malformed,
  namesOf,
  optionalDuration,
  optionalInstant,
  optionalUri,
  reading,
  required,
  Sequence,
  wholeText,
} from './read-element.ts';
import { localizedTexts, readEntityAttributes, readRegistration, readScopes } from './read-metadata-extensions.ts';
import { readIdpRole, readSpRole, speaksSaml2 } from './read-role.ts';

const md = namesOf(ns.md);
const ds = namesOf(ns.ds);

/** How long metadata holds: of an entity, the least of its own and of all groups around it (SAML Metadata 2.3.1, 2.3.2). */
export interface Validity {
  readonly validUntil?: number | undefined;
  readonly cacheDurationMs?: number | undefined;
}

/** What a document holds. An entity in a group that cannot be read costs the others nothing. */
export interface MetadataContent extends Validity {
  /** Its root is md:EntitiesDescriptor. */
  readonly aggregate: boolean;
  /** When its publisher made it: mdrpi:PublicationInfo of the root (MDRPI 2.2). */
  readonly createdAt?: number | undefined;
  readonly entities: readonly EntityDescriptor[];
  readonly unreadable: readonly { readonly entityId?: string | undefined; readonly because: string }[];
}

/** Reads a whole document: one entity, or a group of groups. A sole entity that cannot be read is thrown. */
export function readMetadata(root: XmlElement): MetadataContent {
  if (isNamed(root, md('EntityDescriptor'))) {
    const entity = readEntityDescriptor(root);
    return { ...headOf(root), aggregate: false, entities: [entity], unreadable: [] };
  }
  if (!isNamed(root, md('EntitiesDescriptor'))) throw malformed('no metadata');
  const content = { entities: [] as EntityDescriptor[], unreadable: [] as { entityId?: string; because: string }[] };
  readGroup(root, {}, content);
  return { ...headOf(root), aggregate: true, ...content };
}

function readGroup(
  element: XmlElement,
  above: Validity,
  content: { entities: EntityDescriptor[]; unreadable: { entityId?: string; because: string }[] },
): void {
  const validity = least(above, validityOf(element));
  for (const child of childrenOf(element)) {
    if (isNamed(child, md('EntitiesDescriptor'))) readGroup(child, validity, content);
    else if (isNamed(child, md('EntityDescriptor'))) {
      const read = reading(() => readEntityDescriptor(child, validity));
      if (read.ok) content.entities.push(read.value);
      else content.unreadable.push({ ...entityIdOf(child), because: read.because });
    }
  }
}

const entityAttributes = ['entityID', 'ID', 'validUntil', 'cacheDuration'] as const;
const groupAttributes = ['Name', 'ID', 'validUntil', 'cacheDuration', 'entityID'] as const;

function entityIdOf(element: XmlElement): { entityId?: string } {
  const { entityID } = attributesOf(element, groupAttributes, { foreign: true });
  return entityID === undefined ? {} : { entityId: entityID };
}

function validityOf(element: XmlElement): Validity {
  const given = attributesOf(element, groupAttributes, { foreign: true });
  return {
    validUntil: optionalInstant(given.validUntil, 'validUntil'),
    cacheDurationMs: optionalDuration(given.cacheDuration, 'cacheDuration'),
  };
}

/** What a document says of itself as a whole. */
function headOf(root: XmlElement): Validity & Pick<MetadataContent, 'createdAt'> {
  const extensions = onlyChild(root, md('Extensions'));
  const publication = extensions && onlyChild(extensions, { namespace: ns.mdrpi, local: 'PublicationInfo' });
  const instant = publication && attributeOf(publication, 'creationInstant');
  return { ...validityOf(root), createdAt: optionalInstant(instant, 'creationInstant') };
}

const smaller = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

const least = (one: Validity, other: Validity): Validity => ({
  validUntil: smaller(one.validUntil, other.validUntil),
  cacheDurationMs: smaller(one.cacheDurationMs, other.cacheDurationMs),
});

const otherRoles: readonly XmlName[] = [
  'RoleDescriptor',
  'AuthnAuthorityDescriptor',
  'AttributeAuthorityDescriptor',
  'PDPDescriptor',
].map(md);

/** Reads an EntityDescriptor (SAML Metadata 2.3.2), with the validity of the groups around it. */
export function readEntityDescriptor(element: XmlElement, above: Validity = {}): EntityDescriptor {
  const given = attributesOf(element, entityAttributes, { foreign: true });
  const inside = new Sequence(element);
  inside.optional(ds('Signature'));
  const found = inside.optional(md('Extensions'));
  const extensions = found === undefined ? [] : [found];
  const roles = inside.manyOf([md('IDPSSODescriptor'), md('SPSSODescriptor'), ...otherRoles]);
  if (roles.length === 0) inside.optional(md('AffiliationDescriptor'));
  const organization = inside.optional(md('Organization'));
  const contacts = inside.many(md('ContactPerson'));
  inside.many(md('AdditionalMetadataLocation'));
  inside.end();
  const scopes = extensions.flatMap(readScopes);
  const entityId = required(optionalUri(given.entityID, 'entityID'), 'entityID');
  if (entityId.length > mostEntityIdLength) throw malformed('an entityID that is too long');
  return {
    entityId,
    id: given.ID,
    ...least(above, validityOf(element)),
    idp: oneRole<IdpRole>(roles, md('IDPSSODescriptor'), readIdpRole, scopes),
    sp: oneRole<SpRole>(roles, md('SPSSODescriptor'), readSpRole, scopes),
    entityAttributes: extensions.flatMap(readEntityAttributes),
    registration: found && readRegistration(found),
    organization: organization && readOrganization(organization),
    contacts: contacts.map(readContact),
  };
}

/** SAML Metadata 2.2.1. */
const mostEntityIdLength = 1024;

/** The role of a kind that speaks SAML 2.0. Two of them would leave open whose keys count. */
function oneRole<Role extends SsoRole>(
  roles: readonly XmlElement[],
  name: XmlName,
  read: (element: XmlElement) => Role,
  entityScopes: SsoRole['scopes'],
): Role | undefined {
  const [role, another] = roles.filter((each) => isNamed(each, name) && speaksSaml2(each));
  if (another !== undefined) throw malformed(`${name.local} twice`);
  if (role === undefined) return undefined;
  const value = read(role);
  return { ...value, scopes: [...entityScopes, ...value.scopes] };
}

const readOrganization = (element: XmlElement): Organization => ({
  names: localizedTexts(element, md('OrganizationName')),
  displayNames: localizedTexts(element, md('OrganizationDisplayName')),
  urls: localizedTexts(element, md('OrganizationURL')),
});

const contactTypes = ['technical', 'support', 'administrative', 'billing', 'other'] as const;

function readContact(element: XmlElement): ContactPerson {
  const { contactType } = attributesOf(element, ['contactType'], { foreign: true });
  const texts = (local: string) => childrenOf(element, md(local)).map((each) => wholeText(each).trim());
  return {
    type: required(
      contactTypes.find((each) => each === contactType),
      'right contactType',
    ),
    company: texts('Company')[0],
    givenName: texts('GivenName')[0],
    surName: texts('SurName')[0],
    emails: texts('EmailAddress').map((address) => address.replace(/^mailto:/i, '')),
    telephones: texts('TelephoneNumber'),
  };
}

// Writes an EntityDescriptor as an element, ready to be signed and published.
import { elementMaker, type XmlElement } from '../xml/index.ts';
import type {
  AttributeConsumingService,
  ContactPerson,
  Endpoint,
  EntityDescriptor,
  IdpRole,
  IndexedEndpoint,
  KeyDescriptor,
  LocalizedText,
  Organization,
  RegistrationInfo,
  SpRole,
  SsoRole,
  UiInfo,
} from './metadata.ts';
import { ns } from './names.ts';
import { durationText, instantText } from './time-values.ts';
import { attributeNames, languageAttribute, writeAttribute, writeValues } from './write-assertion.ts';

const md = elementMaker('md', ns.md);
const ds = elementMaker('ds', ns.ds);
const mdui = elementMaker('mdui', ns.mdui);
const mdattr = elementMaker('mdattr', ns.mdattr);
const mdrpi = elementMaker('mdrpi', ns.mdrpi);
const shibmd = elementMaker('shibmd', ns.shibmd);
const idpdisc = elementMaker('idpdisc', ns.idpdisc);
const psc = elementMaker('psc', ns.psc);
const xenc11 = elementMaker('xenc11', ns.xenc11);

type Make = ReturnType<typeof elementMaker>;
const instant = (at: number | undefined) => (at === undefined ? undefined : instantText(at));
const duration = (ms: number | undefined) => (ms === undefined ? undefined : durationText(ms));
const some = <Value>(value: Value | undefined, write: (value: Value) => XmlElement): readonly XmlElement[] =>
  value === undefined ? [] : [write(value)];
const extensions = (content: readonly XmlElement[]): readonly XmlElement[] =>
  content.length === 0 ? [] : [md('Extensions', {}, ...content)];
const localized = (make: Make, local: string, texts: readonly LocalizedText[]): readonly XmlElement[] =>
  texts.map(({ language, text }) => make(local, languageAttribute(language), text));
const plain = (local: string, texts: readonly (string | undefined)[]): readonly XmlElement[] =>
  texts.flatMap((text) => (text === undefined ? [] : [md(local, {}, text)]));

/** SAML Metadata 2.3.2. The validity of a role is written on the role, that of the entity on the entity. */
export function writeEntityDescriptor(entity: EntityDescriptor): XmlElement {
  const { entityAttributes } = entity;
  return md(
    'EntityDescriptor',
    {
      entityID: entity.entityId,
      ID: entity.id,
      validUntil: instant(entity.validUntil),
      cacheDuration: duration(entity.cacheDurationMs),
    },
    ...extensions([
      ...some(entity.registration, writeRegistration),
      ...(entityAttributes.length === 0
        ? []
        : [mdattr('EntityAttributes', {}, ...entityAttributes.map((each) => writeAttribute(each)))]),
    ]),
    ...some(entity.idp, writeIdpRole),
    ...some(entity.sp, writeSpRole),
    ...some(entity.organization, writeOrganization),
    ...entity.contacts.map(writeContact),
  );
}

/** SAML Metadata 2.3.1: a group, for a federation of our own. */
export const writeEntitiesDescriptor = (
  group: {
    readonly id?: string | undefined;
    readonly name?: string | undefined;
    readonly validUntil?: number | undefined;
    readonly cacheDurationMs?: number | undefined;
  },
  entities: readonly XmlElement[],
): XmlElement =>
  md(
    'EntitiesDescriptor',
    {
      ID: group.id,
      Name: group.name,
      validUntil: instant(group.validUntil),
      cacheDuration: duration(group.cacheDurationMs),
    },
    ...entities,
  );

function writeIdpRole(role: IdpRole): XmlElement {
  const selection = role.requestedPrincipalSelection.map(({ name, nameFormat }) =>
    psc('MatchValue', { Name: name, NameFormat: nameFormat }),
  );
  return md(
    'IDPSSODescriptor',
    { ...roleAttributes(role), WantAuthnRequestsSigned: String(role.wantAuthnRequestsSigned) },
    ...roleContent(role, selection.length === 0 ? [] : [psc('RequestedPrincipalSelection', {}, ...selection)]),
    ...role.singleSignOn.map((endpoint) => writeEndpoint(md, 'SingleSignOnService', endpoint)),
    ...role.attributes.map((each) => writeAttribute(each)),
  );
}

function writeSpRole(role: SpRole): XmlElement {
  const discovery = role.discoveryResponse.map((endpoint) => writeEndpoint(idpdisc, 'DiscoveryResponse', endpoint));
  return md(
    'SPSSODescriptor',
    {
      ...roleAttributes(role),
      AuthnRequestsSigned: String(role.authnRequestsSigned),
      WantAssertionsSigned: String(role.wantAssertionsSigned),
    },
    ...roleContent(role, discovery),
    ...role.assertionConsumer.map((endpoint) => writeEndpoint(md, 'AssertionConsumerService', endpoint)),
    ...role.attributeConsuming.map(writeAttributeConsuming),
  );
}

const roleAttributes = (role: SsoRole) => ({
  protocolSupportEnumeration: ns.samlp,
  validUntil: instant(role.validUntil),
  cacheDuration: duration(role.cacheDurationMs),
  errorURL: role.errorUrl,
});

function roleContent(role: SsoRole, more: readonly XmlElement[]): readonly XmlElement[] {
  const scopes = role.scopes.map(({ value, regexp }) => shibmd('Scope', { regexp: String(regexp) }, value));
  return [
    ...extensions([...scopes, ...some(role.uiInfo, writeUiInfo), ...more]),
    ...role.keys.map(writeKeyDescriptor),
    ...role.artifactResolution.map((endpoint) => writeEndpoint(md, 'ArtifactResolutionService', endpoint)),
    ...role.singleLogout.map((endpoint) => writeEndpoint(md, 'SingleLogoutService', endpoint)),
    ...plain('NameIDFormat', role.nameIdFormats),
  ];
}

function writeEndpoint(make: Make, local: string, endpoint: Endpoint | IndexedEndpoint): XmlElement {
  const index = 'index' in endpoint ? endpoint.index : undefined;
  const isDefault = 'isDefault' in endpoint ? endpoint.isDefault : undefined;
  return make(local, {
    Binding: endpoint.binding,
    Location: endpoint.location,
    ResponseLocation: endpoint.responseLocation,
    index: index?.toString(),
    isDefault: isDefault?.toString(),
  });
}

function writeKeyDescriptor({ use, certificates, encryptionMethods }: KeyDescriptor): XmlElement {
  const held = certificates.map((der) => ds('X509Certificate', {}, der.toString('base64')));
  const methods = encryptionMethods.map(({ algorithm, digest, mgf }) =>
    md(
      'EncryptionMethod',
      { Algorithm: algorithm },
      ...some(digest, (uri) => ds('DigestMethod', { Algorithm: uri })),
      ...some(mgf, (uri) => xenc11('MGF', { Algorithm: uri })),
    ),
  );
  return md('KeyDescriptor', { use }, ds('KeyInfo', {}, ds('X509Data', {}, ...held)), ...methods);
}

function writeUiInfo(info: UiInfo): XmlElement {
  return mdui(
    'UIInfo',
    {},
    ...localized(mdui, 'DisplayName', info.displayNames),
    ...localized(mdui, 'Description', info.descriptions),
    ...localized(mdui, 'InformationURL', info.informationUrls),
    ...localized(mdui, 'PrivacyStatementURL', info.privacyStatementUrls),
    ...localized(mdui, 'Keywords', info.keywords),
    ...info.logos.map(({ url, width, height, language }) =>
      mdui(
        'Logo',
        [
          { prefix: '', namespace: '', local: 'width', value: String(width) },
          { prefix: '', namespace: '', local: 'height', value: String(height) },
          ...(language === undefined ? [] : languageAttribute(language)),
        ],
        url,
      ),
    ),
  );
}

function writeAttributeConsuming(service: AttributeConsumingService): XmlElement {
  return md(
    'AttributeConsumingService',
    { index: String(service.index), isDefault: service.isDefault?.toString() },
    ...localized(md, 'ServiceName', service.names),
    ...localized(md, 'ServiceDescription', service.descriptions),
    ...service.requestedAttributes.map((attribute) => {
      const { name, nameFormat, friendlyName, isRequired } = attribute;
      const names = attributeNames(name, nameFormat, friendlyName);
      return md('RequestedAttribute', { ...names, isRequired: String(isRequired) }, ...writeValues(attribute.values));
    }),
  );
}

function writeRegistration({ authority, instant: at, policies }: RegistrationInfo): XmlElement {
  return mdrpi(
    'RegistrationInfo',
    { registrationAuthority: authority, registrationInstant: instant(at) },
    ...localized(mdrpi, 'RegistrationPolicy', policies),
  );
}

const writeOrganization = ({ names, displayNames, urls }: Organization): XmlElement =>
  md(
    'Organization',
    {},
    ...localized(md, 'OrganizationName', names),
    ...localized(md, 'OrganizationDisplayName', displayNames),
    ...localized(md, 'OrganizationURL', urls),
  );

const writeContact = (contact: ContactPerson): XmlElement =>
  md(
    'ContactPerson',
    { contactType: contact.type },
    ...plain('Company', [contact.company]),
    ...plain('GivenName', [contact.givenName]),
    ...plain('SurName', [contact.surName]),
    ...plain(
      'EmailAddress',
      contact.emails.map((address) => `mailto:${address}`),
    ),
    ...plain('TelephoneNumber', contact.telephones),
  );

// Reads the two roles of metadata that log people in: IDPSSODescriptor and SPSSODescriptor.
import { childrenOf, type XmlElement } from '../xml/index.ts';
import { decodeBase64 } from './message-encoding.ts';
import type {
  AttributeConsumingService,
  EncryptionMethod,
  IdpRole,
  KeyDescriptor,
  RequestedAttribute,
  SpRole,
  SsoRole,
} from './metadata.ts';
import { ns } from './names.ts';
import {
  attributesOf,
  malformed,
  namesOf,
  optionalBoolean,
  optionalCount,
  optionalDuration,
  optionalInstant,
  optionalUri,
  required,
  Sequence,
  uriText,
  wholeText,
} from './read-element.ts';
import { readEndpoint, readIndexedEndpoint, webAddress } from './read-endpoint.ts';
import {
  localizedTexts,
  readDiscoveryResponse,
  readMetadataAttribute,
  readRequestedPrincipalSelection,
  readScopes,
  readUiInfo,
} from './read-metadata-extensions.ts';

const saml = namesOf(ns.saml);
const md = namesOf(ns.md);
const ds = namesOf(ns.ds);
const xenc11 = namesOf(ns.xenc11);

const roleAttributes = [
  'ID',
  'validUntil',
  'cacheDuration',
  'protocolSupportEnumeration',
  'errorURL',
  'WantAuthnRequestsSigned',
  'AuthnRequestsSigned',
  'WantAssertionsSigned',
] as const;

/** Whether a role speaks SAML 2.0 (SAML Metadata 2.4.1). */
export const speaksSaml2 = (role: XmlElement): boolean =>
  (attributesOf(role, roleAttributes, { foreign: true }).protocolSupportEnumeration ?? '')
    .split(/\s+/)
    .includes(ns.samlp);

/** SAML Metadata 2.4.3. */
export function readIdpRole(element: XmlElement): IdpRole {
  const { common, given, extensions, rest } = readRole(element);
  const singleSignOn = rest.many(md('SingleSignOnService')).map(readEndpoint);
  rest.manyOf([md('NameIDMappingService'), md('AssertionIDRequestService'), md('AttributeProfile')]);
  const attributes = rest.many(saml('Attribute')).map(readMetadataAttribute);
  rest.end();
  return {
    ...common,
    wantAuthnRequestsSigned: optionalBoolean(given.WantAuthnRequestsSigned, 'WantAuthnRequestsSigned') ?? false,
    singleSignOn,
    attributes,
    requestedPrincipalSelection: extensions.flatMap(readRequestedPrincipalSelection),
  };
}

/** SAML Metadata 2.4.4. */
export function readSpRole(element: XmlElement): SpRole {
  const { common, given, extensions, rest } = readRole(element);
  const assertionConsumer = rest.many(md('AssertionConsumerService')).map(readIndexedEndpoint);
  const attributeConsuming = rest.many(md('AttributeConsumingService')).map(readAttributeConsuming);
  rest.end();
  return {
    ...common,
    authnRequestsSigned: optionalBoolean(given.AuthnRequestsSigned, 'AuthnRequestsSigned') ?? false,
    wantAssertionsSigned: optionalBoolean(given.WantAssertionsSigned, 'WantAssertionsSigned') ?? false,
    assertionConsumer,
    attributeConsuming,
    discoveryResponse: extensions.flatMap(readDiscoveryResponse),
  };
}

function readRole(element: XmlElement) {
  const given = attributesOf(element, roleAttributes, { foreign: true });
  const rest = new Sequence(element);
  rest.optional(ds('Signature'));
  const found = rest.optional(md('Extensions'));
  const extensions = found === undefined ? [] : [found];
  const keys = rest.many(md('KeyDescriptor')).map(readKeyDescriptor);
  rest.manyOf([md('Organization'), md('ContactPerson')]);
  const artifactResolution = rest.many(md('ArtifactResolutionService')).map(readIndexedEndpoint);
  const singleLogout = rest.many(md('SingleLogoutService')).map(readEndpoint);
  rest.many(md('ManageNameIDService'));
  const nameIdFormats = rest.many(md('NameIDFormat')).map(uriText);
  const common: SsoRole = {
    validUntil: optionalInstant(given.validUntil, 'validUntil'),
    cacheDurationMs: optionalDuration(given.cacheDuration, 'cacheDuration'),
    errorUrl: webAddress(given.errorURL, 'errorURL'),
    keys,
    uiInfo: found && readUiInfo(found),
    scopes: extensions.flatMap(readScopes),
    nameIdFormats,
    singleLogout,
    artifactResolution,
  };
  return { common, given, extensions, rest };
}

/** SAML Metadata 2.4.1.1. A key without `use` is for both: that is why it must not go unread (S15). */
function readKeyDescriptor(element: XmlElement): KeyDescriptor {
  const { use } = attributesOf(element, ['use']);
  if (use !== undefined && use !== 'signing' && use !== 'encryption')
    throw malformed('a use of keys that there is not');
  const inside = new Sequence(element);
  const info = inside.one(ds('KeyInfo'));
  const methods = inside.many(md('EncryptionMethod')).map(readEncryptionMethod);
  inside.end();
  const certificates = childrenOf(info, ds('X509Data'))
    .flatMap((data) => childrenOf(data, ds('X509Certificate')))
    .map((certificate) => required(decodeBase64(wholeText(certificate).replace(/\s/g, '')), 'right X509Certificate'));
  return { use, certificates, encryptionMethods: methods };
}

function readEncryptionMethod(element: XmlElement): EncryptionMethod {
  const algorithmOf = (inner: XmlElement | undefined) => inner && attributesOf(inner, ['Algorithm']).Algorithm;
  const { Algorithm } = attributesOf(element, ['Algorithm']);
  return {
    algorithm: required(optionalUri(Algorithm, 'Algorithm'), 'Algorithm'),
    digest: algorithmOf(childrenOf(element, ds('DigestMethod'))[0]),
    mgf: algorithmOf(childrenOf(element, xenc11('MGF'))[0]),
  };
}

/** SAML Metadata 2.4.4.1. */
function readAttributeConsuming(element: XmlElement): AttributeConsumingService {
  const given = attributesOf(element, ['index', 'isDefault']);
  return {
    index: required(optionalCount(given.index, 'index'), 'index'),
    isDefault: optionalBoolean(given.isDefault, 'isDefault'),
    names: localizedTexts(element, md('ServiceName')),
    descriptions: localizedTexts(element, md('ServiceDescription')),
    requestedAttributes: childrenOf(element, md('RequestedAttribute')).map(readRequestedAttribute),
  };
}

function readRequestedAttribute(element: XmlElement): RequestedAttribute {
  const given = attributesOf(element, ['Name', 'NameFormat', 'FriendlyName', 'isRequired'], { foreign: true });
  const values = childrenOf(element, saml('AttributeValue')).map((value) => wholeText(value).trim());
  return {
    name: required(optionalUri(given.Name, 'Name'), 'Name of RequestedAttribute'),
    nameFormat: optionalUri(given.NameFormat, 'NameFormat'),
    friendlyName: given.FriendlyName,
    isRequired: optionalBoolean(given.isRequired, 'isRequired') ?? false,
    values,
  };
}

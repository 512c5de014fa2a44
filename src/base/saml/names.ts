// Names that the SAML 2.0 standards fix: namespaces, bindings, formats, methods and status codes.

/** XML namespaces, by the prefix that the standards give them. */
export const ns = {
  samlp: 'urn:oasis:names:tc:SAML:2.0:protocol',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  md: 'urn:oasis:names:tc:SAML:2.0:metadata',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
  xenc11: 'http://www.w3.org/2009/xmlenc11#',
  xs: 'http://www.w3.org/2001/XMLSchema',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xml: 'http://www.w3.org/XML/1998/namespace',
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  /** SAML V2.0 Metadata Extensions for Login and Discovery User Interface 1.0. */
  mdui: 'urn:oasis:names:tc:SAML:metadata:ui',
  /** SAML V2.0 Metadata Extension for Entity Attributes 1.0. */
  mdattr: 'urn:oasis:names:tc:SAML:metadata:attribute',
  /** SAML V2.0 Metadata Extensions for Registration and Publication Information 1.0. */
  mdrpi: 'urn:oasis:names:tc:SAML:metadata:rpi',
  /** SAML V2.0 Metadata Profile for Algorithm Support 1.0. */
  alg: 'urn:oasis:names:tc:SAML:metadata:algsupport',
  /** Identity Provider Discovery Service Protocol and Profile. */
  idpdisc: 'urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol',
  /** Scopes, as Shibboleth writes them. */
  shibmd: 'urn:mace:shibboleth:metadata:1.0',
  /** Sweden Connect: Principal Selection in SAML Authentication Requests. */
  psc: 'http://id.swedenconnect.se/authn/1.0/principal-selection/ns',
  /** Sweden Connect: User Message Extension in SAML Authentication Requests. */
  umsg: 'http://id.swedenconnect.se/authn/1.0/user-message/ns',
} as const;

/** SAML Bindings 3. */
export const bindings = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
  artifact: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact',
  soap: 'urn:oasis:names:tc:SAML:2.0:bindings:SOAP',
} as const;
export type BindingName = keyof typeof bindings;

/** The short name of a binding's URI, or undefined when we do not speak it. */
export function bindingNamed(uri: string): BindingName | undefined {
  return (Object.keys(bindings) as BindingName[]).find((name) => bindings[name] === uri);
}

/** SAML Core 8.3. */
export const nameIdFormats = {
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  entity: 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
} as const;

/** SAML Core 8.2. */
export const attributeNameFormats = {
  unspecified: 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified',
  uri: 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
  basic: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
} as const;

/** SAML Profiles 3. */
export const confirmationMethods = {
  bearer: 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
  holderOfKey: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key',
  senderVouches: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches',
} as const;

const coreStatus = 'urn:oasis:names:tc:SAML:2.0:status:';
const swedishStatus = 'http://id.elegnamnden.se/status/1.0/';

/** SAML Core 3.2.2.2, and those of Sweden Connect's deployment profile 6.4. */
export const statusCodes = {
  success: `${coreStatus}Success`,
  requester: `${coreStatus}Requester`,
  responder: `${coreStatus}Responder`,
  versionMismatch: `${coreStatus}VersionMismatch`,
  authnFailed: `${coreStatus}AuthnFailed`,
  invalidAttrNameOrValue: `${coreStatus}InvalidAttrNameOrValue`,
  invalidNameIdPolicy: `${coreStatus}InvalidNameIDPolicy`,
  noAuthnContext: `${coreStatus}NoAuthnContext`,
  noAvailableIdp: `${coreStatus}NoAvailableIDP`,
  noPassive: `${coreStatus}NoPassive`,
  noSupportedIdp: `${coreStatus}NoSupportedIDP`,
  partialLogout: `${coreStatus}PartialLogout`,
  proxyCountExceeded: `${coreStatus}ProxyCountExceeded`,
  requestDenied: `${coreStatus}RequestDenied`,
  requestUnsupported: `${coreStatus}RequestUnsupported`,
  resourceNotRecognized: `${coreStatus}ResourceNotRecognized`,
  unknownAttrProfile: `${coreStatus}UnknownAttrProfile`,
  unknownPrincipal: `${coreStatus}UnknownPrincipal`,
  unsupportedBinding: `${coreStatus}UnsupportedBinding`,
  cancel: `${swedishStatus}cancel`,
  fraud: `${swedishStatus}fraud`,
  possibleFraud: `${swedishStatus}possibleFraud`,
} as const;

/** SAML AuthnContext 3.4, those that name no level of assurance. */
export const authnContexts = {
  unspecified: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
  password: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
  passwordProtectedTransport: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  x509: 'urn:oasis:names:tc:SAML:2.0:ac:classes:X509',
  smartcardPki: 'urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI',
} as const;

/** SAML Core 6.1, Bindings 3.7: why a session ended. */
export const logoutReasons = {
  user: 'urn:oasis:names:tc:SAML:2.0:logout:user',
  admin: 'urn:oasis:names:tc:SAML:2.0:logout:admin',
} as const;

/** Names of entity attributes that federations use. */
export const entityAttributeNames = {
  assuranceCertification: 'urn:oasis:names:tc:SAML:attribute:assurance-certification',
  entityCategory: 'http://macedir.org/entity-category',
  entityCategorySupport: 'http://macedir.org/entity-category-support',
} as const;

/** Sweden Connect, Entity Categories 6.3: the provider shows an application's words (User Message 3.1). */
export const supportsUserMessage = 'http://id.swedenconnect.se/general-ec/1.0/supports-user-message';

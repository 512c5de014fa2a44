// The names that SAML attributes have in three families, as one table: what stands in a row is the same fact about a person.
const oid = 'urn:oid:';
const sambi = 'http://sambi.se/attributes/1/';
/** Read from the person's certificate by the provider, and so not from HSA (Inera). */
const credential = 'urn:credential:';

/**
 * Sweden Connect's attributes (04, Attribute Specification) with those of X.520 and LDAP, Sambi's, and Inera's of the
 * certificate; best first.
 */
export const samlAttributes = {
  displayName: [`${oid}2.16.840.1.113730.3.1.241`, `${credential}displayName`, 'urn:name'],
  givenName: [`${oid}2.5.4.42`, `${sambi}givenName`, `${credential}givenName`],
  familyName: [`${oid}2.5.4.4`, `${sambi}surname`, `${credential}surname`],
  personalNumber: [`${oid}1.2.752.29.4.13`, `${sambi}personalIdentityNumber`, `${credential}personalIdentityNumber`],
  hsaId: [`${oid}1.2.752.29.6.2.1`, `${sambi}employeeHsaId`, `${credential}employeeHsaId`],
  organisationName: [`${oid}2.5.4.10`, `${sambi}organizationName`, `${credential}organizationName`],
  organisationNumber: [`${oid}2.5.4.97`, `${sambi}organizationIdentifier`, 'urn:userOrganizationIdentifier'],
  /** `name@organisation number`. */
  affiliation: [`${oid}1.2.752.201.3.1`, 'urn:orgAffiliation', 'urn:userOrgAffiliation'],
  /** eduPerson's: `name@scope`. */
  scoped: [`${oid}1.3.6.1.4.1.5923.1.1.1.6`, `${oid}1.3.6.1.4.1.5923.1.1.1.9`],
  /** The commission that the person chose at the provider (HSA). */
  commission: [`${sambi}commissionHsaId`],
  method: ['urn:sambi:names:attribute:authnMethod', 'urn:authenticationMethod'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type SamlFact = keyof typeof samlAttributes;

/** Attributes that name nobody for good: people share, change and pass them on, or have one with all colleagues (A1). */
export const changeableAttributes: ReadonlySet<string> = new Set([
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
  ...samlAttributes.displayName,
  ...samlAttributes.givenName,
  ...samlAttributes.familyName,
  ...samlAttributes.organisationName,
  ...samlAttributes.organisationNumber,
  ...samlAttributes.scoped,
  ...samlAttributes.commission,
  ...samlAttributes.method,
  'mail',
  'eduPersonPrincipalName',
]);

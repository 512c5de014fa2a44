// The interactions of the national platform that are asked, as RIV-TA BP 2.1 names them: namespace, path, action.

export interface Interaction {
  readonly name: string;
  /** Namespace of request and answer. */
  readonly responder: string;
  /** Namespace of what is inside the answer. */
  readonly content: string;
  /** What follows the platform's address. */
  readonly path: string;
}

const interaction = (domain: string, name: string, version: string, content: string): Interaction => ({
  name,
  responder: `urn:riv:infrastructure:directory:${domain}:${name}Responder:${version}`,
  content,
  path: `/infrastructure/directory/${domain}/${name}/${version}/rivtabp21`,
});

const types = (domain: string, version: string) => `urn:riv:infrastructure:directory:${domain}:${version}`;

/** Namespace of the request's `profile`, and of what version 2.1 added to the answer. */
export const credentialsRequestExtension =
  'urn:riv:infrastructure:directory:authorizationmanagement:GetCredentialsForPersonIncludingProtectedPersonResponder:2.1';
export const credentialsExtension = types('authorizationmanagement', '2.1');
export const licenceExtension = types('authorizationmanagement', '2.3');

export const getCredentials = interaction(
  'authorizationmanagement',
  'GetCredentialsForPersonIncludingProtectedPerson',
  '2',
  types('authorizationmanagement', '2'),
);

export const getEmployee = (version: '3' | '4'): Interaction =>
  interaction('employee', 'GetEmployeeIncludingProtectedPerson', version, types('employee', version));

const unitResponder = 'urn:riv:infrastructure:directory:organization:GetHealthCareUnitResponder:2';
export const getHealthCareUnit = interaction('organization', 'GetHealthCareUnit', '2', unitResponder);

const hospResponder = 'urn:riv:infrastructure:directory:authorizationmanagement:GetHospCredentialsForPersonResponder:1';
export const getHospCredentials = interaction(
  'authorizationmanagement',
  'GetHospCredentialsForPerson',
  '1',
  hospResponder,
);

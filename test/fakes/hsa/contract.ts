// The shape of the platform's messages, from the published service contracts: member by member, in their order.
import {
  XmlBufferInputProvider,
  XmlDocument,
  XmlValidateError,
  XsdValidator,
  xmlCleanupInputProvider,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';

const domain = 'urn:riv:infrastructure:directory';
export const namespaces = {
  core: `${domain}:authorizationmanagement:2`,
  extension: `${domain}:authorizationmanagement:2.1`,
  licences: `${domain}:authorizationmanagement:2.3`,
  credentials: `${domain}:authorizationmanagement:GetCredentialsForPersonIncludingProtectedPersonResponder:2`,
  credentialsProfile: `${domain}:authorizationmanagement:GetCredentialsForPersonIncludingProtectedPersonResponder:2.1`,
  hosp: `${domain}:authorizationmanagement:GetHospCredentialsForPersonResponder:1`,
  unit: `${domain}:organization:GetHealthCareUnitResponder:2`,
  employee3: `${domain}:employee:3`,
  employee4: `${domain}:employee:4`,
  getEmployee3: `${domain}:employee:GetEmployeeIncludingProtectedPersonResponder:3`,
  getEmployee4: `${domain}:employee:GetEmployeeIncludingProtectedPersonResponder:4`,
} as const;

/** `name`, `name?`, `name*`; then perhaps a type, which is text otherwise. A name with a prefix refers to another schema. */
type Member = string | readonly [name: string, type: string];

function element(member: Member): string {
  const [written, type] = typeof member === 'string' ? [member, 'xs:string'] : member;
  const name = written.replace(/[?*]$/, '');
  const times = written.endsWith('*')
    ? ' minOccurs="0" maxOccurs="unbounded"'
    : written.endsWith('?')
      ? ' minOccurs="0"'
      : '';
  return name.includes(':')
    ? `<xs:element ref="${name}"${times}/>`
    : `<xs:element name="${name}" type="${type}"${times}/>`;
}
const others = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>';
const complex = (name: string, members: readonly Member[], open = false): string =>
  `<xs:complexType name="${name}"><xs:sequence>${members.map(element).join('')}${open ? others : ''}</xs:sequence></xs:complexType>`;
const global = (name: string, type = 'xs:string'): string => `<xs:element name="${name}" type="${type}"/>`;

function schema(namespace: string, imports: Readonly<Record<string, string>>, ...content: readonly string[]): string {
  const prefixes = Object.entries(imports).map(([prefix, of]) => ` xmlns:${prefix}="${of}"`);
  const imported = Object.values(imports).map((of) => `<xs:import namespace="${of}" schemaLocation="${file(of)}"/>`);
  return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:own="${namespace}"${prefixes.join('')} targetNamespace="${namespace}" elementFormDefault="qualified">${imported.join('')}${content.join('')}</xs:schema>`;
}
const file = (namespace: string): string => `${namespace.replace(/[^A-Za-z0-9.]/g, '-')}.xsd`;

/** Asked by one identifier: a choice, so that both are no request of this contract. */
const person =
  '<xs:choice><xs:element name="personHsaId" type="xs:string"/><xs:element name="personalIdentityNumber" type="xs:string"/></xs:choice>';
const asking = (name: string, more: string, after = ''): string =>
  `<xs:complexType name="${name}"><xs:sequence>${person}${more}${after}</xs:sequence></xs:complexType>`;
const base = element('searchBase?') + element(['includeFeignedObject?', 'xs:boolean']);

const dated = (name: string): readonly Member[] => [
  [`${name}StartDate?`, 'xs:dateTime'],
  [`${name}EndDate?`, 'xs:dateTime'],
];
const flags = (...names: readonly string[]): readonly Member[] => names.map((name) => [`${name}?`, 'xs:boolean']);

const core = schema(
  namespaces.core,
  { m1: namespaces.extension },
  complex('Right', ['activity', 'informationClass', 'scope'], true),
  complex('Nurse', ['healthCareProfessionalLicence', ['prescriptionRight', 'xs:boolean']], true),
  complex('Role', ['systemId', 'role'], true),
  complex('Commission', [
    ...['commissionName', 'commissionHsaId', 'commissionPurpose'],
    ['commissionRight*', 'own:Right'],
    ...['healthCareUnitHsaId?', 'healthCareUnitName?'],
    ...dated('healthCareUnit'),
    ...['healthCareProviderHsaId', 'healthCareProviderName', 'healthCareProviderOrgNo'],
    ...dated('healthCareProvider'),
    ...flags('feignedHealthCareProvider', 'feignedHealthCareUnit', 'feignedCommission'),
    ...flags('archivedHealthCareProvider', 'archivedHealthCareUnit'),
  ]),
  complex('Credential', [
    ...['givenName?', 'middleAndSurName', 'personHsaId', 'healthCareProfessionalLicence*'],
    ...['personalPrescriptionCode?', 'groupPrescriptionCode*'],
    ['nursePrescriptionRight*', 'own:Nurse'],
    ['hsaSystemRole*', 'own:Role'],
    'paTitleCode*',
    ...flags('protectedPerson'),
    ['commission*', 'own:Commission'],
    ...flags('feignedPerson'),
    ...['m1:healthCareProfessionalLicenceCode*', 'm1:healthCareProfessionalLicenceSpeciality*'],
    ...['m1:occupationalCode*', 'm1:personalIdentity?', 'm1:healthcareProfessionalLicenseIdentityNumber?'],
  ]),
);
const extension = schema(
  namespaces.extension,
  {},
  complex('Identity', ['root', 'extension?']),
  complex('Speciality', ['healthCareProfessionalLicenceCode', 'specialityCode', 'specialityName']),
  global('healthCareProfessionalLicenceCode'),
  global('healthCareProfessionalLicenceSpeciality', 'own:Speciality'),
  global('occupationalCode'),
  global('personalIdentity', 'own:Identity'),
  global('healthcareProfessionalLicenseIdentityNumber'),
);
const licences = schema(
  namespaces.licences,
  {},
  complex('Licence', ['healthCareProfessionalLicenceCode', 'healthCareProfessionalLicenceName?']),
  complex('Restriction', ['healthCareProfessionalLicenceCode', 'restrictionCode', 'restrictionName?']),
);
const credentials = schema(
  namespaces.credentials,
  { core: namespaces.core, p: namespaces.credentialsProfile },
  global('GetCredentialsForPersonIncludingProtectedPerson', 'own:Asked'),
  global('GetCredentialsForPersonIncludingProtectedPersonResponse', 'own:Answered'),
  asking('Asked', base, element('p:profile?')),
  complex('Answered', [['credentialInformation*', 'core:Credential']], true),
);
const hosp = schema(
  namespaces.hosp,
  { core: namespaces.core, m1: namespaces.extension, m3: namespaces.licences },
  global('GetHospCredentialsForPerson', 'own:Asked'),
  global('GetHospCredentialsForPersonResponse', 'own:Answered'),
  complex('Asked', ['personalIdentityNumber'], true),
  complex(
    'Answered',
    [
      ['personalIdentityNumber', 'm1:Identity'],
      ['healthCareProfessionalLicence*', 'm3:Licence'],
      'personalPrescriptionCode?',
      ['healthCareProfessionalLicenceSpeciality*', 'm1:Speciality'],
      ['nursePrescriptionRight*', 'core:Nurse'],
      ...['healthcareProfessionalLicenseIdentityNumber?', 'educationCode*'],
      ['restrictions*', 'm3:Restriction'],
      ...flags('feignedPerson'),
    ],
    true,
  ),
);
const unitMember = (name: string): readonly Member[] => [`${name}HsaId`, `${name}Name`, `${name}PublicName`];
const unit = schema(
  namespaces.unit,
  {},
  global('GetHealthCareUnit', 'own:Asked'),
  global('GetHealthCareUnitResponse', 'own:Answered'),
  `<xs:complexType name="Asked"><xs:sequence>${element('healthCareUnitMemberHsaId')}${base}${others}</xs:sequence></xs:complexType>`,
  complex('Answered', [['healthCareUnit?', 'own:Unit']], true),
  complex(
    'Unit',
    [
      ...flags('unitIsHealthCareUnit'),
      ...['healthCareUnitMemberHsaId?', 'healthCareUnitMemberName?', 'healthCareUnitMemberPublicName?'],
      ...dated('healthCareUnitMember'),
      ...unitMember('healthCareUnit'),
      ...dated('healthCareUnit'),
      ...unitMember('healthCareProvider'),
      'healthCareProviderOrgNo',
      ...dated('healthCareProvider'),
      ...flags('feignedHealthCareUnitMember', 'feignedHealthCareUnit', 'feignedHealthCareProvider'),
      ...flags('archivedHealthCareUnitMember', 'archivedHealthCareUnit', 'archivedHealthCareProvider'),
    ],
    true,
  ),
);
const employeeTypes = (namespace: string, gender: string) =>
  schema(
    namespace,
    {},
    complex('PaTitle', ['paTitleName?', 'paTitleCode?'], true),
    complex(
      'Person',
      [
        ...['personHsaId', 'givenName?', 'middleAndSurName', 'nickName?', 'mail?', 'telephoneNumber*'],
        ...['switchboardNumber?', 'nonPublicTelephoneNumber*', 'mobileNumber*', 'facsimileTelephoneNumber*'],
        ...['description?', 'title?', 'healthCareProfessionalLicence*'],
        ['paTitle*', 'own:PaTitle'],
        ...['specialityName*', 'specialityCode*', 'dn'],
        ...flags('protectedPerson'),
        ...dated('person'),
        ...flags('feignedPerson'),
        ...['age?', gender],
      ],
      true,
    ),
  );
const employee = (responder: string, types: string) =>
  schema(
    responder,
    { core: types },
    global('GetEmployeeIncludingProtectedPerson', 'own:Asked'),
    global('GetEmployeeIncludingProtectedPersonResponse', 'own:Answered'),
    asking('Asked', base + element('profile?'), others),
    complex('Answered', [['personInformation*', 'core:Person']], true),
  );

const schemas: Readonly<Record<string, string>> = {
  [namespaces.core]: core,
  [namespaces.extension]: extension,
  [namespaces.licences]: licences,
  [namespaces.credentials]: credentials,
  [namespaces.credentialsProfile]: schema(namespaces.credentialsProfile, {}, global('profile')),
  [namespaces.hosp]: hosp,
  [namespaces.unit]: unit,
  [namespaces.employee3]: employeeTypes(namespaces.employee3, 'gender'),
  [namespaces.employee4]: employeeTypes(namespaces.employee4, 'gender?'),
  [namespaces.getEmployee3]: employee(namespaces.getEmployee3, namespaces.employee3),
  [namespaces.getEmployee4]: employee(namespaces.getEmployee4, namespaces.employee4),
};

/** What is wrong with a message by the contract; undefined when it is right. End it by `dispose`. */
export function openContract(): { readonly fault: (xml: string) => string | undefined; readonly dispose: () => void } {
  const files = Object.entries(schemas).map(([namespace, text]) => [file(namespace), Buffer.from(text)] as const);
  if (!xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(files)))) throw new Error('no provider');
  const imports = Object.keys(schemas).map((of) => `<xs:import namespace="${of}" schemaLocation="${file(of)}"/>`);
  const all = XmlDocument.fromString(
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports.join('')}</xs:schema>`,
  );
  const validator = XsdValidator.fromDoc(all);
  return {
    fault(xml) {
      const document = XmlDocument.fromString(xml);
      try {
        validator.validate(document);
        return undefined;
      } catch (thrown) {
        if (thrown instanceof XmlValidateError) return thrown.message;
        throw thrown;
      } finally {
        document.dispose();
      }
    },
    dispose() {
      validator.dispose();
      xmlCleanupInputProvider();
    },
  };
}

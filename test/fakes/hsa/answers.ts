// What the platform answers to each interaction, out of a register; what HSA leaves out is left out here.
import { XmlDocument } from 'libxml2-wasm';
import { namespaces } from './contract.ts';
import { type Commission, type Employee, type Place, placesFrom, type Register } from './people.ts';

export const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[found] ?? '');

/** An element of a prefix, when there is something in it. */
const of =
  (prefix: string) =>
  (name: string, value: string | boolean | undefined): string =>
    value === undefined || value === false
      ? ''
      : `<${prefix}:${name}>${value === true ? 'true' : escaped(value)}</${prefix}:${name}>`;
const within = (prefix: string, name: string, ...content: readonly string[]): string =>
  `<${prefix}:${name}>${content.join('')}</${prefix}:${name}>`;

/** The answer to a message that the contract takes. */
export function answerOf(register: Register, message: string): string {
  const document = XmlDocument.fromString(message);
  try {
    const { name, namespaceUri } = document.root;
    const value = (member: string): string | undefined =>
      document.get(`/*/*[local-name()='${member}']`)?.content ?? undefined;
    const asked = { hsaId: value('personHsaId'), number: value('personalIdentityNumber') };
    const feigned = value('includeFeignedObject') === 'true';
    if (name === 'GetHealthCareUnit') return unitAnswer(register, value('healthCareUnitMemberHsaId') ?? '');
    if (name === 'GetHospCredentialsForPerson') return hospAnswer(register, asked.number ?? '');
    const found = register.employees.filter(
      (each) =>
        (asked.hsaId === undefined ? each.number === asked.number : each.hsaId === asked.hsaId.toUpperCase()) &&
        (feigned || !each.feigned),
    );
    if (name === 'GetEmployeeIncludingProtectedPerson') return employeeAnswer(namespaceUri, name, found, register);
    return `<r:${name}Response xmlns:r="${namespaces.credentials}" xmlns:c="${namespaces.core}" xmlns:e="${namespaces.extension}">${found
      .map((each) => credential(register, each, value('profile') === 'extended1', feigned))
      .join('')}</r:${name}Response>`;
  } finally {
    document.dispose();
  }
}

function credential(register: Register, one: Employee, extended: boolean, feigned: boolean): string {
  const c = of('c');
  const commissions = register.commissions.filter(
    ({ members, purpose, feigned: made }) => members.includes(one.hsaId) && purpose !== undefined && (feigned || !made),
  );
  const licences = one.licences ?? [];
  return within(
    'r',
    'credentialInformation',
    c('givenName', one.givenName),
    c('middleAndSurName', [one.middleName, one.surname].filter((word) => word !== undefined).join(' ')),
    c('personHsaId', one.hsaId),
    ...licences.map(([, name]) => c('healthCareProfessionalLicence', name)),
    c('personalPrescriptionCode', one.prescriptionCode),
    ...(one.systemRole ?? []).map((value) => {
      const [systemId = '', role = ''] = value.split(';');
      return within('c', 'hsaSystemRole', c('systemId', systemId), c('role', role));
    }),
    c('protectedPerson', one.protectedIdentity),
    ...commissions.map((each) => commission(register, each)),
    c('feignedPerson', one.feigned),
    ...licences.map(([code]) => of('e')('healthCareProfessionalLicenceCode', code)),
    extended && one.number !== undefined ? identity('personalIdentity', one.number) : '',
  );
}

const identity = (name: string, number: string, prefix = 'e'): string =>
  within(prefix, name, of('e')('root', '1.2.752.129.2.1.3.1'), of('e')('extension', number));

function commission(register: Register, one: Commission): string {
  const c = of('c');
  const places = placesFrom(register, one.at);
  const provider = places.find(({ kind }) => kind === 'provider');
  const unit = places[0]?.kind === 'unit' ? places[0] : undefined;
  return within(
    'c',
    'commission',
    c('commissionName', one.name),
    c('commissionHsaId', one.id),
    c('commissionPurpose', one.purpose),
    ...(one.rights ?? []).map((right) => {
      const [activity = '', informationClass = '', scope = ''] = right.split(';');
      return within(
        'c',
        'commissionRight',
        c('activity', activity),
        c('informationClass', informationClass),
        c('scope', scope),
      );
    }),
    c('healthCareUnitHsaId', unit?.id),
    c('healthCareUnitName', unit?.name),
    dates('c', 'healthCareUnit', unit),
    c('healthCareProviderHsaId', provider?.id),
    c('healthCareProviderName', provider?.name),
    c('healthCareProviderOrgNo', provider?.orgNo),
    dates('c', 'healthCareProvider', provider),
    c('feignedHealthCareProvider', provider?.feigned),
    c('feignedHealthCareUnit', unit?.feigned),
    c('feignedCommission', one.feigned),
    c('archivedHealthCareProvider', provider?.archived),
    c('archivedHealthCareUnit', unit?.archived),
  );
}

const dates = (prefix: string, name: string, place: Place | undefined): string =>
  of(prefix)(`${name}StartDate`, place?.from) + of(prefix)(`${name}EndDate`, place?.until);

function employeeAnswer(namespace: string, name: string, found: readonly Employee[], register: Register): string {
  const version = namespace.endsWith(':3') ? '3' : '4';
  const c = of('c');
  const people = found.map((one) =>
    within(
      'r',
      'personInformation',
      c('personHsaId', one.hsaId),
      c('givenName', one.givenName),
      c('middleAndSurName', [one.middleName, one.surname].filter((word) => word !== undefined).join(' ')),
      c('mail', one.mail),
      ...(one.telephoneNumber ?? []).map((value) => c('telephoneNumber', value)),
      c('title', one.title),
      ...(one.licences ?? []).map(([, licence]) => c('healthCareProfessionalLicence', licence)),
      c(
        'dn',
        `cn=${one.givenName} ${one.surname},${placesFrom(register, one.at).map((place) => `ou=${place.name}`)},c=SE`,
      ),
      c('protectedPerson', one.protectedIdentity),
      c('personStartDate', one.from),
      c('personEndDate', one.until),
      c('feignedPerson', one.feigned),
      version === '3' ? c('gender', '1') : '',
    ),
  );
  return `<r:${name}Response xmlns:r="${namespace}" xmlns:c="${namespaces[`employee${version}`]}">${people.join('')}</r:${name}Response>`;
}

function unitAnswer(register: Register, id: string): string {
  const [unit, ...above] = placesFrom(register, id);
  const provider = [unit, ...above].find((place) => place?.kind === 'provider');
  const r = of('r');
  const names = (name: string, place: Place | undefined): string =>
    r(`${name}HsaId`, place?.id) + r(`${name}Name`, place?.name) + r(`${name}PublicName`, place?.name);
  const found =
    unit === undefined
      ? ''
      : within(
          'r',
          'healthCareUnit',
          r('unitIsHealthCareUnit', true),
          names('healthCareUnit', unit),
          dates('r', 'healthCareUnit', unit),
          names('healthCareProvider', provider),
          r('healthCareProviderOrgNo', provider?.orgNo),
          dates('r', 'healthCareProvider', provider),
          r('feignedHealthCareUnit', unit.feigned),
          r('archivedHealthCareUnit', unit.archived),
        );
  return `<r:GetHealthCareUnitResponse xmlns:r="${namespaces.unit}">${found}</r:GetHealthCareUnitResponse>`;
}

/** Restrictions of licences, by national number: `LK/001 Återkallad legitimation`. */
export const restrictions: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  '191212121212': [['SJ', '001', 'Återkallad legitimation']],
};

function hospAnswer(register: Register, number: string): string {
  const person = register.employees.find((each) => each.number === number);
  const l = of('l');
  const licences = (person?.licences ?? []).map(([code, name]) =>
    within(
      'r',
      'healthCareProfessionalLicence',
      l('healthCareProfessionalLicenceCode', code),
      l('healthCareProfessionalLicenceName', name),
    ),
  );
  const restricted = (restrictions[number] ?? []).map(([licence, code, name]) =>
    within(
      'r',
      'restrictions',
      l('healthCareProfessionalLicenceCode', licence),
      l('restrictionCode', code),
      l('restrictionName', name),
    ),
  );
  return `<r:GetHospCredentialsForPersonResponse xmlns:r="${namespaces.hosp}" xmlns:e="${namespaces.extension}" xmlns:l="${namespaces.licences}">${[
    identity('personalIdentityNumber', number, 'r'),
    ...licences,
    of('r')('personalPrescriptionCode', person?.prescriptionCode),
    ...restricted,
  ].join('')}</r:GetHospCredentialsForPersonResponse>`;
}

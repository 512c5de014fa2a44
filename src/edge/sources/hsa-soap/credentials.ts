// Reads what GetCredentialsForPersonIncludingProtectedPerson tells of one person: rights, licences, commissions as they were written.
import type { EpochMs } from '../../../base/clock.ts';
import { elementMaker, type XmlElement } from '../../../base/xml/index.ts';
import {
  type CommissionRight,
  licenceCodeOf,
  normaliseIdentity,
  type SourceLicence,
  type SubjectKey,
  sourceAway,
} from '../../../core/directory/index.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { credentialsExtension, credentialsRequestExtension, getCredentials } from './interactions.ts';

export interface Span {
  readonly from?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
}

/** A commission as the answer has it: what is missing may be looked up still. */
export interface ToldCommission {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly purpose?: string | undefined;
  readonly rights: readonly CommissionRight[];
  readonly unit?: { readonly id: string; readonly name?: string | undefined; readonly span: Span } | undefined;
  readonly provider: {
    readonly id?: string | undefined;
    readonly name?: string | undefined;
    readonly organisationNumber?: string | undefined;
    readonly span: Span;
  };
  readonly feigned: boolean;
  readonly archived: boolean;
}

export interface ToldCredentials {
  readonly key: SubjectKey;
  readonly identifiers: readonly SubjectKey[];
  readonly givenName?: string | undefined;
  readonly familyName: string;
  readonly protectedIdentity: boolean;
  readonly feigned: boolean;
  readonly licences: readonly SourceLicence[];
  readonly commissions: readonly ToldCommission[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

const written = elementMaker('c', getCredentials.responder);
const extended = elementMaker('e', credentialsRequestExtension);

/** By one identifier and never by both, which is a fault; `extended1` has the national number in the answer. */
export const credentialsRequest = (who: XmlElement, searchBase: string, includeFeigned: boolean): XmlElement =>
  written(
    getCredentials.name,
    {},
    who,
    written('searchBase', {}, searchBase),
    ...(includeFeigned ? [written('includeFeignedObject', {}, 'true')] : []),
    extended('profile', {}, 'extended1'),
  );

/** An HSA-ID in the spelling of the hub. */
export function hsaKey(id: string | undefined): SubjectKey {
  const normal = id === undefined ? undefined : normaliseIdentity('hsa-id', id);
  if (!normal?.ok) throw sourceAway('a person without an HSA-ID');
  return { namespace: 'hsa-id', value: normal.value };
}

export const readCredentials = (answer: XmlElement): readonly ToldCredentials[] =>
  fieldsOf(answer, getCredentials.responder).elements('credentialInformation').map(readOne);

function readOne(element: XmlElement): ToldCredentials {
  const told = fieldsOf(element, getCredentials.content);
  const more = fieldsOf(element, credentialsExtension);
  const familyName = told.one('middleAndSurName');
  if (familyName === undefined) throw sourceAway('a person without a name');
  const identity = more.elements('personalIdentity');
  return {
    key: hsaKey(told.one('personHsaId')),
    identifiers: identity.flatMap((each) => nationalNumber(each) ?? []),
    givenName: told.one('givenName'),
    familyName,
    protectedIdentity: told.flag('protectedPerson'),
    feigned: told.flag('feignedPerson'),
    licences: licencesOf(told.all('healthCareProfessionalLicence'), more.all('healthCareProfessionalLicenceCode')),
    commissions: told.elements('commission').map(readCommission),
    attributes: filled({
      systemRole: composite(told, 'hsaSystemRole', ['systemId', 'role']),
      nursePrescriptionRight: composite(told, 'nursePrescriptionRight', [
        'healthCareProfessionalLicence',
        'prescriptionRight',
      ]),
      personalPrescriptionCode: told.all('personalPrescriptionCode'),
      groupPrescriptionCode: told.all('groupPrescriptionCode'),
      paTitleCode: told.all('paTitleCode'),
      occupationalCode: more.all('occupationalCode'),
    }),
  };
}

/** Personal number and coordination number; other kinds of identity (a reserve number, another country's) name nobody here. */
const nationalNumberRoots = ['1.2.752.129.2.1.3.1', '1.2.752.129.2.1.3.3'];

export function nationalNumber(identity: XmlElement): SubjectKey | undefined {
  const { one } = fieldsOf(identity, credentialsExtension);
  const [root, extension] = [one('root'), one('extension')];
  if (root === undefined || !nationalNumberRoots.includes(root)) return undefined;
  const normal = normaliseIdentity('se-personnummer', extension ?? '');
  return normal.ok ? { namespace: 'se-personnummer', value: normal.value } : undefined;
}

/** The codes with their names; of an answer that has names alone, the codes of those names. */
function licencesOf(names: readonly string[], codes: readonly string[]): readonly SourceLicence[] {
  const all = new Set(codes.length > 0 ? codes : names.map(licenceCodeOf));
  return [...all].map((code) => {
    const name = names.find((each) => licenceCodeOf(each) === code);
    return { code, ...(name === undefined ? {} : { name }), restrictions: [] };
  });
}

/** Composites in the one spelling that they have in the tree as well: `code;flag`. */
const composite = (told: Fields, local: string, members: readonly string[]): readonly string[] =>
  told.elements(local).map((element) => {
    const { one } = fieldsOf(element, getCredentials.content);
    return members.map((member) => one(member) ?? '').join(';');
  });

/** Without the attributes that have no value. */
export const filled = (attributes: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(attributes).filter(([, values]) => values.length > 0));

function readCommission(element: XmlElement): ToldCommission {
  const { one, flag, instant, elements } = fieldsOf(element, getCredentials.content);
  const unit = one('healthCareUnitHsaId');
  return {
    id: one('commissionHsaId')?.toUpperCase(),
    name: one('commissionName'),
    purpose: one('commissionPurpose'),
    rights: elements('commissionRight').map(readRight),
    ...(unit === undefined
      ? {}
      : {
          unit: {
            id: unit.toUpperCase(),
            name: one('healthCareUnitName'),
            span: { from: instant('healthCareUnitStartDate'), until: instant('healthCareUnitEndDate') },
          },
        }),
    provider: {
      id: one('healthCareProviderHsaId')?.toUpperCase(),
      name: one('healthCareProviderName'),
      organisationNumber: one('healthCareProviderOrgNo'),
      span: { from: instant('healthCareProviderStartDate'), until: instant('healthCareProviderEndDate') },
    },
    feigned: flag('feignedHealthCareProvider') || flag('feignedHealthCareUnit') || flag('feignedCommission'),
    archived: flag('archivedHealthCareProvider') || flag('archivedHealthCareUnit'),
  };
}

function readRight(element: XmlElement): CommissionRight {
  const { one } = fieldsOf(element, getCredentials.content);
  return {
    activity: one('activity') ?? '',
    informationClass: one('informationClass') ?? '',
    scope: one('scope') ?? '',
  };
}

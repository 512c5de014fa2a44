// A person's entry in the tree, as the source tells of people.
import {
  licenceCodeOf,
  normaliseIdentity,
  type SourceCommission,
  type SourcePerson,
  sourceAway,
  spanOf,
} from '../../../core/directory/index.ts';
import type { TreeEntry } from './entries.ts';

/** Attributes of the tree -> the names that the source has for them. */
const attributes: Readonly<Record<string, string>> = {
  mail: 'mail',
  telephoneNumber: 'telephoneNumber',
  mobile: 'mobileNumber',
  hsaSwitchboardNumber: 'switchboardNumber',
  specialityCode: 'specialityCode',
  specialityName: 'specialityName',
  hsaSystemRole: 'systemRole',
  hsaSosNursePrescriptionRight: 'nursePrescriptionRight',
  personalPrescriptionCode: 'personalPrescriptionCode',
  hsaGroupPrescriptionCode: 'groupPrescriptionCode',
  paTitleCode: 'paTitleCode',
  occupationalCode: 'occupationalCode',
};

export const personAttributes: readonly string[] = [
  'objectClass',
  'hsaIdentity',
  'personalIdentityNumber',
  'givenName',
  'middleName',
  'sn',
  'title',
  'hsaTitle',
  'startDate',
  'endDate',
  ...Object.keys(attributes),
];

/** The HSA-ID of an entry, in the spelling of the hub. */
export function hsaIdOf(entry: TreeEntry): string {
  const [only, ...more] = entry.all('hsaIdentity');
  const normal = only === undefined || more.length > 0 ? undefined : normaliseIdentity('hsa-id', only);
  if (!normal?.ok) throw sourceAway('a person without an HSA-ID');
  return normal.value;
}

export function personOf(entry: TreeEntry, commissions: readonly SourceCommission[]): SourcePerson {
  const { all, one, isA, instant } = entry;
  const familyName = [one('middleName'), one('sn')].filter((word) => word !== undefined).join(' ');
  if (familyName === '') throw sourceAway('a person without a name');
  const [givenName, title] = [one('givenName'), one('title')];
  const licences = new Map(all('hsaTitle').map((name) => [licenceCodeOf(name), name]));
  return {
    key: { namespace: 'hsa-id', value: hsaIdOf(entry) },
    identifiers: all('personalIdentityNumber').flatMap((number) => {
      const normal = normaliseIdentity('se-personnummer', number);
      return normal.ok ? [{ namespace: 'se-personnummer', value: normal.value }] : [];
    }),
    ...(givenName === undefined ? {} : { givenName }),
    familyName,
    ...(title === undefined ? {} : { title }),
    protectedIdentity: isA('hsaConfidentialPerson'),
    // An archived person is nobody's employee, like one that was made for tests.
    feigned: isA('hsaFeignedDataObject') || isA('hsaArchivedObject'),
    ...spanOf({ from: instant('startDate'), until: instant('endDate') }),
    commissions,
    licences: [...licences].map(([code, name]) => ({ code, name, restrictions: [] })),
    attributes: Object.fromEntries(
      Object.entries(attributes)
        .map(([here, there]) => [there, all(here)] as const)
        .filter(([, values]) => values.length > 0),
    ),
  };
}

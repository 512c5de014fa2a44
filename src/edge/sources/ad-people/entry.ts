// What an entry of an Active Directory says of a person: names, identities, and the assignments that the record's rows give it.
import type { Entry } from 'ldapts';
import type { EpochMs } from '../../../base/clock.ts';
import { fromFiletime } from '../../../base/filetime.ts';
import { tokenHash } from '../../../base/ids.ts';
import type { FedAssignment, FedPeople } from '../../../core/catalogue/index.ts';
import {
  entryCommission,
  entryKey,
  normaliseIdentity,
  type SourceCommission,
  type SourcePerson,
} from '../../../core/directory/index.ts';

export const binaryAttributes = ['objectGUID', 'invocationId'];

/** What is asked of an entry. */
export const entryAttributes = ({ identities, assignments, ...people }: FedPeople): string[] => [
  ...new Set([
    'objectGUID',
    'cn',
    'memberOf',
    'userAccountControl',
    'accountExpires',
    ...[people.givenName, people.familyName, people.title, people.mail, people.telephone],
    ...[people.organisationAttribute, people.unitAttribute].flatMap((name) => name ?? []),
    ...identities.map(({ attribute }) => attribute),
    ...assignments.flatMap(({ attribute }) => attribute ?? []),
  ]),
];

/** ADS_UF_ACCOUNTDISABLE (MS-ADTS 2.2.16). */
const disabled = 2;

/** A GUID as the directory's own tools write it (MS-DTYP 2.3.4.3). */
export function guidText(bytes: Buffer): string {
  const swapped = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes.subarray(at, at + 1));
  const hex = Buffer.concat(swapped).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The bytes that such a text stands for; undefined when it is none. */
export function guidBytes(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return undefined;
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  return Buffer.concat([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes.subarray(at, at + 1)));
}

/** The entry's own id. */
export function objectOf(entry: Entry): string {
  const value = [entry['objectGUID'] ?? []].flat()[0];
  return Buffer.isBuffer(value) && value.length === 16 ? guidText(value) : '';
}

const same = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();
/** Two spellings of one distinguished name: its parts in any case, with spaces after commas or without. */
const sameName = (one: string, other: string): boolean =>
  same(one.replaceAll(/(?<!\\),\s+/g, ','), other.replaceAll(/(?<!\\),\s+/g, ','));

/** Undefined for one that nothing names for good: nobody could be told to be it. */
export function personOfEntry(entry: Entry, source: string, people: FedPeople): SourcePerson | undefined {
  const byName = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  const all = (attribute: string | undefined): readonly string[] =>
    [byName.get(attribute?.toLowerCase() ?? '') ?? []]
      .flat()
      .map((value) => (typeof value === 'string' ? value : value.toString('utf8')).trim())
      .filter((value) => value !== '');
  const one = (attribute: string | undefined): string | undefined => all(attribute)[0];
  const object = objectOf(entry);
  const identifiers = people.identities.flatMap(({ attribute, namespace }) =>
    all(attribute).flatMap((value) => {
      const normal = normaliseIdentity(namespace, value);
      return normal.ok ? [{ namespace, value: normal.value }] : [];
    }),
  );
  const familyName = one(people.familyName) ?? one('cn');
  if (object === '' || identifiers.length === 0 || familyName === undefined) return undefined;
  const control = Number(one('userAccountControl') ?? disabled);
  const isEnabled = Number.isSafeInteger(control) && (control & disabled) === 0;
  const until = fromFiletime(one('accountExpires'));
  const [mail, telephone] = [one(people.mail), one(people.telephone)];
  const organisationNumber = one(people.organisationAttribute);
  const fits = ({ group, attribute, value }: FedAssignment): boolean =>
    (group === undefined || all('memberOf').some((name) => sameName(name, group))) &&
    (attribute === undefined || all(attribute).some((each) => same(each, value ?? '')));
  return {
    key: entryKey(source, object),
    identifiers,
    givenName: one(people.givenName),
    familyName,
    title: one(people.title),
    protectedIdentity: false,
    feigned: false,
    until,
    commissions: isEnabled
      ? people.assignments.filter(fits).flatMap((row) => {
          const number = row.organisationNumber ?? organisationNumber;
          return number === undefined ? [] : [commissionOf(object, row.role, number, one(people.unitAttribute), until)];
        })
      : [],
    licences: [],
    attributes: {
      ...(mail === undefined ? {} : { mail: [mail] }),
      ...(telephone === undefined ? {} : { telephoneNumber: [telephone] }),
    },
  };
}

function commissionOf(
  object: string,
  role: string,
  organisationNumber: string,
  unit: string | undefined,
  until: EpochMs | undefined,
): SourceCommission {
  const digits = organisationNumber.replace(/\D/g, '');
  return {
    id: entryCommission(object, `${digits}/${role}`),
    name: role,
    role,
    rights: [],
    unit: unit === undefined ? undefined : { id: `unit-${tokenHash(`${digits} ${unit}`).slice(0, 22)}`, name: unit },
    provider: { id: digits, name: digits, organisationNumber: digits },
    until,
    feigned: false,
    archived: false,
  };
}

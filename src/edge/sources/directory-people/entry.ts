// What an entry of a directory says of a person: names, identities, and the assignments that the record's rows give it.
import type { Entry } from 'ldapts';
import type { EpochMs } from '../../../base/clock.ts';
import { tokenHash } from '../../../base/ids.ts';
import type { FedAssignment, FedPeople } from '../../../core/catalogue/index.ts';
import {
  entryCommission,
  entryKey,
  normaliseIdentity,
  type SourceCommission,
  type SourcePerson,
} from '../../../core/directory/index.ts';

/** What each sort of directory writes in its own way. */
export interface Standing {
  /** Names the entry for good; empty when it does not say. */
  readonly object: string;
  readonly isOpen: boolean;
  readonly until: EpochMs | undefined;
  readonly isMember: (group: string) => boolean;
}

/** What is asked of an entry of any directory. */
export const entryAttributes = ({ identities, assignments, ...people }: FedPeople): readonly string[] => [
  'cn',
  ...[people.givenName, people.familyName, people.title, people.mail, people.telephone],
  ...[people.organisationAttribute, people.unitAttribute].flatMap((name) => name ?? []),
  ...identities.map(({ attribute }) => attribute),
  ...assignments.flatMap(({ attribute }) => attribute ?? []),
];

/** The values of an attribute, whatever the case of its name (RFC 4512 2.5). */
export type ValuesOf = (attribute: string | undefined) => readonly string[];

export function valuesOf(entry: Entry): ValuesOf {
  const byName = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  return (attribute) =>
    [byName.get(attribute?.toLowerCase() ?? '') ?? []]
      .flat()
      .map((value) => (typeof value === 'string' ? value : value.toString('utf8')).trim())
      .filter((value) => value !== '');
}

export const sameText = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();
/** The same for two spellings of one distinguished name: its parts in any case, with spaces after commas or without. */
export const nameKey = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/(?<!\\),\s+/g, ',');

/** Undefined for one that nothing names for good: nobody could be told to be it. */
export function personOfEntry(
  entry: Entry,
  source: string,
  people: FedPeople,
  { object, isOpen, until, isMember }: Standing,
): SourcePerson | undefined {
  const all = valuesOf(entry);
  const one = (attribute: string | undefined): string | undefined => all(attribute)[0];
  const identifiers = people.identities.flatMap(({ attribute, namespace }) =>
    all(attribute).flatMap((value) => {
      const normal = normaliseIdentity(namespace, value);
      return normal.ok ? [{ namespace, value: normal.value }] : [];
    }),
  );
  const familyName = one(people.familyName) ?? one('cn');
  if (object === '' || identifiers.length === 0 || familyName === undefined) return undefined;
  const [mail, telephone] = [one(people.mail), one(people.telephone)];
  const organisationNumber = one(people.organisationAttribute);
  const fits = ({ group, attribute, value }: FedAssignment): boolean =>
    (group === undefined || isMember(group)) &&
    (attribute === undefined || all(attribute).some((each) => sameText(each, value ?? '')));
  return {
    key: entryKey(source, object),
    identifiers,
    givenName: one(people.givenName),
    familyName,
    title: one(people.title),
    protectedIdentity: false,
    feigned: false,
    until,
    commissions: isOpen
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

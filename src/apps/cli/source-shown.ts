// A register's record of a person as the command line shows it: numbers never whole, and of protected people the initials alone.
import type { SourceCommission, SourcePerson, SubjectKey } from '../../core/directory/index.ts';
import { isPersonalNumberNamespace } from '../../core/directory/index.ts';

/** An identifier as it is shown: of a national number the year alone. */
export const shownKey = ({ namespace, value }: SubjectKey): string =>
  `${namespace} ${isPersonalNumberNamespace(namespace) ? `${value.slice(0, 4)}…` : value}`;

const initial = (name: string | undefined): string => (name ? `${[...name][0]}.` : '');
const day = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString());
const span = ({ from, until }: { from?: number | undefined; until?: number | undefined }): string =>
  from === undefined && until === undefined ? '' : `  ${day(from)} – ${day(until)}`;

export function personLines(record: SourcePerson): readonly string[] {
  const { givenName, familyName, protectedIdentity, title, identifiers, licences } = record;
  const name = protectedIdentity
    ? `${initial(givenName)} ${initial(familyName)}  protected identity`
    : [givenName, familyName].filter((word) => word).join(' ');
  return [
    `${shownKey(record.key)}  ${name}${title === undefined ? '' : `  ${title}`}${span(record)}${record.feigned ? '  made for tests' : ''}`,
    ...(protectedIdentity ? [] : identifiers.map((key) => `  ${shownKey(key)}`)),
    ...licences.map(
      ({ code, name: licence, restrictions }) =>
        `  licence ${code}${licence === undefined ? '' : ` ${licence}`}${restrictions
          .map((each) => `; restricted ${each.code}${each.name === undefined ? '' : ` ${each.name}`}`)
          .join('')}`,
    ),
    ...record.commissions.flatMap(commissionLines),
    ...(protectedIdentity
      ? []
      : Object.entries(record.attributes).map(([key, values]) => `  ${key}: ${values.join(', ')}`)),
  ];
}

const commissionLines = (one: SourceCommission): readonly string[] => [
  `  commission ${one.id}  ${one.name}  ${one.purpose ?? ''}${span(one)}${one.feigned ? '  made for tests' : ''}${one.archived ? '  archived' : ''}`,
  `    ${one.unit === undefined ? 'directly below' : `${one.unit.id} ${one.unit.name}, of`} ${one.provider.id} ${one.provider.name} (${one.provider.organisationNumber})`,
  ...one.rights.map(({ activity, informationClass, scope }) => `    right ${activity};${informationClass};${scope}`),
];

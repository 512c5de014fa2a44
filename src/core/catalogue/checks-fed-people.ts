// The checks on an organisation's own directory, and on whose word wins: said in full, and never a matter of luck.
import type { CatalogueCheck, CatalogueProblem } from './checks.ts';
import { fileRank, truthAttributes } from './fed-people.ts';
import { isFedKind, type PersonSourceRecord } from './person-source-record.ts';
import { adFilter } from './schema-fed-people.ts';
import type { CatalogueSnapshot } from './snapshot.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

const each = (
  name: string,
  clause: string,
  test: (
    source: PersonSourceRecord,
    snapshot: CatalogueSnapshot,
    organisations?: ReadonlySet<string>,
  ) => Iterable<Found>,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot, organisations }): Iterable<CatalogueProblem> {
    for (const source of snapshot.personSources.values())
      for (const [path, message] of test(source, snapshot, organisations))
        yield { kind: 'personSource', id: source.id, path, message };
  },
});

export const fedPeopleChecks: readonly CatalogueCheck[] = [
  each('personSource.people', 'V1: what its entries mean is said', function* ({ kind, people }) {
    if (isFedKind(kind) !== (people !== undefined))
      yield [['people'], isFedKind(kind) ? 'say what its entries mean: people' : 'is for adPeople and ldapPeople'];
  }),
  each('personSource.marks', 'V1: who is closed, and who an entry is, is said', function* ({ kind, people }) {
    if (people === undefined || !isFedKind(kind)) return;
    const { marks, filter } = people;
    if (kind === 'adPeople' && marks !== undefined)
      yield [['people', 'marks'], 'is for ldapPeople: those of Active Directory are known'];
    if (kind !== 'ldapPeople') return;
    if (marks === undefined) yield [['people', 'marks'], 'say what shows that somebody is closed: marks'];
    if (filter === adFilter)
      yield [['people', 'filter'], 'is Active Directory’s: say whose entries, for example (objectClass=inetOrgPerson)'];
  }),
  each('personSource.organisations', 'K3: whose people is said', function* ({ people }, _, organisations) {
    for (const [index, organisation] of (people?.organisations ?? []).entries())
      if (organisations && !organisations.has(organisation))
        yield [['people', 'organisations', index], `there is no organisation ${organisation}`];
  }),
  each('personSource.assignments', 'V1: a row says whom and where', function* ({ people }) {
    for (const [index, row] of (people?.assignments ?? []).entries()) {
      const path = ['people', 'assignments', index];
      if ((row.attribute === undefined) !== (row.value === undefined))
        yield [[...path, 'attribute'], 'an attribute and its value belong together'];
      if (row.group !== undefined && row.attribute !== undefined)
        yield [[...path, 'group'], 'say a group or an attribute, not both'];
      if (row.organisationNumber === undefined && people?.organisationAttribute === undefined)
        yield [[...path, 'organisationNumber'], 'say the number here, or where it is: organisationAttribute'];
    }
  }),
  each('personSource.pace', 'V1: a login finds what the sync brought', function* ({ people }) {
    if (people === undefined) return;
    if (people.freshSeconds < people.syncSeconds) yield [['people', 'freshSeconds'], 'is shorter than syncSeconds'];
    if (people.fullSeconds < people.syncSeconds) yield [['people', 'fullSeconds'], 'is shorter than syncSeconds'];
  }),
  each(
    'personSource.truth',
    'V1: of two words one wins, always the same',
    function* ({ id, truth }, { personSources }) {
      for (const attribute of truthAttributes) {
        const rank = truth?.[attribute];
        if (rank === undefined) continue;
        if (rank === fileRank) yield [['truth', attribute], `${fileRank} is the rank of files`];
        const other = [...personSources.values()].find((one) => one.id !== id && one.truth?.[attribute] === rank);
        if (other !== undefined) yield [['truth', attribute], `is the rank of ${other.id} too`];
      }
    },
  ),
];

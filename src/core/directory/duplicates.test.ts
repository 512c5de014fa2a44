// V4: who may be one human, as a table of what two people share; in one order, and never by a name alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Candidate,
  findDuplicates,
  foldedName,
  type SharedKind,
  sharedKinds,
  shownCandidate,
} from './duplicates.ts';

const someone = (
  id: string,
  change: Partial<Candidate> & { readonly name?: string; readonly hidden?: boolean } = {},
): Candidate => ({
  person: { id, givenName: change.name ?? id, familyName: 'Åberg-Ek', protectedIdentity: change.hidden ?? false },
  organisations: change.organisations ?? [],
  numbers: change.numbers ?? new Map(),
});
const number = (lookup: string) => new Map([['se-personnummer', lookup]]);
const found = (kinds: readonly SharedKind[], one = someone('a'), other = someone('b')) =>
  findDuplicates(
    kinds.map((kind) => ({ kind, people: ['b', 'a'] })),
    new Map([one, other].map((each) => [each.person.id, each])),
  ).map(({ kind, score, reasons }) => `${kind} ${score} ${reasons.join('+')}`);

describe('two people', () => {
  const same = [someone('a', { name: 'Eva' }), someone('b', { name: 'EVÁ' })] as const;
  const rows: readonly [what: string, got: readonly string[], expected: readonly string[]][] = [
    ['of one national number', found(['number']), ['certain 100 number']],
    ['of one HSA-ID', found(['hsaId']), ['likely 60 hsaId']],
    ['of one licence', found(['hprNumber']), ['likely 60 hprNumber']],
    ['of one name and birth date', found(['nameAndBirth'], ...same), ['likely 90 nameAndBirth+name']],
    ['of one mailbox and name', found(['mail'], ...same), ['likely 70 mail+name']],
    ['of one mailbox alone', found(['mail']), []],
    ['of one telephone and name', found(['telephone'], ...same), []],
    [
      'of one telephone and name at one place',
      found(
        ['telephone'],
        ...(['a', 'b'].map((id) => someone(id, { name: 'Eva', organisations: ['ward'] })) as [Candidate, Candidate]),
      ),
      ['likely 60 telephone+name+organisation'],
    ],
    [
      'of two national numbers',
      found(['hsaId'], someone('a', { numbers: number('1') }), someone('b', { numbers: number('2') })),
      ['contradiction 60 hsaId'],
    ],
    [
      'of numbers of two countries',
      found(
        ['hsaId'],
        someone('a', { numbers: number('1') }),
        someone('b', { numbers: new Map([['no-fodselsnummer', '2']]) }),
      ),
      ['likely 60 hsaId'],
    ],
    ['who share nothing', found([], ...same), []],
  ];
  for (const [what, got, expected] of rows) test(what, () => assert.deepEqual(got, expected));
});

test('names are compared without case, accents and hyphens', () => {
  const fold = (givenName: string, familyName: string) => foldedName({ givenName, familyName });
  assert.equal(fold('Åsa-Lena', 'ÖBERG'), fold('asa lena', 'Oberg'));
  assert.notEqual(fold('Åsa', 'Berg'), fold('Åse', 'Berg'));
  assert.notEqual(fold('', '山田'), fold('', '田中'));
});

test('somebody with protected identity is shown by initials (K11)', () => {
  assert.equal(shownCandidate(someone('p1', { name: 'Eva', hidden: true })), 'p1 (E. Å.)');
  assert.equal(shownCandidate(someone('p1', { name: 'Eva' })), 'p1 (Eva Åberg-Ek)');
});

test('any order finds the same; each pair is there once, with another person, and shares what it says', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const candidates = new Map(ids.slice(0, 3).map((id) => [id, someone(id, { name: id < 'c' ? 'Eva' : id })]));
  const any = fc.array(
    fc.record({ kind: fc.constantFrom(...sharedKinds), people: fc.array(fc.constantFrom(...ids), { maxLength: 5 }) }),
  );
  fc.assert(
    fc.property(any, (shared) => {
      const pairs = findDuplicates(shared, candidates);
      assert.deepEqual(
        findDuplicates(
          [...shared].reverse().map((one) => ({ ...one, people: [...one.people].reverse() })),
          candidates,
        ),
        pairs,
      );
      assert.equal(new Set(pairs.map(({ people }) => people.join())).size, pairs.length);
      for (const { people, reasons } of pairs) {
        assert.ok(people[0] < people[1] && !people.includes('d'));
        for (const reason of reasons)
          assert.ok(
            reason === 'name' ||
              shared.some((one) => one.kind === reason && people.every((id) => one.people.includes(id))),
          );
      }
    }),
  );
});

// V4: what stands against making two people one, and against undoing it; each check is needed for a case.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { apart, assignment } from '../../../test/fakes/ward.ts';
import { type MergeFacts, type MergeSide, mergeChecks, objections, type UnmergeFacts, unmergeChecks } from './merge.ts';

const side = (id: string, change: Partial<MergeSide> = {}): MergeSide => ({
  id,
  closed: false,
  numbers: new Map(),
  assignments: [],
  usernames: [],
  targets: [],
  cards: 0,
  ...change,
});
const facts = (change: Partial<MergeFacts> = {}): MergeFacts => ({
  keep: side('a'),
  other: side('b'),
  reason: 'Seen both passports',
  rules: [],
  organisations: new Map(['hospital', 'clinic'].map((id) => [id, { id, name: id, closed: false }])),
  now: 1_800_000_000_000,
  ...change,
});
const number = (lookup: string, namespace = 'se-personnummer') => new Map([[namespace, lookup]]);
const works = (id: string, organisation: string) => side(id, { assignments: [assignment(id, organisation)] });

describe('two people are not made one', () => {
  const cases: Readonly<Record<string, readonly [MergeFacts, RegExp]>> = {
    'merge.known': [facts({ other: undefined }), /no such person/],
    'merge.two': [facts({ other: side('a') }), /the same person already/],
    'merge.open': [facts({ keep: side('a', { closed: true }) }), /^a is closed/],
    'merge.numbers': [
      facts({ keep: side('a', { numbers: number('1') }), other: side('b', { numbers: number('2') }) }),
      /two different national numbers/,
    ],
    'merge.accounts': [
      facts({ keep: side('a', { targets: ['ad', 'scim'] }), other: side('b', { targets: ['scim'] }) }),
      /open account in scim: close b's there first/,
    ],
    'merge.cards': [facts({ other: side('b', { cards: 2 }) }), /b has 2 cards/],
    'merge.usernames': [
      facts({ keep: side('a', { usernames: ['anna'] }), other: side('b', { usernames: ['anna2'] }) }),
      /anna, anna2/,
    ],
    'merge.assignments': [
      facts({ keep: works('a', 'hospital'), other: works('b', 'clinic'), rules: [apart()] }),
      /a@hospital and b@clinic may not hold together by the rule two-insurers/,
    ],
    'merge.reason': [facts({ reason: ' ' }), /say why/],
  };
  assert.deepEqual(
    Object.keys(cases),
    mergeChecks.map(({ name }) => name),
  );
  for (const [name, [given, words]] of Object.entries(cases))
    test(name, () => {
      const found = objections(given, mergeChecks);
      assert.equal(found.length, 1, found.join('; '));
      assert.match(found[0] ?? '', words);
      assert.deepEqual(
        objections(
          given,
          mergeChecks.filter((check) => check.name !== name),
        ),
        [],
      );
    });

  test('all that stands against it is told at once', () => {
    const both = side('b', { closed: true, cards: 1 });
    assert.equal(objections(facts({ other: both, reason: '' }), mergeChecks).length, 3);
  });
});

test('who keeps may have cards and accounts; one number, numbers of two countries and conflicts that were there are no hindrance', () => {
  const numbers = { keep: side('a', { numbers: number('1') }), other: side('b', { numbers: number('1') }) };
  const foreign = { ...numbers, other: side('b', { numbers: number('2', 'no-fodselsnummer') }) };
  const held = side('a', {
    cards: 3,
    targets: ['ad'],
    assignments: [assignment('a', 'hospital'), assignment('a', 'clinic')],
  });
  for (const change of [
    {},
    numbers,
    foreign,
    { keep: held, rules: [apart()] },
    { keep: works('a', 'hospital'), other: works('b', 'clinic'), rules: [apart({ effect: 'report' })] },
  ])
    assert.deepEqual(objections(facts(change), mergeChecks), []);
});

describe('a merge is not undone', () => {
  const moved = { links: [{ from: 'l1', to: 'l2' }], assignments: ['x'], usernames: ['anna'], told: [] };
  const merge = { id: 'm', keep: 'a', other: 'b', undone: false, moved };
  const undo = (change: Partial<UnmergeFacts> = {}): UnmergeFacts => ({
    merge,
    liveLinks: ['l2'],
    heldAssignments: ['x'],
    heldUsernames: ['anna'],
    isPointing: true,
    later: [],
    reason: 'They are two',
    ...change,
  });
  const cases: Readonly<Record<string, readonly [UnmergeFacts, RegExp]>> = {
    'unmerge.known': [undo({ merge: undefined }), /no such merge/],
    'unmerge.once': [undo({ merge: { ...merge, undone: true } }), /undone already/],
    'unmerge.later': [undo({ later: ['n'] }), /undo n first/],
    'unmerge.pointing': [undo({ isPointing: false }), /b is not as the merge left/],
    'unmerge.links': [undo({ liveLinks: [] }), /1 of the identities/],
    'unmerge.assignments': [undo({ heldAssignments: [] }), /1 of the assignments/],
    'unmerge.usernames': [undo({ heldUsernames: [] }), /username that moved/],
    'unmerge.reason': [undo({ reason: '' }), /say why/],
  };
  assert.deepEqual(
    Object.keys(cases),
    unmergeChecks.map(({ name }) => name),
  );
  for (const [name, [given, words]] of Object.entries(cases))
    test(name, () => {
      const found = objections(given, unmergeChecks);
      assert.equal(found.length, 1, found.join('; '));
      assert.match(found[0] ?? '', words);
      assert.deepEqual(
        objections(
          given,
          unmergeChecks.filter((check) => check.name !== name),
        ),
        [],
      );
    });
  test('but where all is as it was left, it is', () => assert.deepEqual(objections(undo(), unmergeChecks), []));
});

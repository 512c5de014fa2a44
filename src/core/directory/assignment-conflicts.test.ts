// V4: which pairs of assignments conflict, as a table and for any order; what has ended never does.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AssignmentConflict } from '../catalogue/index.ts';
import { conflictsNow, findConflicts, newConflicts } from './assignment-conflicts.ts';
import type { Assignment, Organisation } from './directory.ts';

const now = Date.UTC(2026, 10, 30);
const day = 86_400_000;
const organisations = new Map<string, Organisation>(
  [
    { id: 'north', name: 'North', closed: false },
    { id: 'north-office', name: 'Office', parent: 'north', closed: false },
    { id: 'south', name: 'South', closed: false },
    { id: 'shut', name: 'Shut', parent: 'south', closed: true },
    { id: 'ring', name: 'Ring', parent: 'gnir', closed: false },
    { id: 'gnir', name: 'Gnir', parent: 'ring', closed: false },
  ].map((one) => [one.id, one]),
);
const rule = (change: Partial<AssignmentConflict> = {}): AssignmentConflict => ({
  id: 'insurers',
  name: { en: 'Two insurers' },
  between: [
    { organisations: ['north'], roles: [] },
    { organisations: ['south'], roles: [] },
  ],
  effect: 'block',
  owner: 'Legal',
  reason: 'Kept apart by law',
  ...change,
});
const at = (organisation: string, change: Partial<Assignment> = {}): Assignment => ({
  id: `at-${organisation}`,
  person: 'anna',
  organisation,
  role: 'handler',
  ...change,
});
const pairs = (assignments: readonly Assignment[], rules = [rule()]) =>
  findConflicts({ assignments, organisations, rules, now }).map((one) => `${one.rule} ${one.assignments.join('+')}`);

describe('two assignments conflict', () => {
  const roles = [
    { organisations: [], roles: ['prescriber'] },
    { organisations: [], roles: ['pharmacist'] },
  ];
  const rows: readonly [
    what: string,
    assignments: readonly Assignment[],
    expected: readonly string[],
    rules?: AssignmentConflict[],
  ][] = [
    ['at two insurers', [at('north'), at('south')], ['insurers at-north+at-south']],
    ['below one of them', [at('north-office'), at('south')], ['insurers at-north-office+at-south']],
    ['not twice at the same', [at('north'), at('north-office')], []],
    ['not one alone', [at('north')], []],
    ['not elsewhere', [at('north'), at('ring')], []],
    ['not one that ended', [at('north', { until: now }), at('south')], []],
    ['not one after the other', [at('north', { until: now + day }), at('south', { from: now + day })], []],
    [
      'later',
      [at('north', { until: now + 2 * day }), at('south', { from: now + day })],
      ['insurers at-north+at-south'],
    ],
    ['not where it is closed', [at('north'), at('shut')], []],
    [
      'not before the rule is in force',
      [at('north', { until: now + day }), at('south')],
      [],
      [rule({ from: '2026-12-24' })],
    ],
    ['not after it was', [at('north'), at('south')], [], [rule({ until: '2026-11-30' })]],
    [
      'in two roles anywhere',
      [at('north', { role: 'prescriber' }), at('ring', { role: 'pharmacist' })],
      ['insurers at-north+at-ring'],
      [rule({ between: roles })],
    ],
    ['not in one of the roles', [at('north', { role: 'prescriber' }), at('ring')], [], [rule({ between: roles })]],
    [
      'by each rule that says so',
      [at('north'), at('south')],
      ['a at-north+at-south', 'b at-north+at-south'],
      [rule({ id: 'b' }), rule({ id: 'a' })],
    ],
  ];
  for (const [what, assignments, expected, rules] of rows)
    test(what, () => assert.deepEqual(pairs(assignments, rules), expected));
});

test('what fits both sides alone conflicts with nothing, and with another that fits one', () => {
  const both = rule({
    between: [
      { organisations: ['north'], roles: [] },
      { organisations: [], roles: ['boss'] },
    ],
  });
  assert.deepEqual(pairs([at('north', { role: 'boss' })], [both]), []);
  assert.deepEqual(pairs([at('north', { role: 'boss' }), at('north-office')], [both]), [
    'insurers at-north+at-north-office',
  ]);
});

test('now is not later', () => {
  const assignments = [at('north'), at('south', { from: now + 1 })];
  assert.deepEqual(conflictsNow({ assignments, organisations, rules: [rule()], now }), []);
  assert.equal(conflictsNow({ assignments, organisations, rules: [rule()], now: now + 1 }).length, 1);
});

test('a change that shortens a conflict brings none about; one that lengthens it does', () => {
  const found = (until: number | undefined, effect: 'report' | 'block' = 'block') =>
    findConflicts({
      assignments: [at('north', { until }), at('south')],
      organisations,
      rules: [rule({ effect })],
      now,
    });
  assert.deepEqual(newConflicts(found(now + 2 * day), found(now + day)), []);
  assert.equal(newConflicts(found(now + day), found(now + 2 * day)).length, 1);
  assert.equal(newConflicts(found(now + day), found(undefined)).length, 1);
  assert.equal(newConflicts([], found(now + day)).length, 1);
  assert.equal(newConflicts(found(undefined, 'report'), found(undefined)).length, 1);
});

const anyTime = fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined });
const anyAssignment = fc.record({
  organisation: fc.constantFrom(...organisations.keys(), 'unknown'),
  role: fc.constantFrom('handler', 'boss'),
  from: anyTime,
  until: anyTime,
});
const anySide = fc.record({
  organisations: fc.subarray(['north', 'north-office', 'south', 'ring']),
  roles: fc.subarray(['handler', 'boss']),
});

test('any order of assignments, rules and sides finds the same; every pair holds together at its time', () => {
  fc.assert(
    fc.property(
      fc.array(anyAssignment, { maxLength: 6 }),
      fc.array(fc.array(anySide, { minLength: 2, maxLength: 4 }), { maxLength: 3 }),
      (given, sides) => {
        const days = (n: number | undefined) => (n === undefined ? undefined : now + n * day);
        const assignments = given.map((one, n) =>
          at(one.organisation, { ...one, id: `a${n}`, from: days(one.from), until: days(one.until) }),
        );
        const rules = sides.map((between, n) => rule({ id: `r${n}`, between }));
        const found = findConflicts({ assignments, organisations, rules, now });
        assert.deepEqual(
          findConflicts({
            assignments: [...assignments].reverse(),
            organisations,
            rules: [...rules].reverse().map((one) => ({ ...one, between: [...one.between].reverse() })),
            now,
          }),
          found,
        );
        for (const { assignments: ids, from, until } of found) {
          assert.ok(from >= now && from < until && ids[0] < ids[1]);
          for (const id of ids) {
            const one = assignments.find((each) => each.id === id)!;
            assert.ok((one.from ?? from) <= from && until <= (one.until ?? until));
          }
        }
      },
    ),
  );
});

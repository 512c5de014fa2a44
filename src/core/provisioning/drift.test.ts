// K8: drift in words, when a look is doubted, when the next one is due, and who may have it mended: each check dropped turns its case.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Person } from '../directory/directory.ts';
import type { ActualAccount, DesiredAccount } from './account.ts';
import { nextCheckAt } from './check-schedule.ts';
import { doubtOf, driftOf } from './drift.ts';
import { checkHoldsMs, type MendFacts, mendChecks, readMendChoice, refuseMending } from './mend.ts';
import { lookAt, reconcile } from './reconcile.ts';

const now = Date.UTC(2027, 0, 4);
const hour = 3_600_000;
const wanted = (key: string, change: Partial<DesiredAccount> = {}): DesiredAccount => ({
  target: 'ad',
  person: key,
  key,
  mark: `tillit:${key}`,
  loginNames: [key],
  principalSuffix: 'x.example',
  container: 'OU=A',
  attributes: { title: ['Nurse'] },
  groups: ['CN=Care'],
  until: now + hour,
  deleteFrom: now + 24 * hour,
  rules: ['r'],
  ...change,
});
const there = (key: string, change: Partial<ActualAccount> = {}): ActualAccount => ({
  id: `object ${key}`,
  address: `CN=${key}`,
  key,
  mark: `tillit:${key}`,
  loginName: key,
  principal: `${key}@x.example`,
  container: 'OU=A',
  enabled: true,
  hasPassword: true,
  expiresAt: now + hour,
  attributes: { Title: ['Nurse'] },
  groups: ['CN=Care'],
  ...change,
});
const owned = ['CN=Care', 'CN=Other'];
const closed = { until: now - hour };

describe('drift says what somebody changed', () => {
  const cases: readonly (readonly [
    string,
    Partial<DesiredAccount> | undefined,
    readonly Partial<ActualAccount>[],
    string,
    unknown[],
  ])[] = [
    [
      'an attribute',
      {},
      [{ attributes: { title: ['Boss'] } }],
      'drifted',
      [{ kind: 'attribute', name: 'title', is: ['Boss'], wanted: ['Nurse'] }],
    ],
    [
      'a group that rules own',
      {},
      [{ groups: ['CN=Care', 'cn=other'] }],
      'drifted',
      [{ kind: 'groupAdded', group: 'cn=other' }],
    ],
    ['out of its group', {}, [{ groups: [] }], 'drifted', [{ kind: 'groupRemoved', group: 'CN=Care' }]],
    [
      'without the card of its login, and with one of before',
      { cardMappings: ['X509:<SKI>02'], ownCardMappings: ['X509:<SKI>01', 'X509:<SKI>02'] },
      [{ cardMappings: ['X509:<SKI>01', 'X509:<SKI>others'] }],
      'drifted',
      [
        { kind: 'cardAdded', mapping: 'X509:<SKI>01' },
        { kind: 'cardRemoved', mapping: 'X509:<SKI>02' },
      ],
    ],
    ['moved', {}, [{ container: 'OU=B' }], 'drifted', [{ kind: 'moved', is: 'OU=B', wanted: 'OU=A' }]],
    ['disabled', {}, [{ enabled: false }], 'drifted', [{ kind: 'disabled' }]],
    ['a shorter end', {}, [{ expiresAt: now + 1 }], 'drifted', [{ kind: 'end', is: now + 1, wanted: now + hour }]],
    [
      'a later end',
      {},
      [{ expiresAt: now + 9 * hour }],
      'openedByHand',
      [{ kind: 'end', is: now + 9 * hour, wanted: now + hour }],
    ],
    ['no end', {}, [{ expiresAt: undefined }], 'openedByHand', [{ kind: 'end', is: undefined, wanted: now + hour }]],
    ['open past its end', closed, [{ groups: [] }], 'openedByHand', [{ kind: 'enabled', wanted: now - hour }]],
    ['not there', {}, [], 'missing', [{ kind: 'notThere' }]],
    ['nobody’s', undefined, [{}], 'orphan', [{ kind: 'nobodys' }]],
    ['without its mark', {}, [{ mark: undefined }], 'stopped', [{ kind: 'markRemoved' }]],
    ['made by others', {}, [{ id: 'other', mark: undefined }], 'stopped', [{ kind: 'notOurs' }]],
    ['there twice', {}, [{}, { id: 'second' }], 'stopped', [{ kind: 'ambiguous' }]],
    [
      'to be deleted',
      { until: now - hour, deleteFrom: now },
      [{ enabled: false, groups: [] }],
      'drifted',
      [{ kind: 'notDeleted' }],
    ],
  ];
  for (const [name, want, actual, what, differences] of cases)
    test(name, () => {
      const finding = lookAt(
        'a',
        want && wanted('a', want),
        actual.map((change) => there('a', change)),
        owned,
        now,
      );
      const drift = finding && driftOf(finding, 'object a');
      assert.deepEqual([drift?.what, drift?.differences], [what, differences]);
      assert.equal(
        drift?.closes,
        drift?.steps.some((step) => step === 'disable' || step === 'delete'),
      );
      assert.equal(drift?.person, 'a');
    });
  test('and nothing of what is as wanted', () => {
    const finding = lookAt('a', wanted('a'), [there('a')], owned, now);
    assert.equal(finding && driftOf(finding), undefined);
  });
});

test('nothing is ever planned for an account that is not ours, whatever it is like', async () => {
  // A small generator of our own: the same cases in every run.
  let seed = 7;
  const draw = (most: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  const pick = <T>(all: readonly T[]): T => all[draw(all.length)] as T;
  let strangers = 0;
  for (let round = 0; round < 400; round += 1) {
    const keys = [...new Set(Array.from({ length: 12 }, () => `k${draw(20)}`))].sort();
    const want = keys.filter(() => draw(2) === 0).map((key) => wanted(key, pick([{}, closed, { groups: [] }])));
    const marks = (key: string) => [undefined, `tillit:${key}`, 'tillit:k1', 'TILLIT:x', 'other:k1', 'xtillit:k1', ''];
    const actual = keys.flatMap((key) =>
      Array.from({ length: draw(3) }, (_, index) =>
        there(key, {
          id: `${key} ${index}`,
          mark: pick(marks(key)),
          enabled: draw(2) === 0,
          groups: pick([[], ['CN=Care'], ['CN=Other', 'CN=Foreign']]),
          expiresAt: pick([undefined, 1, now + hour]),
        }),
      ),
    );
    for await (const { key, plan, actual: found, desired } of reconcile(want, actual, owned, now)) {
      const all = actual.filter((one) => one.key === key);
      const stranger = (mark: string | undefined): boolean =>
        desired === undefined ? mark?.startsWith('tillit:') !== true : mark !== desired.mark;
      if (!found.some(({ mark }) => stranger(mark))) continue;
      strangers += 1;
      assert.ok(plan.kind === 'stopped', `${key} ${JSON.stringify(all)}`);
    }
    const planned = new Set<string>();
    for await (const one of reconcile(want, actual, owned, now))
      if (one.plan.kind === 'steps') for (const { id } of one.actual) planned.add(id);
    for (const { id, mark } of actual) if (mark?.startsWith('tillit:') !== true) assert.ok(!planned.has(id), id);
  }
  assert.ok(strangers > 200, `${strangers}`);
});

test('a target that shows nothing, or much less than it should, is doubted', () => {
  for (const [missing, there_, doubt] of [
    [0, 0, undefined],
    [1, 0, undefined],
    [2, 0, 'nothingThere'],
    [1, 3, undefined],
    [2, 3, 'manyMissing'],
    [2, 300, undefined],
    [20, 5000, undefined],
    [21, 50_000, 'manyMissing'],
  ] as const)
    assert.equal(doubtOf({ missing, there: there_ }), doubt, `${missing} of ${missing + there_}`);
});

test('the next look is at its time of the wall clock, on the days too on which that is moved', () => {
  const zone = 'Europe/Stockholm';
  for (const [time, at, next] of [
    ['03:00', '2027-01-04T00:00:00Z', '2027-01-04T02:00:00Z'],
    ['03:00', '2027-01-04T02:00:00Z', '2027-01-05T02:00:00Z'],
    ['03:00', '2027-01-04T01:59:59Z', '2027-01-04T02:00:00Z'],
    ['03:00', '2027-07-04T12:00:00Z', '2027-07-05T01:00:00Z'],
    // Summer time begins in the night to 28 March 2027 and ends in that to 31 October.
    ['12:00', '2027-03-27T20:00:00Z', '2027-03-28T10:00:00Z'],
    ['12:00', '2027-10-30T20:00:00Z', '2027-10-31T11:00:00Z'],
    ['02:30', '2027-03-27T20:00:00Z', '2027-03-28T01:30:00Z'],
  ] as const)
    assert.equal(new Date(nextCheckAt({ time, zone }, Date.parse(at))).toISOString(), next.replace('Z', '.000Z'), at);
});

describe('who may have drift mended', () => {
  const person: Person = {
    id: 'admin',
    givenName: 'A',
    familyName: 'B',
    closed: false,
    protectedIdentity: false,
    attributes: { administrator: true },
  };
  const facts = (change: Partial<MendFacts> = {}): MendFacts => ({
    now,
    person,
    isProven: true,
    run: { id: 'r1', endedAt: now - hour },
    newest: 'r1',
    people: new Set(['anna']),
    ...change,
  });
  const cases: readonly (readonly [string, Partial<MendFacts>])[] = [
    ['mend.administrator', { person: { ...person, attributes: { administrator: 'true' } } }],
    ['mend.administrator', { person: { ...person, closed: true } }],
    ['mend.proof', { isProven: false }],
    ['mend.newest', { newest: 'r2' }],
    ['mend.newest', { run: { id: 'r1', endedAt: now - checkHoldsMs } }],
    ['mend.notOwn', { people: new Set(['anna', 'admin']) }],
    ['mend.something', { people: new Set() }],
  ];
  test('an administrator of the hub, strongly proven', () => assert.equal(refuseMending(facts()), undefined));
  for (const [name, change] of cases)
    test(`${name} turns its case`, () => {
      const check = mendChecks.find((one) => one.name === name);
      assert.equal(refuseMending(facts(change)), check?.code);
      assert.equal(
        refuseMending(
          facts(change),
          mendChecks.filter((one) => one !== check),
        ),
        undefined,
      );
    });
  test('every check has a case', () =>
    assert.deepEqual(
      [...new Set(cases.map(([name]) => name))],
      mendChecks.map(({ name }) => name),
    ));
});

test('what is to be mended is all, a kind that can be, or one key', () => {
  assert.deepEqual(readMendChoice('all'), { of: 'all' });
  assert.deepEqual(readMendChoice('orphan'), { of: 'kind', what: 'orphan' });
  assert.deepEqual(readMendChoice('key:SE1-1'), { of: 'one', key: 'SE1-1' });
  for (const word of ['stopped', 'key:', '', 'constructor', 'SE1-1'])
    assert.equal(readMendChoice(word), undefined, word);
});

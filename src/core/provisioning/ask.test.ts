// K5: whether a login may go on, as a table; and the rows that ask.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccountRule } from '../catalogue/account-rule.ts';
import type { PersonFacts } from '../directory/directory.ts';
import type { Evidence } from '../linking/evidence.ts';
import {
  type AskedAccount,
  accountBehind,
  allOpen,
  askForAccounts,
  cardBehind,
  isOpen,
  longestWaitMs,
  readiness,
} from './ask.ts';

const now = 1_800_000_000_000;
const rule = (id: string, change: Partial<AccountRule> = {}): AccountRule => ({
  id,
  name: { en: id },
  target: 'ad',
  applications: ['ehr'],
  organisations: [],
  roles: [],
  container: 'OU=Care',
  attributes: [],
  groups: [],
  lifetimeSeconds: 86_400,
  closed: false,
  ...change,
});
const nurse = { id: 'a1', person: 'anna', organisation: 'town', role: 'nurse' };
const asked = (id: string, answer: AskedAccount['answer'], change: Partial<AskedAccount> = {}): AskedAccount => ({
  rule: id,
  assignment: 'a1',
  askedAt: now - 1000,
  answer,
  ...change,
});
const opening = { application: 'ehr', assignment: nurse };
const two = [rule('care'), rule('lab', { target: 'lab' })];

describe('whether a login may go on', () => {
  const cases: readonly (readonly [string, readonly AccountRule[], readonly AskedAccount[], string])[] = [
    ['no rule is for this assignment', [rule('care', { roles: ['doctor'] })], [], 'ready'],
    ['nobody asked yet', two, [], 'waiting for care lab'],
    ['one was asked for, one not', two, [asked('care', 'ready')], 'waiting for lab'],
    ['both were asked for', two, [asked('care', 'ready'), asked('lab', 'waiting')], 'waiting for'],
    ['both are there', two, [asked('care', 'ready'), asked('lab', 'ready')], 'ready'],
    ['one was refused', two, [asked('care', 'account.others'), asked('lab', 'waiting')], 'account.others'],
    [
      'asked for in another assignment',
      [rule('care')],
      [asked('care', 'ready', { assignment: 'a2' })],
      'waiting for care',
    ],
    [
      'just before a minute',
      [rule('care')],
      [asked('care', 'waiting', { askedAt: now - longestWaitMs + 1 })],
      'waiting for',
    ],
    ['after a minute', [rule('care')], [asked('care', 'waiting', { askedAt: now - longestWaitMs })], 'account.late'],
    ['what was ready stays ready', [rule('care')], [asked('care', 'ready', { askedAt: 0 })], 'ready'],
  ];
  for (const [when, rules, questions, expected] of cases)
    test(when, () => {
      const found = readiness({ rules, asked: questions }, opening, now);
      const said =
        found.kind === 'refused'
          ? found.reason
          : found.kind === 'ready'
            ? 'ready'
            : ['waiting for', ...found.toAsk.map(({ id }) => id)].join(' ');
      assert.equal(said, expected);
    });
});

test('a login that may not wait needs every account open, and for a while longer', () => {
  const open = (target: string, until = now + 3_600_000) => ({ target, loginName: 'x', principal: 'x@y', until });
  const facts = { rules: two, asked: [] };
  assert.equal(allOpen(facts, opening, [open('ad'), open('lab')], now), true);
  assert.equal(allOpen(facts, opening, [open('ad')], now), false);
  assert.equal(allOpen(facts, opening, [open('ad'), open('lab', now + 60_000)], now), false);
  assert.equal(isOpen(open('ad', now + 60_001), now), true);
});

test('the account behind an application is that of its rule, in the assignment of the login', () => {
  const person = {
    assignments: [nurse],
    accounts: [
      { target: 'lab', loginName: 'l', principal: 'l@x', until: now },
      { target: 'ad', loginName: 'a', principal: 'a@x', until: now },
    ],
  } as unknown as PersonFacts;
  const behind = (rules: readonly AccountRule[], application = 'ehr') =>
    accountBehind(rules, { application, assignment: 'a1' }, person)?.loginName;
  assert.equal(behind([rule('care')]), 'a');
  assert.equal(behind([rule('care', { roles: ['doctor'] })]), undefined);
  assert.equal(behind([rule('care')], 'other'), undefined);
});

test('one question a rule, one piece of work a target, and the end counts from the login', () => {
  const asking = { journey: 'j', reference: 'r', person: 'anna', application: 'ehr', assignment: 'a1', now };
  const writes = askForAccounts([rule('care'), rule('more'), rule('lab', { target: 'lab' })], asking);
  assert.deepEqual(
    writes.map(({ kind }) => kind),
    ['account.ask', 'account.ask', 'account.ask', 'outbox.hasten', 'outbox.add', 'outbox.hasten', 'outbox.add'],
  );
  assert.equal(writes[0]?.row['until'], now + 86_400_000);
  assert.deepEqual(
    writes.slice(3).map(({ row }) => row['key']),
    ['account ad anna', 'account ad anna', 'account lab anna', 'account lab anna'],
  );
});

describe('the card of a login', () => {
  const proof = (id: string, provenAt: number, certificate?: object) =>
    ({
      id,
      provenAt,
      ...(certificate && {
        certificate: { fingerprint: id, population: 'siths', chain: ['AA=='], notAfter: 9, ...certificate },
      }),
    }) as unknown as Evidence;
  const asking = { journey: 'j', reference: 'r', person: 'anna', application: 'ehr', now };
  const card = cardBehind([proof('a', 1, {})]);
  const mapped = (populations: readonly string[]) => rule('care', { cardMapping: { form: 'ski', populations } });
  const rowsOf = (rules: readonly AccountRule[]) => askForAccounts(rules, { ...asking, card });

  test('is the newest that counts; a login of a device and one without a card have none', () => {
    assert.equal(cardBehind([proof('a', 1, {}), proof('b', 2, {}), proof('c', 3)])?.fingerprint, 'b');
    assert.equal(cardBehind([proof('a', 1, { derived: { id: 'd' } })]), undefined);
    assert.equal(cardBehind([proof('a', 1)]), undefined);
    assert.equal(cardBehind([proof('a', 1, { card: { id: 'own', isFirst: false } })])?.card, 'own');
  });

  test('is kept with the login where a rule wants it known, once a target', () => {
    const rows = rowsOf([mapped(['siths']), { ...mapped(['siths']), id: 'other' }]);
    assert.deepEqual(
      rows.map(({ kind, row }) => [kind, kind === 'account.ask' ? row['card'] : row['fingerprint']]),
      [
        ['account.ask', 'a'],
        ['account.ask', 'a'],
        ['account.card', 'a'],
        ['outbox.hasten', undefined],
        ['outbox.add', undefined],
      ],
    );
  });

  test('is nobody’s business of a rule that does not say so, or names other populations', () => {
    for (const one of [rule('care'), mapped(['efos'])])
      assert.deepEqual(
        rowsOf([one]).map(({ kind, row }) => [kind, row['card'] ?? null]),
        [
          ['account.ask', null],
          ['outbox.hasten', null],
          ['outbox.add', null],
        ],
      );
  });
});

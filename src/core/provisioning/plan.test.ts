// K5, K6: from any account to the wanted one, and nobody ever has more than they may in between.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccountStep, ActualAccount, DesiredAccount } from './account.ts';
import { carryOut } from './carry-out.ts';
import { planAccount } from './plan.ts';
import type { AccountTargetPort } from './ports.ts';

const now = 1_800_000_000_000;
const day = 86_400_000;
const owned = ['CN=Care', 'CN=X-ray', 'CN=Lab'];

const wanted = (change: Partial<DesiredAccount> = {}): DesiredAccount => ({
  target: 'ad',
  person: 'anna',
  key: 'SE1-1',
  mark: 'tillit:anna',
  loginNames: ['annobe', 'annobe2'],
  principalSuffix: 'region.example',
  container: 'OU=Care,DC=region',
  attributes: { company: ['Smalltown'] },
  groups: ['CN=Care'],
  until: now + day,
  deleteFrom: now + 91 * day,
  rules: ['care'],
  ...change,
});
const there = (change: Partial<ActualAccount> = {}): ActualAccount => ({
  id: 'guid',
  address: 'CN=x',
  key: 'SE1-1',
  mark: 'tillit:anna',
  loginName: 'annobe',
  principal: 'annobe@region.example',
  container: 'OU=Care,DC=region',
  enabled: true,
  hasPassword: true,
  expiresAt: now + day,
  attributes: { company: ['Smalltown'] },
  groups: ['CN=Care'],
  ...change,
});

/** A target in memory, as strict as a directory. */
function model(start: readonly ActualAccount[]) {
  const accounts = [...start];
  const histories: AccountStep[] = [];
  const port: AccountTargetPort = {
    find: async (key) => accounts.filter((one) => one.key === key),
    step: async (step, account) => {
      histories.push(step);
      if (step.kind === 'create') {
        if (!accounts.some(({ key }) => key === step.key))
          accounts.push({
            id: 'new',
            address: 'CN=new',
            key: step.key,
            mark: step.mark,
            loginName: step.loginNames[0] ?? '',
            principal: `${step.loginNames[0]}@${step.principalSuffix}`,
            container: step.container,
            enabled: false,
            hasPassword: false,
            attributes: step.attributes,
            groups: [],
          });
        return { kind: 'done', account: accounts.at(-1) };
      }
      const at = accounts.findIndex(({ id }) => id === account?.id);
      const is = accounts[at];
      assert.ok(is);
      const next = after(is, step);
      if (next === undefined) accounts.splice(at, 1);
      else accounts[at] = next;
      return { kind: 'done', account: next };
    },
    all: async function* () {
      yield* accounts;
    },
    check: async () => [],
  };
  return { accounts, histories, port };
}

function after(is: ActualAccount, step: AccountStep): ActualAccount | undefined {
  switch (step.kind) {
    case 'setPassword':
      return { ...is, hasPassword: true };
    case 'change':
      return { ...is, attributes: { ...is.attributes, ...step.attributes } };
    case 'move':
      return { ...is, container: step.container };
    case 'addGroup':
      return { ...is, groups: [...is.groups, step.group] };
    case 'removeGroup':
      return { ...is, groups: is.groups.filter((group) => group !== step.group) };
    case 'mapCard':
      return { ...is, cardMappings: [...(is.cardMappings ?? []), step.mapping] };
    case 'unmapCard':
      return { ...is, cardMappings: is.cardMappings?.filter((mapping) => mapping !== step.mapping) };
    case 'enable':
      assert.ok(is.hasPassword, 'an account without a password is never opened');
      return { ...is, enabled: true, expiresAt: step.until };
    case 'extend':
      return { ...is, expiresAt: step.until };
    case 'disable':
      return { ...is, enabled: false };
    default:
      return undefined;
  }
}

const kinds = (desired: DesiredAccount, ...actual: readonly ActualAccount[]) => {
  const plan = planAccount({ desired, actual, ownedGroups: owned }, now);
  return plan.kind === 'stopped' ? plan.why : plan.steps.map(({ kind }) => kind);
};

describe('the steps', () => {
  const over = { until: now, groups: [], attributes: {} };
  const cases: readonly (readonly [string, DesiredAccount, readonly ActualAccount[], readonly string[] | string])[] = [
    ['none is there', wanted(), [], ['create', 'setPassword', 'addGroup', 'enable']],
    ['it is as wanted', wanted(), [there()], []],
    [
      'half made: no password yet',
      wanted(),
      [there({ enabled: false, hasPassword: false, groups: [], expiresAt: undefined })],
      ['setPassword', 'addGroup', 'enable'],
    ],
    ['a new login', wanted({ until: now + 2 * day }), [there()], ['extend']],
    ['a second later', wanted({ until: now + day + 999 }), [there()], []],
    ['somebody made it endless', wanted(), [there({ expiresAt: undefined })], ['extend']],
    ['somebody made it last longer', wanted(), [there({ expiresAt: now + 9 * day })], ['extend']],
    ['closed since', wanted(), [there({ enabled: false, groups: [] })], ['addGroup', 'enable']],
    [
      'other words, other place, other groups',
      wanted({ container: 'OU=New', attributes: { company: [] }, groups: ['CN=Lab'] }),
      [there()],
      ['change', 'move', 'removeGroup', 'addGroup'],
    ],
    ['groups that no rule names stay', wanted(), [there({ groups: ['cn=care', 'CN=Chess'] })], []],
    ['another’s attributes stay', wanted(), [there({ attributes: { COMPANY: ['Smalltown'], info: ['x'] } })], []],
    ['its time is over', wanted(over), [there()], ['disable', 'removeGroup']],
    ['it was closed already', wanted(over), [there({ enabled: false, groups: [] })], []],
    ['none is there and none is wanted', wanted(over), [], []],
    ['long over', wanted({ ...over, deleteFrom: now }), [there()], ['disable', 'delete']],
    ['there is no place for a password', wanted({ without: ['password'] }), [], ['create', 'addGroup', 'enable']],
    ['there is none, and it has none', wanted({ without: ['password'] }), [there({ hasPassword: false })], []],
    ['there is no place for an end', wanted({ without: ['end'] }), [there({ expiresAt: undefined })], []],
    ['nor for that, at its end', wanted({ ...over, without: ['end'] }), [there()], ['disable', 'removeGroup']],
    ['somebody else made it', wanted(), [there({ mark: undefined })], 'notOurs'],
    ['it is another person’s', wanted(), [there({ mark: 'tillit:bo' })], 'notOurs'],
    ['somebody else’s is never closed either', wanted(over), [there({ mark: undefined })], 'notOurs'],
    [
      'a new card',
      wanted({ cardMappings: ['X509:<SKI>bb'], ownCardMappings: ['X509:<SKI>aa', 'X509:<SKI>bb'] }),
      [there({ cardMappings: ['X509:<SKI>AA', 'X509:<SKI>theirs'] })],
      ['unmapCard', 'mapCard'],
    ],
    [
      'its cards are known',
      wanted({ cardMappings: ['X509:<SKI>aa'], ownCardMappings: ['X509:<SKI>aa'] }),
      [there({ cardMappings: ['X509:<SKI>AA', 'X509:<SKI>theirs'] })],
      [],
    ],
    ['no card of ours was ever used', wanted(), [there({ cardMappings: ['X509:<SKI>theirs'] })], []],
    [
      'a new account that knows the card',
      wanted({ cardMappings: ['X509:<SKI>aa'], ownCardMappings: ['X509:<SKI>aa'] }),
      [],
      ['create', 'setPassword', 'addGroup', 'mapCard', 'enable'],
    ],
    [
      'closed: our card goes, another’s stays',
      wanted({ ...over, cardMappings: [], ownCardMappings: ['X509:<SKI>aa'] }),
      [there({ groups: [], cardMappings: ['X509:<SKI>aa', 'X509:<SKI>theirs'] })],
      ['disable', 'unmapCard'],
    ],
    ['ours by its mark, and its key is another', wanted(), [there({ key: 'SE1-2' })], 'ambiguous'],
    ['two have the key', wanted(), [there(), there({ id: 'other' })], 'ambiguous'],
  ];
  for (const [when, desired, actual, steps] of cases)
    test(when, () => assert.deepEqual(kinds(desired, ...actual), steps));
});

const groupsOf = fc.subarray([...owned, 'CN=Chess']);
const anyActual = fc.option(
  fc.record({
    enabled: fc.boolean(),
    hasPassword: fc.boolean(),
    expiresAt: fc.constantFrom(undefined, now - day, now + day, now + 9 * day),
    groups: groupsOf,
    cardMappings: fc.subarray(['CARD1', 'CARD2', 'THEIRS']),
    container: fc.constantFrom('OU=Care,DC=region', 'OU=Old,DC=region'),
    attributes: fc.constantFrom({}, { company: ['Smalltown'] }, { company: ['Other'], info: ['kept'] }),
  }),
  { nil: undefined },
);
const anyWanted = fc.record({
  until: fc.constantFrom(now - 200 * day, now - 1, now, now + day),
  groups: fc.subarray(owned),
  cardMappings: fc.subarray(['CARD1', 'CARD2']),
  ownCardMappings: fc.constant(['CARD1', 'CARD2']),
  attributes: fc.constantFrom({}, { company: ['Smalltown'] }, { company: [] }),
});

test('stopped between any two steps and begun again, it ends in the same one account, and nobody had too much (property)', async () => {
  await fc.assert(
    fc.asyncProperty(anyActual, anyWanted, fc.nat(6), async (start, want, stopAfter) => {
      const desired = wanted({ ...want, deleteFrom: want.until + 90 * day });
      const begin = start === undefined ? [] : [there({ ...start, hasPassword: start.hasPassword || start.enabled })];
      const { accounts, port } = model(begin);
      const had = new Set(begin.flatMap(({ groups, cardMappings = [] }) => [...groups, ...cardMappings]));
      const bounded: AccountTargetPort = {
        ...port,
        step: async (step, account, view) => {
          if (stopAfter <= done) throw new Error('killed');
          done += 1;
          const answer = await port.step(step, account, view);
          for (const one of accounts) {
            if (!one.enabled || one.expiresAt === (start?.expiresAt ?? 'new')) continue;
            assert.equal(one.expiresAt, desired.until, 'what the hub opens has its end');
            for (const group of one.groups)
              assert.ok(desired.groups.includes(group) || !owned.includes(group) || had.has(group));
            for (const card of one.cardMappings ?? [])
              assert.ok(want.cardMappings.includes(card) || card === 'THEIRS' || had.has(card));
          }
          return answer;
        },
      };
      let done = 0;
      const view = { attributes: ['company'], groups: owned };
      await carryOut(bounded, desired, view, () => now).catch(() => undefined);
      assert.equal((await carryOut(port, desired, view, () => now)).kind, 'asWanted');
      assert.deepEqual(kinds(desired, ...accounts), [], 'nothing is left to do');
      assert.ok(accounts.length <= 1);
      const [last] = accounts;
      if (now < desired.until) {
        assert.ok(last?.enabled && last.expiresAt === desired.until);
        assert.deepEqual(last.groups.filter((group) => owned.includes(group)).sort(), [...desired.groups].sort());
        const cards = last.cardMappings?.filter((card) => card !== 'THEIRS').sort() ?? [];
        assert.deepEqual(cards, [...want.cardMappings].sort());
      } else assert.ok(!last?.enabled && last?.cardMappings?.some((card) => card !== 'THEIRS') !== true);
      if (last !== undefined && start !== undefined)
        assert.equal(
          last.cardMappings?.includes('THEIRS'),
          start.cardMappings.includes('THEIRS'),
          'others’ cards are kept',
        );
      if (last !== undefined && start !== undefined)
        assert.equal(last.groups.includes('CN=Chess'), start.groups.includes('CN=Chess'), 'others’ groups are kept');
    }),
    { numRuns: 2_000 },
  );
});

test('what a target refuses is said with what was done before', async () => {
  const { port } = model([]);
  const refusing: AccountTargetPort = {
    ...port,
    step: async (step, account, view) =>
      step.kind === 'addGroup'
        ? { kind: 'refused', reason: 'groupMissing', detail: step.group }
        : port.step(step, account, view),
  };
  const result = await carryOut(refusing, wanted(), { attributes: [], groups: owned }, () => now);
  assert.ok(result.kind === 'refused' && result.reason === 'groupMissing');
  assert.deepEqual(
    result.done.map(({ kind }) => kind),
    ['create', 'setPassword'],
  );
});

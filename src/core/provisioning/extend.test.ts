// The table of what a renewal does about accounts: extends what is open, says what is closed, opens nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountRule } from '../catalogue/index.ts';
import { type AccountStanding, extendAccounts, extending } from './extend.ts';

const now = 1_000_000_000;
const hour = 3_600_000;
const rule = (more: Partial<AccountRule> = {}): AccountRule =>
  ({
    ...{ id: 'care', target: 'ad', applications: ['ehr'], organisations: [], roles: [], closed: false },
    lifetimeSeconds: 86_400,
    ...more,
  }) as AccountRule;
const account = (more: Partial<AccountStanding> = {}): AccountStanding => ({
  ...{ target: 'ad', state: 'open', until: now + hour, held: true },
  ...more,
});
const proof = { provenAt: now - hour, longestMs: 2 * hour };

for (const [what, given, expected] of [
  ['an open account is extended', {}, ['care']],
  ['at another application nothing is', { rules: [rule({ applications: ['other'] })] }, []],
  ['a closed rule extends nothing', { rules: [rule({ closed: true })] }, []],
  ['one that is closed is said to be', { accounts: [account({ state: 'closed' })] }, 'closed'],
  ['so is one that was deleted', { accounts: [account({ state: 'deleted' })] }, 'closed'],
  ['one past its end is closed, before anybody tidied', { accounts: [account({ until: now })] }, 'closed'],
  ['one that no login holds any more is closed, before it is done', { accounts: [account({ held: false })] }, 'closed'],
  ['one that was never made is not asked for', { accounts: [] }, []],
  ['one that was refused neither', { accounts: [account({ state: 'refused', until: 0, held: false })] }, []],
  ['a proof as old as the limit extends nothing', { proof: { ...proof, provenAt: now - 2 * hour } }, []],
  ['nor does it close anything', { accounts: [account({ until: now + 1 })], proof: { ...proof, provenAt: 0 } }, []],
  ['less than a hundredth of its time is no gain', { accounts: [account({ until: now + 86_400_000 - 863_999 })] }, []],
  ['a hundredth is', { accounts: [account({ until: now + 86_400_000 - 864_000 })] }, ['care']],
  ['what another rule holds open for longer stays', { accounts: [account({ until: now + 90_000_000 })] }, []],
  [
    'where two targets are needed, one that is closed decides',
    {
      rules: [rule(), rule({ id: 'lab', target: 'lab' })],
      accounts: [account(), account({ target: 'lab', state: 'closed' })],
    },
    'closed',
  ],
] as const satisfies readonly (readonly [
  string,
  { rules?: readonly AccountRule[]; accounts?: readonly AccountStanding[]; proof?: typeof proof },
  'closed' | readonly string[],
])[])
  test(what, () => {
    const more: { rules?: readonly AccountRule[]; accounts?: readonly AccountStanding[]; proof?: typeof proof } = given;
    const { rules = [rule()], accounts = [account()] } = more;
    const answer = extending(rules, { application: 'ehr' }, accounts, more.proof ?? proof, now);
    assert.deepEqual(answer.kind === 'closed' ? 'closed' : answer.rules.map(({ id }) => id), expected);
  });

test('a row a rule, the same at the next renewal, and work that nobody waits for', () => {
  const asking = { journey: 'refresh-g1', reference: 'R', person: 'anna', application: 'ehr', assignment: 'a1', now };
  const { writes, events } = extendAccounts([rule()], asking);
  assert.deepEqual(
    writes.map(({ kind, row }) => [kind, row['id'], row['until'] ?? row['awaited']]),
    [
      ['account.extend', 'refresh-g1 care a1', now + 86_400_000],
      ['outbox.add', `account ad anna refresh-g1 ${now}`, undefined],
    ],
  );
  assert.deepEqual(
    events.map(({ kind, reference, journey }) => [kind, reference, journey]),
    [['account.asked', 'R', undefined]],
  );
  assert.deepEqual(extendAccounts([], asking), { writes: [], events: [] });
});

// The work on an account: a name that once was somebody else's is not given again, whatever the directory thinks of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountRule, AccountTarget, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { PersonFacts } from '../../../core/directory/index.ts';
import type { AccountStep, ActualAccount } from '../../../core/provisioning/index.ts';
import type { AccountOutcome, AccountStore } from '../../../edge/store/hub/accounts.ts';
import { accountWork } from './account-work.ts';

const now = Date.UTC(2026, 0, 1);
const target = {
  id: 'ad',
  identifier: 'person',
  loginName: '{given:3}{family:3}',
  principalSuffix: 'hosp.test',
  deleteAfterDays: 90,
  closed: false,
} as AccountTarget;
const rule = {
  id: 'care',
  target: 'ad',
  applications: ['ehr'],
  container: 'OU=x',
  attributes: [],
  groups: [],
  organisations: [],
  roles: [],
  closed: false,
} as unknown as AccountRule;
const facts = {
  person: {
    id: 'anna',
    givenName: 'Anna',
    familyName: 'Berg',
    closed: false,
    protectedIdentity: false,
    attributes: {},
  },
  assignments: [],
  organisations: new Map(),
  units: new Map(),
  namespaces: [],
} as PersonFacts;
const grant = { id: 'g', rule: 'care', application: 'ehr', grantedAt: now, until: now + 60_000, reference: 'R' };

/** What is asked of the directory for somebody whose wished name is another's by then. */
async function created(keyMade: string | undefined): Promise<{ names: readonly string[]; saved: AccountOutcome[] }> {
  const names: string[] = [];
  const saved: AccountOutcome[] = [];
  const account: ActualAccount = {
    id: '1',
    address: 'CN=anna',
    key: 'anna',
    mark: 'tillit:anna',
    loginName: 'annber2',
    principal: 'annber2@hosp.test',
    container: 'OU=x',
    enabled: true,
    hasPassword: true,
    expiresAt: now + 60_000,
    attributes: {},
    groups: [],
  };
  const store = {
    keyMade: async () => keyMade,
    grants: async () => [grant],
    namesOfOthers: async () => new Set(['annber']),
    save: async (outcome: AccountOutcome) => void saved.push(outcome),
  } as unknown as AccountStore;
  const work = accountWork({
    store,
    people: { facts: async () => facts },
    snapshot: () =>
      ({
        accountTargets: new Map([['ad', target]]),
        accountRules: new Map([['care', rule]]),
      }) as unknown as CatalogueSnapshot,
    port: () => ({
      find: async () => [],
      step: async (step: AccountStep) => {
        if (step.kind === 'create') names.push(...step.loginNames);
        return { kind: 'done', account };
      },
      all: async function* () {},
      check: async () => [],
    }),
    cards: async () => [],
    leave: async () => undefined,
    clock: () => now,
  });
  const payload = { target: 'ad', person: 'anna' };
  await work({ id: 'm', kind: 'account', key: 'k', payload, notBefore: now, attempts: 1 });
  return { names, saved };
}

test('a name that was somebody else’s is not tried; the next one is', async () => {
  const { names, saved } = await created(undefined);
  assert.deepEqual([names.includes('annber'), names.includes('annber2')], [false, true]);
  assert.equal(saved[0]?.answer, 'ready');
});

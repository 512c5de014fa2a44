// Which applications may be open in a browser after their account closed: those that no server of ours can tell.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { AccountStanding } from '../../../core/provisioning/index.ts';
import type { Session, SessionReach } from '../../../core/sessions/index.ts';
import { leftOpen } from './left-open.ts';

const now = 1_000_000;
const rule = { id: 'care', target: 'ad', applications: ['browserOnly', 'told'], organisations: [], roles: [] };
const oidc = (more: object = {}) => ({ issuer: 'hub', ...more });
const catalogue = {
  issuers: new Map([['hub', { id: 'hub', url: 'https://hub.test' }]]),
  accountRules: new Map([['care', { ...rule, closed: false, lifetimeSeconds: 60 }]]),
  clients: new Map([
    ['browserOnly', oidc({ frontchannelLogoutUri: 'https://app.test/front' })],
    ['told', oidc({ backchannelLogoutUri: 'https://app.test/back' })],
    ['other', oidc()],
  ]),
  samlApplications: new Map(),
} as unknown as CatalogueSnapshot;
const reached = ['browserOnly', 'told', 'other'].map(
  (application): SessionReach => ({ session: 's', application, issuer: 'hub', subject: 'anna', at: 1 }),
);
const open = (account: Partial<AccountStanding> | undefined, given = reached) =>
  leftOpen({
    catalogue: () => catalogue,
    partners: { application: async () => assert.fail('nobody here has metadata') },
    people: { facts: async () => undefined },
    standing: async () => (account ? [{ target: 'ad', state: 'open', until: now + 1, held: true, ...account }] : []),
    clock: () => now,
  })({ person: 'anna' } as Session, given);

test('while the account is open, and where there is none, nothing is', async () => {
  assert.deepEqual(await open({}), []);
  assert.deepEqual(await open(undefined), []);
});

test('once it is closed, those without a back channel are', async () => {
  assert.deepEqual(await open({ state: 'closed' }), ['browserOnly']);
  assert.deepEqual(await open({ until: now }), ['browserOnly'], 'also before anybody tidied');
});

test('an application with no account behind it is none of them', async () => {
  assert.deepEqual(await open({ state: 'closed' }, reached.slice(2)), []);
});

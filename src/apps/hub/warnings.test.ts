// Keys of applications among what runs out: said 60, 30 and 7 days ahead, each once, with the application's name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { keyOf } from '../../../test/fakes/oidc-hub.ts';
import { application, clientsAlone, snapshot } from '../../../test/fakes/ward.ts';
import { dayMs } from '../../base/clock.ts';
import { publishedJwk } from '../../base/jose/index.ts';
import type { AuditRecord } from '../../core/audit/index.ts';
import type { Committer } from '../../core/commit/index.ts';
import type { RegisteredKey } from '../../core/grants/index.ts';
import { applicationKeys, runningOut, warnOfExpiry } from './warnings.ts';

const start = Date.UTC(2026, 0, 1);
const end = start + 365 * dayMs;
const log = pino({ level: 'silent' });
const inRecord = { ...publishedJwk(keyOf('robot')), exp: end / 1000 };
const robot = application('robot', {
  scopes: ['client:keys'],
  authentication: { method: 'private_key_jwt', jwks: { keys: [inRecord, publishedJwk(keyOf('endless'))] } },
});
const own = (change: Partial<RegisteredKey> = {}): RegisteredKey => {
  const jwk = publishedJwk(keyOf('robot 2'));
  const times = { createdAt: start, expiresAt: end + 10 * dayMs };
  return { client: 'robot', thumbprint: jwk.kid, jwk: { ...jwk }, ...times, ...change };
};
const of = (registered: readonly RegisteredKey[], change = {}) =>
  applicationKeys(snapshot(clientsAlone(new Map([['robot', { ...robot, ...change }]]))), registered);

test('a key of the record with an end and a registered one are there; endless, removed and foreign ones are not', () => {
  assert.deepEqual(
    of([own()]).map(({ application: whose, expiresAt }) => [whose, expiresAt]),
    [
      ['robot', end],
      ['robot', end + 10 * dayMs],
    ],
  );
  assert.equal(of([own({ removedAt: start })]).length, 1);
  assert.equal(of([own({ client: 'other' })]).length, 1);
  assert.equal(of([own()], { scopes: [] }).length, 1, 'self-service is off: its keys count no more');
  assert.equal(of([own()], { closed: true }).length, 0);
});

test('the trail hears of it at 60, 30 and 7 days, each once for all hubs; the metric counts', async () => {
  const claims = new Set<string>();
  const events: AuditRecord[] = [];
  const commit: Committer = async ({ claims: wanted, ifWon }) => {
    const lost = wanted.filter(({ key }) => claims.has(key));
    for (const { key } of wanted) claims.add(key);
    if (lost.length === 0) events.push(...ifWon);
    return lost.length === 0 ? { won: true } : { won: false, lost };
  };
  const things = of([]);
  for (const days of [61, 60, 60, 45, 30, 8, 7, 1]) await warnOfExpiry(things, end - days * dayMs, commit, log);
  assert.deepEqual(
    events.map(({ kind, application: whose, body }) => [kind, whose, body.daysLeft]),
    [60, 30, 7].map((days) => ['hub.expiryWarning', 'robot', days]),
  );
  const counted = (days: number) =>
    ['key 60', 'key 30', 'key 7'].map((name) => runningOut(things, end - days * dayMs).get(name));
  assert.deepEqual(
    [counted(61), counted(60), counted(20), counted(7), counted(-1)],
    [
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
      [0, 0, 0],
    ],
  );
});

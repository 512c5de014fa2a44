// What the tests of full looks at a target share: seven people with accounts in the built-in target, and short words for looking, mending and working.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountWork } from '../../src/apps/hub/accounts/account-work.ts';
import { checkTarget } from '../../src/apps/hub/accounts/check-target.ts';
import { type Mender, mendDrift } from '../../src/apps/hub/accounts/mend-drift.ts';
import { orphanWork } from '../../src/apps/hub/accounts/orphan-work.ts';
import { carryOut } from '../../src/apps/hub/brake/carry-out.ts';
import { dayMs } from '../../src/base/clock.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import type { AccountRule, AccountTarget, CatalogueSnapshot } from '../../src/core/catalogue/index.ts';
import type { AccountTargetPort, ActualAccount, MendChoice } from '../../src/core/provisioning/index.ts';
import { cardsOfAccount } from '../../src/edge/store/hub/account-cards.ts';
import { findingsOf, syncChecks } from '../../src/edge/store/hub/account-checks.ts';
import { accountStore } from '../../src/edge/store/hub/accounts.ts';
import { builtInRows } from '../../src/edge/store/hub/builtin-accounts.ts';
import { personReader } from '../../src/edge/store/hub/directory.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { builtInTarget } from '../../src/edge/targets/built-in/index.ts';
import type { ContractDatabase } from './servers.ts';

const seals = keyringOf({ id: 'k1', key: new Secret(randomBytes(32)) });
export const record: AccountTarget = {
  id: 'region',
  name: { en: 'Region' },
  kind: 'builtIn',
  loginName: '{id}',
  principalSuffix: 'region.example',
  keyAttribute: 'employeeID',
  markAttribute: 'adminDescription',
  identifier: 'person',
  deleteAfterDays: 90,
  closed: false,
};
const rule: AccountRule = {
  id: 'care',
  name: { en: 'Care' },
  target: 'region',
  applications: ['ehr'],
  organisations: [],
  roles: [],
  container: 'OU=Care',
  attributes: [{ name: 'company', value: '{organisation}' }],
  groups: ['CN=Cosmic'],
  lifetimeSeconds: 86_400,
  closed: false,
};

/** The words, on one database; another rule and another target where they are given, ready when the suite's own `before` is done. */
export function checkWorld(
  database: Pick<ContractDatabase, 'pool'>,
  given: { readonly rule?: Partial<AccountRule>; readonly port?: () => AccountTargetPort } = {},
) {
  const pool = () => database.pool;
  const rows = () => builtInRows(pool(), 'region');
  const snapshot = () =>
    ({
      accountTargets: new Map([['region', record]]),
      accountRules: new Map([['care', { ...rule, ...given.rule }]]),
    }) as unknown as CatalogueSnapshot;
  /** Tests set these: another time, and a target that behaves in another way. */
  const state: { clock: () => number; port: (is: AccountTargetPort) => AccountTargetPort } = {
    clock: Date.now,
    port: (is) => given.port?.() ?? is,
  };
  /** Back from a time to come, with what was done then gone. */
  const backToNow = async () => {
    state.clock = Date.now;
    await pool().query('DELETE FROM hub.account_check WHERE started_at > now()');
  };
  const own = () => builtInTarget(rows(), () => state.clock());
  const parts = () => ({
    pool: pool(),
    clock: () => state.clock(),
    seals,
    snapshot,
    port: () => state.port(own()),
    ready: () => true,
  });
  const look = async () => {
    const done = await checkTarget(parts(), record, false);
    assert.equal(done.kind, 'done', JSON.stringify(done));
    return done as Extract<typeof done, { kind: 'done' }>;
  };
  const kinds = async (run: string) =>
    (await findingsOf(pool(), run, { limit: 500 })).map(({ key, what, differences }) => [
      key,
      what,
      differences.map(({ kind }) => kind).join(' '),
    ]);
  /** All work that is due, done as the hub does it. */
  const work = async () => {
    const queue = outboxStore(pool());
    const given = {
      ...parts(),
      store: accountStore(pool()),
      people: personReader(pool()),
      leave: async () => undefined,
      cards: (target: string, person: string) => cardsOfAccount(pool(), target, person),
    };
    for (;;) {
      const taken = await queue.take(100, []);
      if (taken.length === 0) {
        const left = await pool().query('SELECT FROM hub.outbox WHERE done_at IS NULL AND dead_at IS NULL');
        if (left.rowCount === 0) return;
        await sleep(5);
      }
      for (const one of taken) {
        if (one.kind === 'account') await accountWork(given)(one);
        if (one.kind === 'accountOrphan') await orphanWork(given)(one);
        if (one.kind === 'heldChange') await carryOut(parts(), String(one.payload['held']));
        await queue.done(one.id);
      }
    }
  };
  const login = async (id: string, until = Date.now() + dayMs) => {
    await pool().query(
      `INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, 'Anna', 'Ek') ON CONFLICT DO NOTHING`,
      [id],
    );
    await pool().query(
      `INSERT INTO hub.assignment (id, person, organisation, role) VALUES ($1 || '-a', $1, 'town', 'nurse') ON CONFLICT DO NOTHING`,
      [id],
    );
    await pool().query(
      `INSERT INTO hub.account_grant (id, target, person, journey, rule, application, assignment, reference, granted_at, until)
       VALUES ($1 || ' ' || gen_random_uuid(), 'region', $1, 'j', 'care', 'ehr', $1 || '-a', 'R', now() - interval '1 hour', to_timestamp($2 / 1000.0))`,
      [id, until],
    );
    await pool().query(
      `INSERT INTO hub.outbox (id, kind, key, payload, not_before)
       VALUES (gen_random_uuid(), 'account', 'account region ' || $1, json_build_object('target', 'region', 'person', $1::text), now())`,
      [id],
    );
    await work();
  };
  const there = async (key: string): Promise<ActualAccount> => (await rows().byKey(key))[0] ?? assert.fail(key);
  const byHand = async (key: string, change: Partial<ActualAccount>) =>
    rows().replace({ ...(await there(key)), ...change });
  const operator: Mender = { kind: 'operator', who: 'anna@host', usernames: [] };
  const mend = (run: string, choice: MendChoice, by: Mender = operator) =>
    mendDrift(parts(), { target: 'region', run, choice, by });
  const events = async (kind: string) =>
    (
      await pool().query<{ text: string }>('SELECT text FROM hub.audit_event WHERE kind = $1 ORDER BY id', [kind])
    ).rows.map(({ text }) => JSON.parse(text) as { outcome: string; person?: string; body: Record<string, unknown> });

  before(async () => {
    await pool().query(
      `INSERT INTO hub.organisation (id, name, closed) VALUES ('town', 'Smalltown', false), ('city', 'Bigtown', false)`,
    );
    await syncChecks(pool(), [record], Date.now());
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await login(id);
  });

  return {
    pool,
    rows,
    snapshot,
    state,
    backToNow,
    own,
    parts,
    look,
    kinds,
    work,
    login,
    there,
    byHand,
    operator,
    mend,
    events,
  };
}

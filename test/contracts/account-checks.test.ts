// K8: a full look over a target on both databases: what differs is written down, nothing is concluded from half a look, and mending is approved.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountWork } from '../../src/apps/hub/accounts/account-work.ts';
import { checkDueTargets } from '../../src/apps/hub/accounts/check-loop.ts';
import { checkTarget } from '../../src/apps/hub/accounts/check-target.ts';
import { type Mender, mendAtOnce, mendDrift } from '../../src/apps/hub/accounts/mend-drift.ts';
import { orphanWork } from '../../src/apps/hub/accounts/orphan-work.ts';
import { carryOut } from '../../src/apps/hub/brake/carry-out.ts';
import { dayMs, hourMs } from '../../src/base/clock.ts';
import { Problem } from '../../src/base/problem.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import type { AccountRule, AccountTarget, CatalogueSnapshot } from '../../src/core/catalogue/index.ts';
import type { Person } from '../../src/core/directory/index.ts';
import type { AccountTargetPort, ActualAccount, MendChoice } from '../../src/core/provisioning/index.ts';
import {
  beginCheck,
  checkLeaseMs,
  dueChecks,
  findingsOf,
  keepFindings,
  newestRuns,
  syncChecks,
} from '../../src/edge/store/hub/account-checks.ts';
import { accountStore } from '../../src/edge/store/hub/accounts.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { builtInRows } from '../../src/edge/store/hub/builtin-accounts.ts';
import { personReader } from '../../src/edge/store/hub/directory.ts';
import { decideHeldChange, heldPeople } from '../../src/edge/store/hub/held-changes.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { builtInTarget } from '../../src/edge/targets/built-in/index.ts';
import { onEachServer } from './servers.ts';

const seals = keyringOf({ id: 'k1', key: new Secret(randomBytes(32)) });
const record: AccountTarget = {
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

onEachServer('a full look over a target', (database) => {
  const pool = () => database.pool;
  const rows = () => builtInRows(pool(), 'region');
  const snapshot = () =>
    ({
      accountTargets: new Map([['region', record]]),
      accountRules: new Map([['care', rule]]),
    }) as unknown as CatalogueSnapshot;
  let clock = Date.now;
  /** Back from a time to come, with what was done then gone. */
  const backToNow = async () => {
    clock = Date.now;
    await pool().query('DELETE FROM hub.account_check WHERE started_at > now()');
  };
  const own = () => builtInTarget(rows(), () => clock());
  let port: (is: AccountTargetPort) => AccountTargetPort = (is) => is;
  const parts = () => ({
    pool: pool(),
    clock: () => clock(),
    seals,
    snapshot,
    port: () => port(own()),
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
    const given = { ...parts(), store: accountStore(pool()), people: personReader(pool()) };
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

  test('finds nothing when all is as wanted, says so in the trail, and changes nothing', async () => {
    const { counts, run, doubt } = await look();
    assert.deepEqual([counts.asWanted, counts.there, doubt, await kinds(run)], [7, 7, undefined, []]);
    const [event] = (await events('account.compared')).slice(-1);
    assert.deepEqual([event?.outcome, event?.body['counts']], ['ok', counts]);
  });

  describe('what was changed by hand', () => {
    let run = '';
    test('is written down with what is different', async () => {
      await byHand('a', { attributes: { company: ['Elsewhere'] }, groups: [] });
      await byHand('b', { expiresAt: Date.now() + 300 * dayMs });
      await byHand('c', { container: 'OU=Elsewhere', enabled: false });
      await rows().remove((await there('d')).id);
      await byHand('e', { mark: undefined });
      const stray = {
        ...(await there('f')),
        id: 'x',
        key: 'x',
        mark: 'tillit:nobody',
        loginName: 'x',
        groups: ['CN=Cosmic', 'CN=Own'],
      };
      await rows().add(stray);
      await rows().add({ ...stray, id: 'y', key: 'y', mark: undefined, loginName: 'y' });
      const done = await look();
      run = done.run;
      assert.deepEqual(await kinds(run), [
        ['a', 'drifted', 'attribute groupRemoved'],
        ['b', 'openedByHand', 'end'],
        ['c', 'drifted', 'moved disabled'],
        ['d', 'missing', 'notThere'],
        ['e', 'stopped', 'markRemoved'],
        ['x', 'orphan', 'nobodys'],
      ]);
      assert.deepEqual(
        [done.counts.drifted, done.counts.openedByHand, done.counts.missing, done.counts.stopped, done.counts.orphan],
        [2, 1, 1, 1, 1],
      );
      const [first] = await findingsOf(pool(), run, { limit: 1 });
      assert.deepEqual(first?.differences[0], {
        kind: 'attribute',
        name: 'company',
        is: ['Elsewhere'],
        wanted: ['Smalltown'],
      });
    });

    test('one is mended when somebody approves it, and only that', async () => {
      assert.deepEqual(await mend(run, { of: 'one', key: 'a' }), { kind: 'asked', count: 1 });
      await work();
      assert.deepEqual(
        [(await there('a')).attributes, (await there('a')).groups],
        [{ company: ['Smalltown'] }, ['CN=Cosmic']],
      );
      assert.equal((await there('c')).enabled, false);
      const [first, second] = await findingsOf(pool(), run, { limit: 2 });
      assert.deepEqual([first?.isMended, first?.askedBy, second?.isMended], [true, 'anna@host', false]);
      const approved = (await events('account.mendApproved')).at(-1);
      assert.deepEqual(approved?.body, { target: 'region', run, choice: 'one', count: 1, by: 'anna@host' });
      const done = (await events('account.extended')).at(-1);
      assert.deepEqual(done?.body['mend'], { run, by: 'anna@host' });
    });

    test('a kind, and then all that is left; what a human must look at stays as it is', async () => {
      assert.deepEqual(await mend(run, { of: 'kind', what: 'openedByHand' }), { kind: 'asked', count: 1 });
      assert.deepEqual(await mend(run, { of: 'all' }), { kind: 'asked', count: 3 });
      assert.deepEqual(await mend(run, { of: 'all' }), { kind: 'refused', code: 'drift.nothing' });
      await work();
      assert.ok(((await there('b')).expiresAt ?? 0) < Date.now() + 2 * dayMs);
      assert.deepEqual([(await there('c')).enabled, (await there('c')).container], [true, 'OU=Care']);
      assert.equal((await there('d')).enabled, true);
      const stray = await there('x');
      assert.deepEqual([stray.enabled, stray.groups], [false, ['CN=Own']], 'closed, and still in the group of others');
      assert.equal((await there('y')).enabled, true, 'never ours');
      const last = await look();
      assert.deepEqual(await kinds(last.run), [
        ['e', 'stopped', 'markRemoved'],
        ['x', 'orphan', 'nobodys'],
      ]);
      assert.deepEqual(await mend(run, { of: 'all' }), { kind: 'refused', code: 'drift.old' });
    });

    test('an account that is somebody’s by the time that its turn comes is no orphan', async () => {
      await byHand('x', { enabled: true });
      const { run: now } = await look();
      assert.deepEqual(await mend(now, { of: 'one', key: 'x' }), { kind: 'asked', count: 1 });
      await pool().query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ('nobody', 'x', 'x')`);
      await pool().query(
        `INSERT INTO hub.account (target, person, key, state, until, delete_from) VALUES ('region', 'nobody', 'x', 'open', now(), now())`,
      );
      await work();
      assert.equal((await there('x')).enabled, true);
      await rows().remove('x');
      await pool().query(`DELETE FROM hub.account WHERE key = 'x'`);
      await byHand('e', { mark: 'tillit:e' });
    });
  });

  test('a login that comes between the two lists is no drift', async () => {
    const before_ = await there('g');
    port = (is) => ({
      ...is,
      // As the list had it before the login that has just moved the end.
      async *all(view) {
        for await (const one of is.all(view)) yield one.key === 'g' ? { ...before_, expiresAt: 1 } : one;
      },
    });
    const { run, counts } = await look();
    port = (is) => is;
    assert.deepEqual([await kinds(run), counts.drifted], [[], 0]);
  });

  test('a target that stops answering half-way concludes nothing: the last look stays, and it is tried again soon', async () => {
    await byHand('a', { enabled: false });
    const [before_] = await newestRuns(pool());
    port = (is) => ({
      ...is,
      async *all(view) {
        for await (const one of is.all(view)) {
          yield one;
          if (one.key === 'c') throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'gone' });
        }
      },
    });
    const done = await checkTarget(parts(), record, false);
    port = (is) => is;
    assert.equal(done.kind, 'unfinished');
    const [newest] = await newestRuns(pool(), { any: true });
    assert.deepEqual([newest?.state, newest?.why, newest?.detail], ['unfinished', 'unreachable', 'gone']);
    assert.deepEqual(await findingsOf(pool(), newest?.id ?? '', { limit: 10 }), []);
    assert.equal((await newestRuns(pool()))[0]?.id, before_?.id);
    assert.equal((await events('account.compared')).at(-1)?.outcome, 'failed');
    assert.deepEqual(await dueChecks(pool(), Date.now() + hourMs / 2), ['region']);
    assert.deepEqual(await mend(newest?.id ?? '', { of: 'all' }), { kind: 'refused', code: 'drift.old' });
    await byHand('a', { enabled: true });
  });

  test('one hub at a time; what a dead one left is unfinished, and it writes nothing any more', async () => {
    const now = Date.now();
    const tries = [1, 2, 3].map(() => beginCheck(pool(), { target: 'region', due: false, now }));
    const won = (await Promise.all(tries)).flatMap((run) => run ?? []);
    assert.equal(won.length, 1);
    assert.deepEqual(await checkTarget(parts(), record, false), { kind: 'notNow' });
    const left = { id: won[0] ?? '', target: 'region' };
    const drift = { key: 'q', what: 'drifted', differences: [], steps: [], closes: false } as const;
    assert.equal(await keepFindings(pool(), left, [drift], now), true);
    clock = () => Date.now() + checkLeaseMs + 1;
    const { run } = await look();
    assert.equal(await keepFindings(pool(), left, [drift], now), false);
    assert.notEqual(run, left.id);
    const dead = await pool().query('SELECT state, why FROM hub.account_check WHERE id = $1', [left.id]);
    assert.deepEqual(dead.rows, [{ state: 'unfinished', why: 'interrupted' }]);
    assert.deepEqual(await findingsOf(pool(), left.id, { limit: 10 }), []);
    await backToNow();
  });

  test('the loop looks once a day at the record’s time, and anew when the time is another', async () => {
    const count = async () => Number((await pool().query('SELECT count(*) AS n FROM hub.account_check')).rows[0].n);
    const before_ = await count();
    await checkDueTargets(parts());
    assert.equal(await count(), before_, 'not yet');
    clock = () => Date.now() + dayMs + hourMs;
    await Promise.all([checkDueTargets(parts()), checkDueTargets(parts())]);
    assert.equal(await count(), before_ + 1);
    await checkDueTargets(parts());
    assert.equal(await count(), before_ + 1, 'once');
    await backToNow();
    const other = { ...record, reconcileAt: { time: '12:34', zone: 'UTC' } };
    await syncChecks(pool(), [other], Date.now());
    const due = await pool().query<{ next_at: Date }>('SELECT next_at FROM hub.account_check_due');
    assert.match(due.rows[0]?.next_at.toISOString() ?? '', /T12:34:00/);
    await syncChecks(pool(), [{ ...record, closed: true }], Date.now());
    assert.deepEqual((await pool().query('SELECT FROM hub.account_check_due')).rowCount, 0);
    await syncChecks(pool(), [record], Date.now());
  });

  describe('many at once', () => {
    const many = Array.from({ length: 25 }, (_, index) => `m${String(index).padStart(2, '0')}`);
    const grantTo = (person: string) =>
      saveGrant(
        pool(),
        {
          id: `grant of ${person}`,
          person,
          role: 'ending-approver',
          scope: { kind: 'organisation', organisation: 'town' },
          from: Date.now() - dayMs,
          until: Date.now() + dayMs,
          grantedBy: 'test',
          reason: 'test',
        },
        Date.now(),
      );
    const decide = (id: string, action: 'approve' | 'refuse', person: string) =>
      decideHeldChange(pool(), id, action, {
        person,
        session: 's',
        reference: 'AAAA-BBBB',
        isProven: true,
        reason: 'x',
        now: Date.now(),
      });

    before(async () => {
      for (const id of many) await login(id, Date.now() - 1000);
      for (const id of many) {
        await pool().query(
          `INSERT INTO hub.account (target, person, key, state, object, login_name, until, delete_from)
           VALUES ('region', $1, $1, 'closed', $1, $1, now() - interval '1 hour', now() + interval '90 days')
           ON CONFLICT (target, person) DO UPDATE SET key = $1, state = 'closed', object = $1`,
          [id],
        );
        await rows().add({ ...(await there('f')), id, key: id, mark: `tillit:${id}`, loginName: id, enabled: true });
      }
      for (const id of ['one', 'two']) {
        await pool().query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, 'x', 'x')`, [id]);
        await grantTo(id);
      }
    });

    test('mending that closes 25 accounts waits for two, and is done once; a refusal leaves all as it is', async () => {
      const { run, counts } = await look();
      assert.equal(counts.openedByHand, 25);
      const first = await mend(run, { of: 'kind', what: 'openedByHand' });
      assert.ok(first.kind === 'held');
      assert.deepEqual([first.held.people, first.held.source, first.count], [25, 'drift', 25]);
      const [person] = await heldPeople(pool(), first.held.id, '', 1);
      assert.deepEqual([person?.person, person?.why, person?.accounts], ['m00', 'accountClosed', ['region m00']]);
      await work();
      assert.equal((await there('m00')).enabled, true);
      assert.equal((await decide(first.held.id, 'refuse', 'one')).kind, 'done');
      await work();
      assert.equal((await there('m00')).enabled, true);

      const again = await mend(run, { of: 'all' });
      assert.ok(again.kind === 'held');
      for (const who of ['one', 'two']) assert.equal((await decide(again.held.id, 'approve', who)).kind, 'done');
      await work();
      for (const id of many) assert.equal((await there(id)).enabled, false, id);
      assert.equal((await look()).counts.openedByHand, 0);
    });

    test('one after the other they add up, within a day', async () => {
      await byHand('m01', { enabled: true });
      const { run } = await look();
      assert.equal((await mend(run, { of: 'one', key: 'm01' })).kind, 'held');
      await pool().query(
        `UPDATE hub.account_finding SET asked_at = now() - interval '2 days' WHERE asked_at IS NOT NULL`,
      );
      assert.equal((await mend(run, { of: 'one', key: 'm01' })).kind, 'asked');
      await work();
      assert.equal((await there('m01')).enabled, false);
    });

    test('what the record lets the hub mend by itself is mended by itself, and nothing else', async () => {
      await pool().query(
        `UPDATE hub.account_finding SET asked_at = now() - interval '2 days' WHERE asked_at IS NOT NULL`,
      );
      await byHand('m02', { enabled: true });
      await byHand('b', { attributes: { company: ['x'] } });
      await look();
      await mendAtOnce(parts(), record);
      await work();
      assert.equal((await there('m02')).enabled, true);
      await mendAtOnce(parts(), { ...record, mendAtOnce: ['openedByHand'] });
      await work();
      assert.deepEqual([(await there('m02')).enabled, (await there('b')).attributes], [false, { company: ['x'] }]);
      assert.equal((await events('account.mendApproved')).at(-1)?.body['by'], 'hub');
    });

    test('a target that suddenly shows nothing is doubted: nothing is made anew without two approvals, nor by itself', async () => {
      const all = await rows().all();
      for (const { id } of all) await rows().remove(id);
      const { run, doubt, counts } = await look();
      assert.deepEqual([doubt, counts.there, counts.missing], ['nothingThere', 0, 7]);
      assert.equal((await newestRuns(pool()))[0]?.why, 'nothingThere');
      await mendAtOnce(parts(), { ...record, mendAtOnce: ['openedByHand'] });
      const done = await mend(run, { of: 'all' });
      assert.equal(done.kind, 'held');
      await work();
      assert.deepEqual(await rows().all(), []);
    });
  });

  test('who is no administrator of the hub, weakly proven, or mends their own account, mends nothing', async () => {
    const anna = (change: Partial<Person> = {}): Person => ({
      id: 'anna',
      givenName: 'Anna',
      familyName: 'Ek',
      closed: false,
      protectedIdentity: false,
      attributes: { administrator: true },
      ...change,
    });
    const by = (person: Person, isProven = true): Mender => ({ kind: 'person', person, session: 's', isProven });
    const { run } = await look();
    const one: MendChoice = { of: 'one', key: 'a' };
    for (const [who, code] of [
      [by(anna({ attributes: {} })), 'drift.noRight'],
      [by(anna({ closed: true })), 'drift.noRight'],
      [by(anna(), false), 'drift.weak'],
      [by(anna({ id: 'a' })), 'drift.own'],
    ] as const)
      assert.deepEqual(await mend(run, one, who), { kind: 'refused', code });
    assert.equal((await findingsOf(pool(), run, { limit: 1 }))[0]?.askedAt, undefined);
  });
});

// K8: a full look over a target on both databases: what differs is written down, nothing is concluded from half a look, and mending is approved.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkDueTargets } from '../../src/apps/hub/accounts/check-loop.ts';
import { checkTarget } from '../../src/apps/hub/accounts/check-target.ts';
import { dayMs, hourMs } from '../../src/base/clock.ts';
import { Problem } from '../../src/base/problem.ts';
import {
  beginCheck,
  checkLeaseMs,
  dueChecks,
  findingsOf,
  keepFindings,
  newestRuns,
  syncChecks,
} from '../../src/edge/store/hub/account-checks.ts';
import { checkWorld, record } from './check-world.ts';
import { onEachServer } from './servers.ts';

onEachServer('a full look over a target', (database) => {
  const { pool, rows, state, backToNow, parts, look, kinds, work, there, byHand, mend, events } = checkWorld(database);

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
    state.port = (is) => ({
      ...is,
      // As the list had it before the login that has just moved the end.
      async *all(view) {
        for await (const one of is.all(view)) yield one.key === 'g' ? { ...before_, expiresAt: 1 } : one;
      },
    });
    const { run, counts } = await look();
    state.port = (is) => is;
    assert.deepEqual([await kinds(run), counts.drifted], [[], 0]);
  });

  test('a target that stops answering half-way concludes nothing: the last look stays, and it is tried again soon', async () => {
    await byHand('a', { enabled: false });
    const [before_] = await newestRuns(pool());
    state.port = (is) => ({
      ...is,
      async *all(view) {
        for await (const one of is.all(view)) {
          yield one;
          if (one.key === 'c') throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'gone' });
        }
      },
    });
    const done = await checkTarget(parts(), record, false);
    state.port = (is) => is;
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
    state.clock = () => Date.now() + checkLeaseMs + 1;
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
    state.clock = () => Date.now() + dayMs + hourMs;
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
});

// K8: mending what a full look found: many wait for two approvals, a target that is ill is doubted, and who may not mends nothing.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Mender, mendAtOnce } from '../../src/apps/hub/accounts/mend-drift.ts';
import { dayMs } from '../../src/base/clock.ts';
import type { Person } from '../../src/core/directory/index.ts';
import { askForAccounts, type MendChoice } from '../../src/core/provisioning/index.ts';
import { findingsOf, newestRuns } from '../../src/edge/store/hub/account-checks.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { decideHeldChange, heldPeople } from '../../src/edge/store/hub/held-changes.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { checkWorld, record } from './check-world.ts';
import { makeRow } from './make-rows.ts';
import { onEachServer } from './servers.ts';

onEachServer('mending what a full look found', (database) => {
  const { pool, rows, snapshot, parts, look, work, login, there, byHand, mend, events } = checkWorld(database);

  test('mending goes behind a login that waits, and never beside work on the same account', async () => {
    for (const id of ['a', 'c']) await byHand(id, { attributes: { company: ['x'] } });
    const { run } = await look();
    assert.equal((await mend(run, { of: 'one', key: 'a' })).kind, 'asked');
    const asking = {
      journey: 'j9',
      reference: 'R',
      person: 'c',
      application: 'ehr',
      assignment: 'c-a',
      now: Date.now(),
    };
    for (const write of askForAccounts([...snapshot().accountRules.values()], asking)) await makeRow(pool(), write);

    const queue = outboxStore(pool());
    const taken = async (limit: number) => {
      const all = await queue.take(limit, []);
      return all.map(({ id, key, payload, awaited }) => ({ id, about: [key, awaited, 'mend' in payload] }));
    };
    const [login] = await taken(1);
    assert.deepEqual(login?.about, ['account region c', true, false]);
    assert.equal((await mend(run, { of: 'one', key: 'c' })).kind, 'asked');
    const [mending, ...others] = await taken(10);
    assert.deepEqual([mending?.about, others], [['account region a', false, true], []]);
    await queue.done(String(login?.id));
    const [last] = await taken(10);
    assert.deepEqual(last?.about, ['account region c', false, true]);
    for (const one of [mending, last]) await queue.retry(String(one?.id), Date.now(), 'test');
    await work();
    for (const id of ['a', 'c']) assert.deepEqual((await there(id)).attributes['company'], ['Smalltown'], id);
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

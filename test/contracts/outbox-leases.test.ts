// K5: a lease of the outbox ends soon after its holder is gone, and never while it is there: one at a time does the work of a key.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { addToOutbox, type Delivery } from '../../src/core/outbox/index.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { type LeaseHolder, leaseHolder } from '../../src/edge/store/hub/outbox-holder.ts';
import { makeRow } from './make-rows.ts';
import { onEachServer } from './servers.ts';

const graceMs = 300;

onEachServer('leases of the outbox', (database) => {
  const holders: LeaseHolder[] = [];
  /** A hub: its queue, and how its session breaks, as it does when its process is killed. */
  const hub = (more: { graceMs?: number; alone?: boolean } = {}) => {
    const node = `hub-${holders.length}`;
    const connect = () => new pg.Client({ ...database.connection, application_name: node });
    const holder = leaseHolder({ connect, node, graceMs, ...more });
    holders.push(holder);
    const die = () =>
      database.pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [node]);
    return { ...outboxStore(database.pool, holder), holder, die };
  };
  const add = (id: string, key = id) =>
    makeRow(
      database.pool,
      addToOutbox({ id, kind: 'account', key, payload: { target: 'ad' }, notBefore: Date.now() - 1000 }),
    );
  const ids = (taken: readonly Delivery[]): readonly string[] => taken.map(({ id }) => id);
  const takenOver = async (by: ReturnType<typeof hub>): Promise<readonly Delivery[]> => {
    for (let tries = 0; ; tries += 1) {
      const taken = await by.take(10, []);
      if (taken.length > 0) return taken;
      assert.ok(tries < 300, 'nobody takes it over');
      await sleep(20);
    }
  };
  afterEach(async () => {
    await Promise.all(holders.splice(0).map((holder) => holder.close()));
    await database.pool.query('DELETE FROM hub.outbox');
    await database.pool.query('DELETE FROM hub.outbox_holder');
  });

  test('of a hub that is gone it is taken over after the grace, by which the hub itself knows that it is not its own', async () => {
    const [one, other] = [hub(), hub()];
    await add('anna');
    const [mine] = await one.take(10, []);
    assert.equal(await mine?.stillHeld?.(), true);
    await one.die();
    const [theirs] = await takenOver(other);
    assert.equal(theirs?.attempts, 2);
    const { rows } = await database.pool.query(
      `SELECT o.locked_until - interval '60 s' - h.absent_since >= make_interval(secs => 0.3) AS waited
       FROM hub.outbox o, hub.outbox_holder h WHERE h.absent_since IS NOT NULL`,
    );
    assert.deepEqual(rows, [{ waited: true }]);
    assert.equal(await mine?.stillHeld?.(), false, 'also now that it has a session again');
    assert.equal(await theirs?.stillHeld?.(), true);
    await one.done('anna', mine?.attempts);
    assert.deepEqual(ids(await one.take(10, [])), [], 'what the first writes of it counts for nothing');
    await other.retry('anna', Date.now() - 1000, 'away', theirs?.attempts);
    assert.deepEqual(ids(await one.take(10, [])), ['anna'], 'what the second writes does');
  });

  test('of a hub that is there it lasts, however many others look', async () => {
    const [one, other] = [hub(), hub()];
    await add('anna');
    await one.take(10, []);
    const { rows } = await database.pool.query<{ until: Date }>('SELECT locked_until AS until FROM hub.outbox');
    for (const end = performance.now() + 4 * graceMs; performance.now() < end; await sleep(50)) {
      assert.deepEqual(ids(await other.take(10, [])), []);
    }
    assert.equal(
      (await database.pool.query('SELECT locked_until AS until FROM hub.outbox')).rows[0].until.getTime(),
      rows[0]?.until.getTime(),
    );
  });

  test('an older program writes its time alone: its lease is nobody’s who is gone', async () => {
    const [one, other] = [hub(), hub()];
    await add('anna');
    await one.take(10, []);
    await one.die();
    await takenOver(other);
    await other.die();
    await database.pool.query(`UPDATE hub.outbox SET locked_until = now() + interval '59 s'`);
    const third = hub();
    await third.take(10, []);
    await sleep(2 * graceMs);
    // The lease is looked at where its holder is long gone.
    await database.pool.query(`UPDATE hub.outbox_holder SET absent_since = '-infinity' WHERE absent_since IS NOT NULL`);
    assert.deepEqual(ids(await third.take(10, [])), []);
  });

  test('a hub that is alone on its database takes everything over as it starts; one that stops leaves nothing behind', async () => {
    const one = hub({ graceMs: 3_600_000 });
    await add('anna');
    await one.take(10, []);
    await one.die();
    const next = hub({ graceMs: 3_600_000, alone: true });
    assert.deepEqual(ids(await next.take(10, [])), ['anna']);
    await next.holder.close();
    assert.deepEqual(ids(await hub({ graceMs: 3_600_000 }).take(10, [])), ['anna']);
  });

  test('without a session for it a lease has its time alone', async () => {
    const poor = leaseHolder({
      connect: () => new pg.Client({ ...database.connection, database: 'no such database' }),
      node: 'poor',
    });
    await add('anna');
    const [taken] = await outboxStore(database.pool, poor).take(10, []);
    assert.equal(await taken?.stillHeld?.(), true);
    assert.deepEqual(ids(await hub().take(10, [])), []);
  });

  interface Busy extends ReturnType<typeof hub> {
    readonly has: Delivery[];
  }
  const acts: Readonly<Record<string, (busy: Busy) => Promise<unknown>>> = {
    take: async (busy) => busy.has.push(...(await busy.take(2, []))),
    done: async ({ has, done }) => {
      const first = has.shift();
      if (first !== undefined) await done(first.id, first.attempts);
    },
    retry: async ({ has, retry }) => {
      const first = has.shift();
      if (first !== undefined) await retry(first.id, Date.now() - 1000, 'away', first.attempts);
    },
    die: ({ die }) => die(),
    wait: () => sleep(25),
  };
  const keysHeld = async (hubs: readonly Busy[]): Promise<readonly string[]> => {
    const keys: string[] = [];
    for (const { key, stillHeld } of hubs.flatMap(({ has }) => has)) if (await stillHeld?.()) keys.push(key);
    return keys;
  };

  test('whatever hubs do and whenever they die, never two that hold it are at one key', async () => {
    const steps = fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...Object.keys(acts))), { minLength: 5, maxLength: 25 });
    const property = fc.asyncProperty(steps, async (given) => {
      await database.pool.query('DELETE FROM hub.outbox');
      const hubs = [0, 1, 2].map((): Busy => ({ ...hub({ graceMs: 20 }), has: [] }));
      for (const id of ['a1', 'a2', 'b1', 'b2', 'c1']) await add(id, id.slice(0, 1));
      for (const [which, what] of given) {
        await acts[what]?.(hubs[which] as Busy);
        const held = await keysHeld(hubs);
        assert.equal(new Set(held).size, held.length, held.join());
      }
      await Promise.all(hubs.map(({ holder }) => holder.close()));
    });
    await fc.assert(property, { numRuns: 20 });
  });
});

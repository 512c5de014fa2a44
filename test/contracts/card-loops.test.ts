// The contract of what goes on by itself with cards: renewals by many hubs, by hubs that die or fall silent, and cards that run out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { expireCards, renewSome } from '../../src/apps/hub/ordering/card-loops.ts';
import type { Card } from '../../src/core/ordering/index.ts';
import { renewNext } from '../../src/edge/store/hub/card-renewal-lane.ts';
import { renewalById, renewalCounts } from '../../src/edge/store/hub/card-renewals.ts';
import { takeCardStep } from '../../src/edge/store/hub/card-steps.ts';
import { cardById, findCards } from '../../src/edge/store/hub/cards.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { day, profiles, renewalWorld } from './renewal-world.ts';
import { onEachServer } from './servers.ts';

onEachServer('cards and the hubs that work on them', (database) => {
  const { at, olof, siri, parts, cards, draft, must, run, events, renewals } = renewalWorld(database);

  test('many hubs at once renew each card once and end the job once', async () => {
    await cards(120);
    const id = await draft();
    await must(olof, id, 'start');
    const hubs = Array.from({ length: 4 }, () => new pg.Pool({ ...database.connection, max: 2 }));
    try {
      const counts = await Promise.all(
        hubs.map(async (hub) => {
          let done = 0;
          while ((await renewalById(hub, id))?.state === 'running')
            done += await renewSome({ ...parts(), pool: hub }, 20);
          return done;
        }),
      );
      assert.equal(
        counts.reduce((sum, each) => sum + each, 0),
        120,
      );
      assert.ok(counts.filter((each) => each > 0).length > 1, `all of it was done by one: ${counts.join(' ')}`);
    } finally {
      await Promise.all(hubs.map((hub) => hub.end()));
    }
    const made = await renewals();
    assert.deepEqual([made.length, new Set(made.map(({ replaces }) => replaces)).size], [120, 120]);
    const kinds = (await events(id)).map(({ kind }) => kind);
    assert.deepEqual(
      [
        kinds.filter((kind) => kind === 'card.ordered').length,
        kinds.filter((kind) => kind === 'card.renewalEnded').length,
      ],
      [120, 1],
    );
  });

  test('a hub that dies in the middle of a card leaves it to the next, and nothing of it behind', async () => {
    await cards(3);
    const id = await draft();
    await must(olof, id, 'start');
    const dying = new pg.Client(database.connection);
    dying.on('error', () => undefined);
    await dying.connect();
    const { rows } = await dying.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid;
    // Cut off when it has written the order and not yet said that it did.
    let cut = false;
    const failing = Object.assign(Object.create(database.pool) as pg.Pool, {
      connect: async () => ({
        query: async (sql: string, values?: unknown[]) => {
          if (/UPDATE hub.card_renewal_item SET state/.test(sql)) {
            cut = true;
            await database.pool.query('SELECT pg_terminate_backend($1)', [pid]);
          }
          return dying.query(sql, values);
        },
        release: () => undefined,
      }),
    });
    await assert.rejects(renewNext(failing, { now: at.now, profiles }, 10));
    assert.ok(cut);
    await dying.end().catch(() => undefined);
    assert.deepEqual(await renewals(), []);
    assert.deepEqual(await renewalCounts(database.pool, id), { waiting: 3, done: 0, failed: 0, excluded: 0 });
    await run(id);
    assert.equal((await renewals()).length, 3);
    assert.equal((await events(id)).filter(({ kind }) => kind === 'card.ordered').length, 3);
  });

  test('a silent hub loses its claim: the database ends what it left open', async () => {
    await cards(1);
    await must(olof, await draft(), 'start');
    const asked: string[] = [];
    const watched = Object.assign(Object.create(database.pool) as pg.Pool, {
      connect: async () => {
        const client = await database.pool.connect();
        return {
          query: (sql: string, values?: unknown[]) => {
            asked.push(sql);
            return client.query(sql, values);
          },
          release: (error?: Error) => client.release(error),
        };
      },
    });
    assert.equal(await renewNext(watched, { now: at.now, profiles }, 10), 1);
    // Watched from the transaction's first statement on.
    assert.match(asked[1] ?? '', /SET LOCAL idle_in_transaction_session_timeout = '15s'/);
    assert.match(asked[2] ?? '', /FOR UPDATE SKIP LOCKED/);
  });

  test('drafts are forgotten in a day, jobs that are over in a year, those that run never; the cards stay', async () => {
    await cards(1);
    const [over, running] = [await draft(), await draft(siri)];
    await must(olof, over, 'start');
    await run(over);
    await database.pool.query("UPDATE hub.card_renewal SET state = 'running', expires_at = NULL WHERE id = $1", [
      running,
    ]);
    const forgotten = await draft();
    await keepHouse(database.pool, at.now + 1.1 * day);
    assert.deepEqual(
      [await renewalById(database.pool, forgotten), (await renewalById(database.pool, over))?.state],
      [undefined, 'done'],
    );
    await keepHouse(database.pool, at.now + 366 * day);
    assert.deepEqual(
      [await renewalById(database.pool, over), (await renewalById(database.pool, running))?.state],
      [undefined, 'running'],
    );
    assert.equal((await renewals()).length, 1);
  });

  test('a card whose certificates ran out expires once, whoever looks, with its trail and the end of its sessions', async () => {
    await cards(3, { validUntil: at.now - 1000 });
    await cards(1, { prefix: 'hg' });
    await database.pool.query("UPDATE hub.card SET state = 'ended', ending = 'lost' WHERE holder = 'h3'");
    const expired = await Promise.all([expireCards(parts()), expireCards(parts())]);
    assert.equal(expired[0] + expired[1], 2);
    assert.equal(await expireCards(parts()), 0);
    const stateOf = async (id: string): Promise<Card['state'] | undefined> =>
      (await cardById(database.pool, id))?.state;
    assert.deepEqual(await Promise.all(['card h1', 'card h2', 'card h3', 'card hg1'].map(stateOf)), [
      'expired',
      'expired',
      'ended',
      'inUse',
    ]);
    const { rows } = await database.pool.query(
      "SELECT person FROM hub.audit_event WHERE kind = 'card.expired' ORDER BY person",
    );
    assert.deepEqual(rows, [{ person: 'h1' }, { person: 'h2' }]);
    const told = await database.pool.query(
      "SELECT 1 FROM hub.outbox WHERE kind = 'cardStopped' AND payload ->> 'card' = 'card h1'",
    );
    assert.equal(told.rowCount, 1);
    const wish = { from: { person: 'olof', reference: 'AAAA-BBBB' }, now: at.now, profiles };
    for (const action of ['suspend', 'resume'] as const)
      assert.equal((await takeCardStep(database.pool, 'card h1', action, wish)).kind, 'refused');
    // Nobody is bothered about it again: it is no longer among those that run out.
    const running = { organisations: ['hospital'], states: ['inUse'] as const, validBefore: at.now + 40 * day };
    assert.deepEqual(
      (await findCards(database.pool, running, 10)).map(({ id }) => id),
      ['card hg1'],
    );
    assert.deepEqual(await findCards(database.pool, { ...running, validBefore: at.now + day }, 10), []);
  });
});

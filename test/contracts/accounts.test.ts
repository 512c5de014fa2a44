// The contracts of passwords, devices and the catalogue's source.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openLiveCatalogue } from '../../src/core/catalogue/index.ts';
import { sampleItems } from '../../src/core/catalogue/sample-items.ts';
import { inTransaction } from '../../src/edge/store/hub/audit-insert.ts';
import { catalogueSource, writeItems } from '../../src/edge/store/hub/catalogue.ts';
import { endDevice } from '../../src/edge/store/hub/derived-steps.ts';
import { deviceStore, saveDevice } from '../../src/edge/store/hub/device.ts';
import { administrators } from '../../src/edge/store/hub/directory.ts';
import { saveOrganisations, savePeople } from '../../src/edge/store/hub/directory-write.ts';
import { passwordAccounts, removePassword, savePassword } from '../../src/edge/store/hub/password.ts';
import { onEachServer } from './servers.ts';

const now = Date.UTC(2026, 0, 1);
const person = (id: string, attributes = {}) => ({
  person: { id, givenName: id, familyName: 'X', closed: false, protectedIdentity: false, attributes },
  assignments: [],
  link: [],
  unlink: [],
});
const save = { hash: 'h1', oneTime: false, source: 'test' };

onEachServer('accounts', (database) => {
  const accounts = () => passwordAccounts(database.pool);
  const links = async (id: string) =>
    (
      await database.pool.query<{ lookup: string; live: boolean }>(
        'SELECT lookup, until IS NULL AS live FROM hub.link WHERE person = $1 ORDER BY since, lookup',
        [id],
      )
    ).rows;

  test('a password is found, upgraded only from the hash that was seen, and removed', async () => {
    await savePeople(
      database.pool,
      [person('anna'), person('bo', { administrator: true }), person('cy', { administrator: 'true' })],
      'test',
      now,
    );
    assert.equal(await savePassword(database.pool, { ...save, username: 'anna', person: 'anna' }, now), true);
    assert.deepEqual(await accounts().find('anna'), {
      username: 'anna',
      person: 'anna',
      hash: 'h1',
      oneTime: false,
      expiresAt: undefined,
    });
    await accounts().upgrade('anna', 'other', 'h2');
    assert.equal((await accounts().find('anna'))?.hash, 'h1');
    await accounts().upgrade('anna', 'h1', 'h2');
    assert.equal((await accounts().find('anna'))?.hash, 'h2');
    assert.equal(await accounts().find('nobody'), undefined);
    assert.equal(await accounts().spend('anna', 'h2'), false);
  });
  test('a username is one person’s; a new one ends the old one’s link', async () => {
    assert.equal(await savePassword(database.pool, { ...save, username: 'anna', person: 'bo' }, now), false);
    assert.equal(await savePassword(database.pool, { ...save, username: 'anna2', person: 'anna' }, now + 1), true);
    assert.equal(await accounts().find('anna'), undefined);
    assert.deepEqual(await links('anna'), [
      { lookup: 'anna', live: false },
      { lookup: 'anna2', live: true },
    ]);
    assert.equal(await savePassword(database.pool, { ...save, username: 'anna', person: 'bo' }, now + 2), true);
    await removePassword(database.pool, 'anna', now + 3);
    assert.deepEqual(
      (await links('anna')).map(({ live }) => live),
      [false, false],
    );
  });
  test('a one-time password is spent by exactly one of many', async () => {
    await savePassword(
      database.pool,
      { ...save, username: 'once', person: 'anna', hash: 'o', oneTime: true, expiresAt: now + 1000 },
      now,
    );
    assert.equal((await accounts().find('once'))?.expiresAt, now + 1000);
    const spent = await Promise.all(Array.from({ length: 20 }, () => accounts().spend('once', 'o')));
    assert.equal(spent.filter(Boolean).length, 1);
    assert.equal(await accounts().find('once'), undefined);
  });
  test('administrators are those with the flag true', async () => {
    assert.deepEqual(
      (await administrators(database.pool)).map(({ id }) => id),
      ['bo'],
    );
  });
  test('organisations may come in any order of parents', async () => {
    await saveOrganisations(database.pool, [
      { id: 'child', name: 'C', parent: 'root', closed: false },
      { id: 'root', name: 'R', closed: false },
    ]);
    assert.equal((await database.pool.query('SELECT FROM hub.organisation')).rowCount, 2);
  });

  test('a device is found by its secret until it is closed', async () => {
    await saveDevice(database.pool, {
      id: 'd1',
      kind: 'fixed',
      name: 'Ward 3',
      setBy: 'x',
      setAt: now,
      closed: false,
      secretHash: 'sh',
    });
    const store = deviceStore(database.pool);
    assert.equal(await store.kindOf('sh'), 'fixed');
    assert.equal(await store.kindOf('other'), undefined);
    assert.deepEqual(await store.list(), [
      { id: 'd1', kind: 'fixed', name: 'Ward 3', setBy: 'x', setAt: now, closed: false },
    ]);
    const close = () => endDevice(database.pool, 'd1', 'closed', { who: 'x' }, now);
    assert.equal(await close(), true);
    assert.equal(await close(), false);
    assert.equal(await store.kindOf('sh'), undefined);
  });

  test('the catalogue: a hint brings a change at once, a lost connection for hints is opened again', async () => {
    const write = (name: string) => {
      const items = sampleItems();
      for (const item of items) if (item.kind === 'network') (item.doc as { name: string }).name = name;
      return inTransaction(database.pool, (client) => writeItems(client, items, []));
    };
    assert.equal(await write('one'), 1);
    const clients: pg.Client[] = [];
    const source = catalogueSource(database.pool, () => {
      const client = new pg.Client(database.connection);
      clients.push(client);
      return client;
    });
    let polls = 0;
    const live = await openLiveCatalogue({
      // Only hints: the poll sees nothing, so that what is seen came by hint.
      source: { ...source, revision: async () => (polls++ === 0 ? 1 : source.revision()) },
      clock: Date.now,
      onFailure: () => undefined,
    });
    const until = async (name: string) => {
      for (let tries = 0; tries < 200; tries++) {
        if (live.snapshot().networks.get('ward')?.name === name) return;
        await sleep(25);
      }
      assert.fail(`never saw ${name}`);
    };
    assert.equal(live.snapshot().revision, 1);
    await write('two');
    await until('two');
    assert.equal(live.snapshot().revision, 2);
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN tillit_catalogue'`,
    );
    await write('three');
    await until('three');
    assert.ok(live.ready());
    for (let tries = 0; tries < 200 && clients.length < 2; tries++) await sleep(25);
    assert.ok(clients.length >= 2);
    await live.close();
  });
  test('a change that is undone is not seen', async () => {
    const before = await catalogueSource(database.pool, () => new pg.Client(database.connection)).load();
    await assert.rejects(
      inTransaction(database.pool, async (client) => {
        await writeItems(
          client,
          [],
          before.items.map(({ kind, id }) => ({ kind, id })),
        );
        throw new Error('undo');
      }),
      /undo/,
    );
    assert.deepEqual(await catalogueSource(database.pool, () => new pg.Client(database.connection)).load(), before);
  });
});

// A restore and a hub that starts on the same empty database: one waits for the other, and neither harms what the other made.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { commands } from '../../src/apps/cli/commands.ts';
import { runCommandLine } from '../../src/apps/cli/run.ts';
import { programVersion } from '../../src/apps/hub/program.ts';
import { restoreBackup, writeBackup } from '../../src/edge/store/backup/index.ts';
import { locks } from '../../src/edge/store/hub/locks.ts';
import { migrate, migrateOn } from '../../src/edge/store/hub/migrate.ts';
import { temporaryFolder } from '../support/index.ts';
import { onEachServer } from './servers.ts';

const folder = temporaryFolder('restore-race');
after(() => folder.remove());
let files = 0;

onEachServer('a restore beside a hub that starts', (database) => {
  const program = programVersion;
  const emptied = async () => {
    await database.pool.query('DROP SCHEMA IF EXISTS hub CASCADE');
  };
  const people = async () =>
    (await database.pool.query<{ id: string }>('SELECT id FROM hub.person ORDER BY id')).rows.map(({ id }) => id);

  /** A backup of one person; the database is empty afterwards. */
  async function backedUp(): Promise<string> {
    await emptied();
    await migrate(database.pool, { program });
    await database.pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ('kari', 'A', 'B')`);
    const file = join(folder.path, `${++files}.backup`);
    await writeBackup({
      connection: database.connection,
      schema: 'hub',
      file,
      program,
      now: new Date(),
      keepWith: [],
      log: () => undefined,
    });
    await emptied();
    return file;
  }

  /** What an operator types. */
  async function restore(file: string): Promise<{ code: number; err: string }> {
    const err: string[] = [];
    const { host, port, user, database: name } = database.connection;
    const code = await runCommandLine(commands, ['restore', file], {
      out: () => undefined,
      err: (line) => err.push(line),
      env: {
        TILLIT_DATA: join(folder.path, 'data'),
        TILLIT_DATABASE_URL: `postgresql:///${name}?host=${encodeURIComponent(String(host))}&port=${port}&user=${user}`,
      },
      cwd: folder.path,
    });
    return { code, err: err.join('\n') };
  }

  /** The first thing that a hub does, and then it writes. */
  async function startedHub(): Promise<number> {
    const { from } = await migrate(database.pool, { program });
    await database.pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ('ola', 'A', 'B')`);
    return from;
  }

  test('a hub that starts while the tables are made and filled waits, and finds everything restored', async () => {
    const file = await backedUp();
    let hub: Promise<number> | undefined;
    let started = false;
    await restoreBackup({
      connection: database.connection,
      schema: 'hub',
      file,
      log: () => undefined,
      lock: locks.migrate,
      migrate: async (client) => {
        const { to } = await migrateOn(client, { program });
        // The tables are all there now: a hub that did not wait would think that it can work.
        hub = startedHub().finally(() => {
          started = true;
        });
        await sleep(400);
        assert.equal(started, false, 'the hub did not wait');
        return to;
      },
    });
    assert.ok(hub !== undefined && (await hub) > 0, 'it found the restored tables');
    assert.deepEqual(await people(), ['kari', 'ola'], 'nothing of either is lost');
  });

  test('a restore while a hub makes its tables is refused, and changes nothing', async () => {
    const file = await backedUp();
    const starting = new pg.Client(database.connection);
    await starting.connect();
    try {
      await starting.query('SELECT pg_advisory_lock($1)', [locks.migrate]);
      const refused = await Promise.race([restore(file), sleep(20_000, undefined, { ref: false })]);
      assert.ok(refused !== undefined, 'it waits without end');
      assert.equal(refused.code, 1);
      assert.match(refused.err, /\[backup\.busy\]/);
      await migrateOn(starting, { program });
      await starting.query('SELECT pg_advisory_unlock($1)', [locks.migrate]);
      await starting.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ('ola', 'A', 'B')`);
    } finally {
      await starting.end();
    }
    assert.match((await restore(file)).err, /\[backup\.targetNotEmpty\]/);
    assert.deepEqual(await people(), ['ola']);
  });

  test('alone it restores', async () => {
    const restored = await restore(await backedUp());
    assert.equal(restored.code, 0, restored.err);
    assert.deepEqual(await people(), ['kari']);
  });
});

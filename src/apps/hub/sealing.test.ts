// Master keys are made once for a database: a second hub with a folder of its own is sent to copy them.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startEmbedded, type TestDatabase, temporaryFolder } from '../../../test/support/index.ts';
import { migrate } from '../../edge/store/hub/migrate.ts';
import { hubKeyring, keyringFile } from './sealing.ts';

const folder = temporaryFolder('sealing');
let database: TestDatabase;
let pool: pg.Pool;
before(async () => {
  database = await startEmbedded();
  pool = new pg.Pool({ ...database.connection, max: 2 });
  await migrate(pool, { program: '999.0.0' });
});
after(async () => {
  await pool.end();
  await database.stop();
  folder.remove();
});

test('the first hub makes the keys; after its first event nobody else does', async () => {
  const [one, two] = [join(folder.path, 'one'), join(folder.path, 'two')];
  const made = await hubKeyring(one, pool);
  await pool.query(
    `INSERT INTO hub.audit_event (at, kind, class, outcome, text, salt) VALUES (now(), 'hub.started', 'hub', 'ok', '{}', decode(repeat('00', 16), 'hex'))`,
  );
  await assert.rejects(hubKeyring(two, pool), /master\.json is missing/);
  assert.equal(existsSync(keyringFile(two)), false);
  mkdirSync(join(two, 'keys'), { recursive: true });
  cpSync(keyringFile(one), keyringFile(two));
  assert.equal((await hubKeyring(two, pool)).current.id, made.current.id);
  assert.equal((await hubKeyring(one, pool)).current.id, made.current.id);
});

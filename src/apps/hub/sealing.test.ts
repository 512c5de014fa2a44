// Master keys are made once for a database: a second hub with a folder of its own is sent to copy them.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startEmbedded, type TestDatabase, temporaryFolder } from '../../../test/support/index.ts';
import { seal } from '../../base/sealing/index.ts';
import { openKeyring } from '../../edge/keys/file/index.ts';
import { migrate } from '../../edge/store/hub/migrate.ts';
import { hubKeyring, keyringFile } from './sealing.ts';

const folder = temporaryFolder('sealing');
let database: TestDatabase;
let pool: pg.Pool;
before(async () => {
  database = await startEmbedded();
  pool = new pg.Pool({ ...database.connection, max: 2 });
  // A connection that the stopping server ends is no fault of the tests.
  pool.on('error', () => undefined);
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

test('the keys of another database are refused as soon as anything is sealed, also an old copy without the newest', async () => {
  const [one, other] = [join(folder.path, 'one'), join(folder.path, 'other')];
  const right = await hubKeyring(one, pool);
  openKeyring(keyringFile(other), { make: true });
  const refused = new RegExp(`master\\.json does not hold master key ${right.current.id}`);
  const sealed = seal(right, 'identity', 'x', Buffer.from('x'));

  await pool.query(`INSERT INTO hub.identity (namespace, lookup, sealed) VALUES ('se-personnummer', 'x', $1)`, [
    sealed,
  ]);
  await assert.rejects(hubKeyring(other, pool), refused);
  await pool.query('DELETE FROM hub.identity');
  await pool.query(
    `INSERT INTO hub.signing_key (kid, issuer, algorithm, public_jwk, sealed, publish_at, activate_at, retire_at)
     VALUES ('k', 'main', 'ES256', '{}', $1, now(), now(), now())`,
    [sealed],
  );
  await assert.rejects(hubKeyring(other, pool), refused);
  assert.equal((await hubKeyring(one, pool)).current.id, right.current.id);
});

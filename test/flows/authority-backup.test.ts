// The authority is backed up while it works, lost whole, and restored: no serial and no list number comes twice, and what it knew it knows.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { readCrl, toPem } from '../../src/base/x509/index.ts';
import { authorityMigration } from '../../src/edge/store/authority/index.ts';
import { writeBackup } from '../../src/edge/store/backup/index.ts';
import { authorityDatabaseUrl } from '../../src/edge/store/embedded/index.ts';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import { csrOf, newEcKey, someHolder } from '../fakes/authority-world.ts';
import {
  type AuthorityPlace,
  authorityCommand,
  issuerOf,
  prepareAuthority,
  type RunningAuthorityProgram,
  startAuthority,
} from '../support/authority-program.ts';
import { startEmbedded, type TestDatabase, temporaryFolder } from '../support/index.ts';

const run = promisify(execFile);
const folder = temporaryFolder('authority-backup');
const at = (name: string) => join(folder.path, name);
let database: TestDatabase | undefined;
let place: AuthorityPlace;
let program: RunningAuthorityProgram | undefined;
before(async () => {
  database = await startEmbedded();
  place = await prepareAuthority(folder.path, authorityDatabaseUrl(database.connection));
  program = await startAuthority(place);
});
after(async () => {
  await program?.stop();
  await database?.stop();
  folder.remove();
});

let orders = 0;
const order = () => ({
  id: `backup-${++orders}`,
  profile: 'login',
  csr: csrOf(newEcKey()),
  holder: { ...someHolder, serialNumber: `T${10_000 + orders}` },
});
const given = new Map<string, string>();
const issued = async (wanted = order()) => {
  const state = await issuerOf(place).submit(wanted);
  assert.ok(state.kind === 'issued', JSON.stringify(state));
  given.set(state.certificate.serial, wanted.id);
  return { ...state.certificate, wanted };
};
const list = async () => {
  const reading = readCrl(Buffer.from(await (await fetch(`${place.publishUrl}/crl/staff.crl`)).arrayBuffer()));
  assert.ok(reading.ok);
  return { ...reading.crl, isRevoked: reading.crl.isRevoked, at: BigInt(`0x${reading.crl.number}`) };
};
const revoked = async (serial: string) => {
  assert.deepEqual(await issuerOf(place).revoke({ issuer: 'staff', serial }, 'keyCompromise'), { kind: 'done' });
  for (const begun = performance.now(); ; await sleep(20)) {
    const found = await list();
    if (found.isRevoked(serial) !== undefined) return found;
    assert.ok(performance.now() - begun < 10_000, 'not on the list within ten seconds');
  }
};
const dropRegister = async () => {
  const pool = new pg.Pool({ connectionString: place.env['TILLIT_AUTHORITY_DATABASE_URL'], max: 1 });
  pool.on('error', () => undefined);
  await pool.query('DROP SCHEMA authority CASCADE');
  await pool.end();
};
/** The machine is gone: database, folder, and all that lies in them. What was kept in other places is put back. */
const loseEverything = async (lost: string) => {
  await program?.stop();
  program = undefined;
  await dropRegister();
  renameSync(place.folder, at(lost));
  mkdirSync(place.folder, { mode: 0o700 });
  for (const name of ['tls.pem', 'tls.key']) copyFileSync(join(at(lost), name), join(place.folder, name));
};

describe('backup and restore of the authority', () => {
  test('a backup holds the sealed keys and nothing that opens them; what else is needed is named', async () => {
    await issued();
    const told = await authorityCommand(place, 'backup', at('first.backup'));
    for (const name of ['keys/checkpoint.key', 'tls.key'])
      assert.match(told, new RegExp(`keep with it, in another place: .*/${name}`));
    assert.match(told, /the passphrase of keys\/staff\.key/);
    assert.equal(statSync(at('first.backup')).mode & 0o777, 0o600);
    const bytes = gunzipSync(readFileSync(at('first.backup'))).toString('latin1');
    const inside = (name: string) => bytes.includes(readFileSync(join(place.folder, name)).toString('base64'));
    for (const name of ['authority.yaml', 'staff.pem', 'root.pem', 'root.crl', 'keys/staff.key', 'keys/checkpoint.pub'])
      assert.ok(inside(name), name);
    for (const name of ['tls.key', 'keys/checkpoint.key']) {
      assert.ok(!inside(name), name);
      assert.ok(!bytes.includes(readFileSync(join(place.folder, name), 'latin1').trim()), name);
    }
    assert.ok(!bytes.includes('a passphrase for tests'));
    await assert.rejects(authorityCommand(place, 'backup', at('first.backup')), /backup\.fileExists/);
    await assert.rejects(authorityCommand(place, 'restore', at('first.backup')), /backup\.targetNotEmpty/);
    const file = join(place.folder, 'keys', 'staff.key');
    const sealed = readFileSync(file);
    writeFileSync(file, readFileSync(join(place.folder, 'tls.key')));
    await assert.rejects(authorityCommand(place, 'backup', at('open.backup')), /neither a sealed key nor/);
    writeFileSync(file, sealed);
  });

  test('lost and restored, the authority goes on: no serial twice, and list numbers only go up, although the backup is old', async () => {
    const [early, dropped] = [await issued(), await issued()];
    await revoked(early.serial);
    await authorityCommand(place, 'backup', at('old.backup'));
    // What the backup does not know: certificates, a revocation, and many lists.
    const late = await issued();
    for (let n = 0; n < 3; n += 1) await revoked((await issued()).serial);
    await revoked(dropped.serial);
    const last = await revoked(late.serial);
    const published = Buffer.from(await (await fetch(`${place.publishUrl}/crl/staff.crl`)).arrayBuffer());
    writeFileSync(at('last.crl'), published);
    await loseEverything('lost');

    await assert.rejects(
      authorityCommand(place, 'restore', at('old.backup'), '--list', join(at('lost'), 'root.crl')),
      /root\.crl is not signed by an issuing authority/,
    );
    const told = await authorityCommand(place, 'restore', at('old.backup'), '--list', at('last.crl'));
    assert.match(told, /revoked or suspended again, as the last list of staff says: 1/);
    assert.match(told, /4 entries of the list of staff are not in the register/);
    assert.match(told, /not here yet: .*checkpoint\.key/);
    assert.match(told, /What was issued after .* is not in it/);
    program = await startAuthority(place);
    const first = await list();
    assert.ok(first.at > last.at, `the first list after it is number ${first.at}, others have seen ${last.at}`);
    assert.ok(first.thisUpdate >= last.thisUpdate);
    assert.ok(first.isRevoked(early.serial), 'what it knew as revoked is on it');
    assert.equal(first.isRevoked(dropped.serial)?.reason, 1, 'and what the last list said of those that it knew');

    assert.equal((await issued(early.wanted)).serial, early.serial, 'an order that it knows gives what it gave');
    const before = new Map(given);
    const again = await issued(late.wanted);
    assert.notEqual(again.serial, late.serial, 'one that it has forgotten gets a serial of its own');
    for (let n = 0; n < 40; n += 1) assert.ok(!before.has((await issued()).serial), 'a serial came twice');
    assert.ok((await revoked(again.serial)).at > first.at);

    writeFileSync(at('card.pem'), toPem(again.chain[0] ?? Buffer.alloc(0)));
    const files = ['-CAfile', join(place.folder, 'root.pem'), '-untrusted', join(place.folder, 'staff.pem')];
    assert.match((await run('openssl', ['verify', '-x509_strict', ...files, at('card.pem')])).stdout, /OK/);
    assert.match(await authorityCommand(place, 'verify'), /The trail is whole/);
  });

  test('a hub’s backup, names that lead out of the folder, and other files in it are refused', async () => {
    const restore = (name: string) => authorityCommand(place, 'restore', at(name));
    const connection = database?.connection ?? {};
    const pool = new pg.Pool({ ...connection, max: 1 });
    pool.on('error', () => undefined);
    await migrate(pool, { program: '0.1.0' });
    await pool.end();
    const usual = { program: '0.1.0', now: new Date(), keepWith: [], log: () => undefined };
    await writeBackup({ ...usual, connection, schema: 'hub', file: at('hub.backup') });
    await writeBackup({
      ...usual,
      connection: { connectionString: place.env['TILLIT_AUTHORITY_DATABASE_URL'] },
      ...{ schema: 'authority', file: at('evil.backup'), migrationOf: authorityMigration },
      files: [{ name: 'keys/../../outside', base64: 'eA==' }],
    });
    await loseEverything('lost-again');
    await assert.rejects(restore('hub.backup'), /is no backup of a certificate authority/);
    await assert.rejects(restore('evil.backup'), /names a file that no authority has/);
    assert.ok(!existsSync(at('outside')));
    writeFileSync(join(place.folder, 'staff.pem'), readFileSync(join(place.folder, 'tls.pem')));
    await assert.rejects(restore('old.backup'), /staff\.pem is there already, and differs/);
  });
});

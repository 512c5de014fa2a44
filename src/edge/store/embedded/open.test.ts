// The embedded server as a hub and its commands meet it: first and later starts, sharing, refusal, loss.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import pg from 'pg';
import { temporaryFolder } from '../../../../test/support/index.ts';
import { Problem } from '../../../base/problem.ts';
import { findRunning, type OpenDatabase, type OpenedDatabase, openDatabase } from './index.ts';
import { isRunning } from './process-identity.ts';

const folder = temporaryFolder('open');
after(() => folder.remove());
const open = (name: string, more: Partial<OpenDatabase> = {}): Promise<OpenedDatabase> =>
  openDatabase({ dataFolder: join(folder.path, name), mode: 'own', purpose: 'start', log: () => undefined, ...more });

async function ask(database: OpenedDatabase, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(database.connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows[0] as Record<string, unknown>;
  } finally {
    await client.end();
  }
}

const serverPid = (name: string): number =>
  (JSON.parse(readFileSync(join(folder.path, name, 'pg18.json'), 'utf8')) as { serverPid: number }).serverPid;

test('a first start makes a durable, closed server; a later start takes under a second', async () => {
  const first = await open('first');
  assert.equal(first.fresh, true);
  const facts = await ask(
    first,
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS sync, current_setting('listen_addresses') AS listen,
            current_setting('data_checksums') AS checksums, current_setting('server_encoding') AS encoding,
            current_setting('log_min_error_statement') AS statements, current_setting('log_error_verbosity') AS verbosity,
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super`,
  );
  assert.deepEqual(facts, {
    fsync: 'on',
    sync: 'on',
    listen: '',
    checksums: 'on',
    encoding: 'UTF8',
    statements: 'panic',
    verbosity: 'terse',
    super: false,
  });
  await ask(first, 'CREATE TABLE kept (n int)');
  assert.equal(statSync(join(folder.path, 'first')).mode & 0o777, 0o700);
  await first.close();
  await first.close();
  assert.equal(existsSync(join(folder.path, 'first', 'pg18.lock')), false);

  const from = performance.now();
  const second = await open('first');
  const tookMs = performance.now() - from;
  assert.equal(second.fresh, false);
  assert.deepEqual(await ask(second, 'SELECT count(*)::int AS n FROM kept'), { n: 0 });
  await second.close();
  assert.ok(tookMs < 5_000, `took ${tookMs} ms`);
});

test('names sort by ICU where a collation asks for it, keys byte by byte', async () => {
  const database = await open('sort');
  const { icu, bytes } = await ask(
    database,
    `SELECT (SELECT array_agg(v ORDER BY v COLLATE "sv-x-icu") FROM unnest(ARRAY['Ö','Z','Å','a','Ä']) v) AS icu,
            (SELECT array_agg(v ORDER BY v COLLATE "C") FROM unnest(ARRAY['Ö','Z','Å','a','Ä']) v) AS bytes`,
  );
  await database.close();
  assert.deepEqual(icu, ['a', 'Z', 'Å', 'Ä', 'Ö']);
  assert.deepEqual(bytes, ['Z', 'a', 'Ä', 'Å', 'Ö']);
});

test('the log says that a row was refused, and not which value', async () => {
  const database = await open('log');
  await ask(database, 'CREATE TABLE person (number text PRIMARY KEY)');
  await ask(database, `INSERT INTO person VALUES ('191212121212')`);
  await assert.rejects(ask(database, `INSERT INTO person VALUES ('191212121212')`), /duplicate key/);
  await database.close();
  const day = new Date().toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' });
  const log = readFileSync(join(folder.path, 'log', 'pg18', 'log', `postgres-${day}.log`), 'utf8');
  assert.match(log, /duplicate key/);
  assert.doesNotMatch(log, /191212121212/);
});

describe('one owner', () => {
  test('a second start is refused and told who has the folder; it leaves the first alone', async () => {
    const first = await open('owner');
    await assert.rejects(open('owner'), (error) => {
      assert.ok(error instanceof Problem);
      assert.equal(error.code, 'database.inUse');
      assert.match(error.detail ?? '', new RegExp(`"start", process ${process.pid}\\b`));
      return true;
    });
    assert.deepEqual(await ask(first, 'SELECT 1 AS one'), { one: 1 });
    await first.close();
  });

  test('a command attaches to the running server, and leaves it running', async () => {
    const hub = await open('shared');
    const command = await open('shared', { mode: 'share', purpose: 'backup' });
    assert.deepEqual(command.connection, hub.connection);
    assert.deepEqual(await findRunning(join(folder.path, 'shared')), hub.connection);
    await command.close();
    assert.deepEqual(await ask(hub, 'SELECT 1 AS one'), { one: 1 });
    await hub.close();
    assert.equal(await findRunning(join(folder.path, 'shared')), undefined);
  });

  test('a command that had to start the server lets another one finish before it stops it', async () => {
    const first = await open('commands', { mode: 'share', purpose: 'backup' });
    const second = await open('commands', { mode: 'share', purpose: 'export' });
    const client = new pg.Client(second.connection);
    await client.connect();
    const pid = serverPid('commands');
    const closed = first.close();
    assert.equal((await client.query('SELECT pg_sleep(0.3), 1 AS one')).rows[0].one, 1);
    await client.end();
    await closed;
    assert.equal(existsSync(`/proc/${pid}`), false);
  });
});

test('a server that ends by itself is reported', async () => {
  const lost = Promise.withResolvers<Problem>();
  const database = await open('lost', { onLost: lost.resolve });
  process.kill(serverPid('lost'), 'SIGQUIT');
  assert.match((await lost.promise).detail ?? '', /ended by itself/);
  await database.close();
});

test('a stale postmaster.pid whose number another process now has does not stop a start', async () => {
  const first = await open('stale');
  const text = readFileSync(join(folder.path, 'stale', 'pg18', 'postmaster.pid'), 'utf8');
  await first.close();
  const other = spawn('sleep', ['300'], { stdio: 'ignore' });
  const stale = text.replace(/^\d+/, String(other.pid));
  writeFileSync(join(folder.path, 'stale', 'pg18', 'postmaster.pid'), stale);
  writeFileSync(join(folder.path, 'stale', 'run', '.s.PGSQL.5432.lock'), stale);
  try {
    const again = await open('stale');
    await again.close();
  } finally {
    other.kill();
  }
});

test('a data path too long for a socket works', async () => {
  const deep = join('deep', 'x'.repeat(60), 'y'.repeat(60), 'z'.repeat(60));
  const database = await open(deep);
  const { host } = database.connection;
  assert.ok(host !== undefined && host.length < 90 && !host.includes('xxx'), host);
  assert.deepEqual(await ask(database, 'SELECT 1 AS one'), { one: 1 });
  assert.equal(statSync(host).mode & 0o077, 0);
  await database.close();
  assert.equal(existsSync(host), false);
});

test('a folder that others use is not closed to them: it is refused as a data folder', async () => {
  const shared = join(folder.path, 'shared-by-others');
  mkdirSync(shared);
  chmodSync(shared, 0o755);
  writeFileSync(join(shared, 'theirs'), '');
  await assert.rejects(open('shared-by-others'), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, 'database.folder');
    assert.match(error.detail ?? '', /holds other things/);
    return true;
  });
  assert.equal(statSync(shared).mode & 0o777, 0o755);
});

test('our own folder, or an empty one, that is open to others is closed', async () => {
  const opened = join(folder.path, 'opened');
  // A fresh file system, mounted for us, holds one folder.
  mkdirSync(join(opened, 'lost+found'), { recursive: true });
  for (const round of ['empty', 'ours']) {
    chmodSync(opened, 0o755);
    await (await open('opened')).close();
    assert.equal(statSync(opened).mode & 0o777, 0o700, round);
  }
});

test('a data folder that cannot be made is told at once', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
  timeout: 20_000,
}, async () => {
  writeFileSync(join(folder.path, 'file'), '');
  // Node's own `mkdir -p` never returns from /proc: a process of its own, which can be killed.
  for (const dataFolder of ['/proc/tillit/var', join(folder.path, 'file'), join(folder.path, 'file', 'var')]) {
    const program = `
      const { openDatabase } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      await openDatabase({ dataFolder: ${JSON.stringify(dataFolder)}, mode: 'own', purpose: 'start', log: () => {} })
        .catch((problem) => process.stdout.write(problem.code));`;
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 10_000,
      killSignal: 'SIGKILL',
    });
    assert.deepEqual({ stdout, signal }, { stdout: 'database.folder', signal: null }, dataFolder);
  }
});

test('what only reads a database makes none', async () => {
  await assert.rejects(open('absent', { mode: 'share', mustExist: true }), { code: 'database.none' });
  assert.equal(await findRunning(join(folder.path, 'absent')), undefined);
  assert.equal(existsSync(join(folder.path, 'absent')), false);
});

test('a data folder of another PostgreSQL version is refused, and left as it is', async () => {
  const first = await open('version');
  await first.close();
  writeFileSync(join(folder.path, 'version', 'pg18', 'PG_VERSION'), '17\n');
  await assert.rejects(open('version'), { code: 'database.otherVersion' });
});

describe('as root, in a folder that only root can enter', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, () => {
  for (const kind of ['namespace', 'user'] as const) {
    test(`the server runs without root by way of a ${kind}, and a start by the other way takes the data over`, async () => {
      const name = `root-${kind}`;
      const database = await open(name, { isolation: kind });
      assert.equal(statSync(folder.path).mode & 0o777, 0o700);
      const status = readFileSync(`/proc/${serverPid(name)}/status`, 'utf8');
      const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
      if (kind === 'user') assert.notEqual(uid, 0);
      else
        assert.notEqual(
          readFileSync(`/proc/${serverPid(name)}/uid_map`, 'utf8'),
          readFileSync('/proc/self/uid_map', 'utf8'),
        );
      await ask(database, 'CREATE TABLE kept AS SELECT 1 AS one');
      await database.close();
      const again = await open(name, { isolation: kind === 'user' ? 'namespace' : 'user' });
      assert.deepEqual(await ask(again, 'SELECT one FROM kept'), { one: 1 });
      await again.close();
    });
  }
});

test('an outside server that cannot be reached is named without its password', async () => {
  await assert.rejects(open('none', { url: 'postgresql://u:s3cret@127.0.0.1:1/x' }), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, 'database.unreachable');
    assert.doesNotMatch(String(error.stack) + error.detail, /s3cret/);
    return true;
  });
});

test('a process is told from a later one with the same number', () => {
  assert.equal(isRunning({ pid: process.pid, started: 'another time' }), false);
});

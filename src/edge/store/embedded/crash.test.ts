// A hub that is killed with SIGKILL: its server ends cleanly, and every acknowledged row is there afterwards.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { temporaryFolder } from '../../../../test/support/index.ts';
import { findBinaries } from './binaries.ts';
import { openDatabase } from './index.ts';
import { chooseIsolation, endWithParent } from './isolation.ts';
import { prepareLayout } from './layout.ts';
import { clearLeftover, isServerOn } from './leftover.ts';
import { startServer } from './server.ts';

const folder = temporaryFolder('crash');
after(() => folder.remove());
const open = (dataFolder: string) => openDatabase({ dataFolder, mode: 'own', purpose: 'start', log: () => undefined });

/** A process that owns the server and writes rows, printing each number once its commit was acknowledged. */
function startWriter(dataFolder: string): ChildProcess {
  const program = `
    const { openDatabase } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const { default: pg } = await import(${JSON.stringify(import.meta.resolve('pg'))});
    const database = await openDatabase({ dataFolder: ${JSON.stringify(dataFolder)}, mode: 'own', purpose: 'start', log: () => {} });
    const client = new pg.Client(database.connection);
    await client.connect();
    await client.query('CREATE TABLE IF NOT EXISTS row (n int)');
    for (let n = 0; ; n++) {
      await client.query('INSERT INTO row VALUES ($1)', [n]);
      process.stdout.write(n + '\\n');
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function killAfter(writer: ChildProcess, rows: number): Promise<number> {
  let last = -1;
  assert.ok(writer.stdout);
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    if (last === rows) writer.kill('SIGKILL');
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  return last;
}

test('after kill -9 of the owner the server ends by itself, and a restart finds every acknowledged row', async () => {
  const dataFolder = join(folder.path, 'killed');
  const { cluster, runtimeInfo } = prepareLayout(dataFolder);
  for (const rows of [5, 60, 200]) {
    const acknowledged = await killAfter(startWriter(dataFolder), rows);
    assert.ok(acknowledged >= rows);
    const { serverPid } = JSON.parse(readFileSync(runtimeInfo, 'utf8')) as { serverPid: number };
    if (endWithParent().length > 0) {
      for (let waited = 0; waited < 10_000 && isServerOn(cluster, serverPid); waited += 20) await sleep(20);
      assert.equal(isServerOn(cluster, serverPid), false, 'the server still runs');
    }
    const database = await open(dataFolder);
    const client = new pg.Client(database.connection);
    await client.connect();
    const { rows: found } = await client.query('SELECT count(DISTINCT n)::int AS n, max(n) AS last FROM row');
    await client.query('TRUNCATE row');
    await client.end();
    await database.close();
    assert.equal(found[0].n, found[0].last + 1);
    assert.ok(
      found[0].last >= acknowledged,
      `row ${acknowledged} was acknowledged, the last one there is ${found[0].last}`,
    );
  }
});

test('a server left without an owner is told to end, so that the next start can have the data', async () => {
  const dataFolder = join(folder.path, 'left');
  await (await open(dataFolder)).close();
  const layout = prepareLayout(dataFolder);
  const binaries = findBinaries();
  const left = await startServer(layout, binaries, chooseIsolation(binaries.postgres, layout.dataFolder));
  await clearLeftover(layout, { ownMs: 100, toldMs: 20_000 });
  assert.equal((await left.ended).how, 'exit code 0');
  rmSync(layout.lock, { force: true });
  await (await open(dataFolder)).close();
});

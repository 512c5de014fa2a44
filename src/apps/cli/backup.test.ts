// A whole drill by the command line: back up one instance while it runs, restore it elsewhere, and reach both.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { temporaryFolder } from '../../../test/support/index.ts';
import { type OpenedDatabase, openDatabase } from '../../edge/store/embedded/index.ts';
import { migrate } from '../../edge/store/hub/migrate.ts';
import { programVersion } from '../hub/program.ts';
import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

const folder = temporaryFolder('cli');
after(() => folder.remove());

async function tillit(dataFolder: string, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(commands, words, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    env: { TILLIT_DATA: dataFolder },
    cwd: folder.path,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

async function ask<T>(database: OpenedDatabase, sql: string): Promise<T[]> {
  const client = new pg.Client(database.connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

const open = (dataFolder: string) => openDatabase({ dataFolder, mode: 'own', purpose: 'start', log: () => undefined });

test('backup while the hub runs, restore into an empty place, and everything is there', async () => {
  const first = join(folder.path, 'first');
  const hub = await open(first);
  const pool = new pg.Pool(hub.connection);
  pool.on('error', () => undefined);
  const { to } = await migrate(pool, { program: programVersion });
  await pool.end();
  await ask(hub, `INSERT INTO hub.person (id, given_name, family_name) VALUES ('p1', 'Åsa', 'Öberg')`);
  mkdirSync(join(first, 'keys'));
  writeFileSync(join(first, 'keys', 'master.json'), '{}');

  const url = await tillit(first, 'db-url');
  assert.match(url.out, /^postgresql:\/\/\/tillit\?host=.*&port=5432&user=tillit$/);
  const made = await tillit(first, 'backup', 'drill.backup');
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, new RegExp(`keep with it: ${join(first, 'keys', 'master.json')}`));
  const again = await tillit(first, 'backup', 'drill.backup');
  assert.equal(again.code, 1);
  assert.match(again.err, /\[backup\.fileExists\]/);
  const busy = await tillit(first, 'restore', 'drill.backup');
  assert.equal(busy.code, 1);
  assert.match(busy.err, /\[backup\.targetNotEmpty\]/);
  for (const [file, words] of [
    ['no-folder/x.backup', /x\.backup: there is no such file or folder\) \[backup\.file\]/],
    ['drill.backup/x', /x: a part of its path is no folder\) \[backup\.file\]/],
  ] as const) {
    assert.match((await tillit(first, 'backup', file)).err, words);
    assert.match((await tillit(join(folder.path, 'second'), 'restore', file)).err, words);
  }
  assert.match((await tillit(join(folder.path, 'second'), 'restore', '.')).err, /it is a folder\) \[backup\.file\]/);
  await hub.close();
  assert.equal((await tillit(first, 'db-url')).code, 1);

  const second = join(folder.path, 'second');
  const restored = await tillit(second, 'restore', 'drill.backup');
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, new RegExp(`now at ${to}$`));
  assert.match(restored.err, /missing key file: master\.json/);
  const there = await open(second);
  assert.deepEqual(await ask(there, 'SELECT given_name, family_name FROM hub.person'), [
    { given_name: 'Åsa', family_name: 'Öberg' },
  ]);
  assert.deepEqual(await ask(there, 'SELECT count(*)::int AS n FROM hub.migration'), [{ n: to }]);
  await there.close();
});

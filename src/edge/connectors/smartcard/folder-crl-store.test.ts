// The folder of revocation lists: what is saved is loaded by another process; anything else counts as no list.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { folderCrlStore } from './folder-crl-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillit-crl-'));
after(() => rmSync(folder, { recursive: true }));
const lists = join(folder, 'lists');

test('a list is loaded as it was saved, newline and all', async () => {
  const stored = { der: Buffer.from('30\n{"x":1}\n', 'latin1'), fetchedAt: 5, etag: '"a"', lastModified: undefined };
  await folderCrlStore(lists).save('http://a b', stored);
  assert.deepEqual(await folderCrlStore(lists).load('http://a b'), stored);
  assert.equal(await folderCrlStore(lists).load('http://a c'), undefined);
  const [file = ''] = readdirSync(lists);
  assert.match(file, /^[0-9a-f]{64}\.crl$/);
  assert.equal(statSync(join(lists, file)).mode & 0o777, 0o600);
});

test('a broken file counts as no list', async () => {
  const store = folderCrlStore(lists);
  const [file = ''] = readdirSync(lists);
  for (const content of ['', 'no newline', '{}\nx', 'null\nx', '{"fetchedAt":"5"}\nx', '{broken\nx']) {
    writeFileSync(join(lists, file), content);
    assert.equal(await store.load('http://a b'), undefined);
  }
});

test('processes that save at once leave one whole list and no scraps', async () => {
  const stored = (text: string) => ({ der: Buffer.alloc(50_000, text), fetchedAt: 1 });
  await Promise.all(['a', 'b', 'c', 'd'].map((text) => folderCrlStore(lists).save('k', stored(text))));
  const loaded = await folderCrlStore(lists).load('k');
  assert.equal(new Set(loaded?.der).size, 1);
  assert.ok(readdirSync(lists).every((name) => name.endsWith('.crl')));
});

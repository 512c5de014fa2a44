// No line of a file is lost, however late its reader comes.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { linesOf } from './lines-of.ts';

test('a reader that waits before and between lines gets each of them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tillit-lines-'));
  try {
    const path = join(folder, 'file');
    writeFileSync(path, 'first\nsecond\r\n\none\u2028line\nlast');
    const lines = linesOf(path);
    await sleep(50);
    const read: string[] = [];
    for await (const line of lines) {
      read.push(line);
      await sleep(5);
    }
    assert.deepEqual(read, ['first', 'second', '', 'one\u2028line', 'last']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a line that would fill the memory is refused with its number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tillit-lines-'));
  try {
    const path = join(folder, 'file');
    writeFileSync(path, `first\n${'x'.repeat(17 * 1024 * 1024)}\n`);
    await assert.rejects(async () => {
      for await (const _line of linesOf(path));
    }, /file line 2 is longer than/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

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
    writeFileSync(path, 'first\nsecond\r\n\nlast');
    const lines = linesOf(path);
    await sleep(50);
    const read: string[] = [];
    for await (const line of lines) {
      read.push(line);
      await sleep(5);
    }
    assert.deepEqual(read, ['first', 'second', '', 'last']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

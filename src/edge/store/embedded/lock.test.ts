// The lock of a data folder: one winner of many, a dead owner's lock is taken over, a live one's never.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/index.ts';
import { readHolder, takeLock } from './lock.ts';
import { identify } from './process-identity.ts';

const folder = temporaryFolder('lock');
after(() => folder.remove());

test('a live holder keeps the lock until it lets go', () => {
  const path = join(folder.path, 'live');
  const first = takeLock(path, 'start');
  assert.ok(first.got);
  const second = takeLock(path, 'backup');
  assert.ok(!second.got);
  assert.equal(second.holder.purpose, 'start');
  assert.equal(readHolder(path)?.pid, process.pid);
  first.release();
  assert.equal(readHolder(path), undefined);
  const third = takeLock(path, 'backup');
  assert.ok(third.got);
  first.release();
  assert.ok(existsSync(path), 'an old release must not remove a later lock');
  third.release();
});

test('the lock of a dead process, of a number used again, and a torn file are taken over', () => {
  const self = identify(process.pid);
  const dead = [
    JSON.stringify({ pid: 2 ** 22 + 1, started: 'x', purpose: 'start' }),
    JSON.stringify({ ...self, started: 'before the last restart', purpose: 'start' }),
    '{"pid":',
    '',
  ];
  for (const text of dead) {
    const path = join(folder.path, 'dead');
    writeFileSync(path, text);
    const lock = takeLock(path, 'start');
    assert.ok(lock.got, text);
    lock.release();
  }
});

test('of many that start at once over a dead lock, one gets it', async () => {
  const path = join(folder.path, 'many');
  writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1, started: 'x', purpose: 'start' }));
  const program = `
    const { takeLock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    process.stdout.write('ready\\n');
    process.stdin.once('data', () => {
      process.stdout.write(takeLock(${JSON.stringify(path)}, 'start').got ? 'got' : 'refused');
      process.stdin.once('data', () => process.exit());
    });`;
  const racers = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const racer = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      await once(racer.stdout, 'data');
      return racer;
    }),
  );
  const answers = racers.map(async (racer) => String((await once(racer.stdout, 'data'))[0]));
  for (const racer of racers) racer.stdin.write('go');
  const said = await Promise.all(answers);
  const gone = racers.map((racer) => once(racer, 'exit'));
  for (const racer of racers) racer.stdin.end('end');
  await Promise.all(gone);
  assert.equal(said.filter((word) => word === 'got').length, 1, said.join(' '));
  assert.deepEqual(
    readdirSync(folder.path).filter((name) => name.startsWith('many.')),
    [],
  );
});

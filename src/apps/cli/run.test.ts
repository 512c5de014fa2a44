// The command line: help for all and each, unknown words, exit codes, and what an operator sees of a failure.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import type { Command, CommandIo } from './command.ts';
import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

function io(): CommandIo & { readonly said: string[]; readonly told: string[] } {
  const said: string[] = [];
  const told: string[] = [];
  return { said, told, out: (line) => said.push(line), err: (line) => told.push(line), env: {}, cwd: '/' };
}

const fails: Command = {
  name: 'fails',
  summary: 'Fails.',
  usage: 'fails',
  run: async () => {
    throw new Problem({ kind: 'conflict', code: 'database.inUse', detail: 'Another process has it.' });
  },
};

test('help lists every command with its summary', async () => {
  for (const word of ['--help', '-h', 'help']) {
    const seen = io();
    assert.equal(await runCommandLine(commands, [word], seen), 0);
    for (const { name, load } of commands) {
      const { summary } = await load();
      assert.ok(
        seen.said.some((line) => line.includes(name) && line.includes(summary)),
        name,
      );
    }
  }
});

test('each is listed by the name that it has itself', async () => {
  for (const { name, load } of commands) assert.equal((await load()).name, name);
});

describe('help of one', () => {
  for (const command of commands) {
    test(command.name, async () => {
      for (const words of [
        [command.name, '--help'],
        ['help', command.name],
        [command.name, 'x', '-h'],
      ]) {
        const seen = io();
        assert.equal(await runCommandLine(commands, words, seen), 0);
        assert.ok(seen.said.join('\n').includes(`Usage: tillit ${command.name}`));
      }
    });
  }
});

test('an unknown command, or none, is told what there is, and exits 2', async () => {
  for (const words of [['frobnicate'], []]) {
    const seen = io();
    assert.equal(await runCommandLine(commands, words, seen), 2);
    assert.deepEqual(seen.said, []);
    assert.match(seen.told.join('\n'), /backup[\s\S]*restore/);
  }
});

test('a command used wrongly exits 2 and says how it is used', async () => {
  for (const words of [['backup'], ['restore', 'a', 'b']]) {
    const seen = io();
    assert.equal(await runCommandLine(commands, words, seen), 2);
    assert.match(seen.told.join('\n'), /Usage: tillit/);
  }
});

test('a problem shows its detail and code, not a stack, and exits 1', async () => {
  const seen = io();
  assert.equal(await runCommandLine([{ name: fails.name, load: async () => fails }], ['fails'], seen), 1);
  assert.deepEqual(seen.told, ['tillit fails: Another process has it. [database.inUse]']);
});

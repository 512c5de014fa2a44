// Applies the demo's catalogue and registers by the same command that an operator would use.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../base/problem.ts';
import { demoFolder } from './demo-process.ts';
import type { BootSettings } from './settings.ts';

const yearMs = 365 * 24 * 3_600_000;

/** Who confirms programs, orders cards, and makes them. Nobody of the demo does all for one card. */
const demoTasks = [
  ['kari-nordmann', 'organisation-administrator'],
  ['kari-nordmann', 'card-orderer'],
  ['lars-vestby', 'card-officer'],
] as const;

/** Applies the demo's files when they are new or changed, by the same command that an operator would use. True at the first time. */
export async function applyDemo(settings: BootSettings): Promise<boolean> {
  const file = join(demoFolder(settings), 'catalogue.yaml');
  const registers = join(demoFolder(settings), 'registers.yaml');
  const mark = join(demoFolder(settings), 'applied');
  const digest = createHash('sha256').update(readFileSync(file)).update(readFileSync(registers)).digest('hex');
  const first = !existsSync(mark);
  if (!first && readFileSync(mark, 'utf8') === digest) return false;
  await tillit('apply', '--yes', file);
  const until = new Date(Date.now() + yearMs).toISOString().slice(0, 10);
  await Promise.all([
    tillit('registers', 'apply', registers),
    ...demoTasks.map(([person, role]) =>
      tillit(
        ...['admin', 'grant', person, '--organisation', 'demo-region', '--role', role],
        ...['--until', until, '--reason', 'Demo'],
      ),
    ),
  ]);
  writeFileSync(mark, digest, { mode: 0o600 });
  return first;
}

async function tillit(...words: readonly string[]): Promise<void> {
  const cli = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [cli, ...words], { env: process.env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString('utf8');
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0)
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: `the demo could not be applied (${words.join(' ')}):\n${said}`,
    });
}

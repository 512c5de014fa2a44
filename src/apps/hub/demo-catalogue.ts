// Applies the demo's catalogue file by the same command that an operator would use.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../base/problem.ts';
import { demoFolder } from './demo-process.ts';
import type { BootSettings } from './settings.ts';

/** Applies the demo's file when it is new or changed, by the same command that an operator would use. True at the first time. */
export async function applyDemo(settings: BootSettings): Promise<boolean> {
  const file = join(demoFolder(settings), 'catalogue.yaml');
  const mark = join(demoFolder(settings), 'applied');
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  const first = !existsSync(mark);
  if (!first && readFileSync(mark, 'utf8') === digest) return false;
  const cli = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [cli, 'apply', '--yes', file], {
    env: process.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString('utf8');
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0)
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: `the demo's catalogue could not be applied:\n${said}`,
    });
  writeFileSync(mark, digest, { mode: 0o600 });
  return first;
}

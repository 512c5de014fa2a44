// Runs cases through `tillit pki verify --batch` in this process, as anybody would from outside.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/apps/cli/commands.ts';
import { runCommandLine } from '../../src/apps/cli/run.ts';
import { temporaryFolder } from '../support/index.ts';

export interface Verdict {
  readonly accepted: boolean;
  readonly reason?: string;
  readonly error?: string;
}

/** One verdict a case, in their order. */
export async function judged(cases: readonly object[]): Promise<readonly Verdict[]> {
  const folder = temporaryFolder('conformance');
  const lines: string[] = [];
  try {
    writeFileSync(join(folder.path, 'cases.ndjson'), cases.map((each) => JSON.stringify(each)).join('\n'));
    const io = { out: (line: string) => lines.push(line), err: () => undefined, env: {}, cwd: folder.path };
    await runCommandLine(commands, ['pki', 'verify', '--batch', 'cases.ndjson'], io);
  } finally {
    folder.remove();
  }
  return lines.map((line) => JSON.parse(line) as Verdict);
}

/** A file of outside vectors, and why its test is skipped when it is not there. */
export function vectors(name: string): { readonly file: URL; readonly skip: string | false } {
  const file = new URL(`../../../shared/vectors/${name}`, import.meta.url);
  return { file, skip: existsSync(file) ? false : `the vectors ${name} are not at hand` };
}

// The certificate authority of the demo, beside the hub on one server: backed up and restored with it, by its own program.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../base/problem.ts';
import type { OpenedDatabase } from '../../edge/store/embedded/index.ts';
import { demoAuthorityEnvironment, hasDemoAuthority } from '../hub/demo-authority.ts';
import type { CommandIo } from './command.ts';
import { readPlace } from './place.ts';

export const authorityProgram = fileURLToPath(new URL('../authority/main.ts', import.meta.url));

/** The authority's part of a backup lies beside the hub's. */
export const authorityPart = (file: string): string => `${file}.authority`;

/** Whether the authority has a part in a backup to be made, or in one that was made. */
export const isBackedUpHere = (io: CommandIo, { kind }: OpenedDatabase): boolean =>
  kind === 'embedded' && hasDemoAuthority(readPlace(io));
export const hasAuthorityPart = (file: string, { kind }: OpenedDatabase): boolean =>
  kind === 'embedded' && existsSync(authorityPart(file));

/** Runs one command of the authority's program on the demo's; its lines are ours. Throws a Problem when it fails. */
export async function onDemoAuthority(
  words: readonly string[],
  io: CommandIo,
  { connection }: OpenedDatabase,
): Promise<void> {
  const child = spawn(process.execPath, [authorityProgram, ...words], {
    cwd: io.cwd,
    env: demoAuthorityEnvironment(readPlace(io), connection),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stdout }).on('line', io.out);
  createInterface({ input: child.stderr }).on('line', io.err);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new Problem({
      kind: 'unavailable',
      code: 'backup.authority',
      detail: `the certificate authority’s part failed (${words.join(' ')}); see the line above`,
    });
}

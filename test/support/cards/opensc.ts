// OpenSC's `pkcs11-tool` on a token: what a witness reads, and what it is told when it signs.
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

export const openscModule = '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so';
export const softhsmModule = '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so';

export interface Said {
  readonly ok: boolean;
  /** Both streams. */
  readonly text: string;
  readonly bytes: Buffer;
}

/** Runs it to its end: the card may live in this very process. A PIN is given by the environment, not in the list of processes. */
export async function pkcs11Tool(
  module: string,
  words: readonly string[],
  given: { pin?: string; input?: Buffer; env?: Readonly<Record<string, string>> } = {},
): Promise<Said> {
  const pin = given.pin === undefined ? [] : ['--login', '--pin', 'env:TEST_PIN'];
  const child = spawn('pkcs11-tool', ['--module', module, ...pin, ...words], {
    env: { PATH: '/usr/bin:/bin', ...given.env, ...(given.pin === undefined ? {} : { TEST_PIN: given.pin }) },
    timeout: 30_000,
  });
  child.stdin.on('error', () => undefined); // it may end without having read
  child.stdin.end(given.input);
  const [bytes, errors, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
  ]);
  return { ok: code === 0, text: `${bytes}${errors}`, bytes };
}

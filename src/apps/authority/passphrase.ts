// What opens a key: a passphrase or a token's PIN, from a file that its owner alone can read, or typed at the terminal without being shown.
import { readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Problem } from '../../base/problem.ts';
import { Secret } from '../../base/secret.ts';

const problem = (detail: string): Problem => new Problem({ kind: 'invalid', code: 'settings', detail });

interface Asked {
  /** `passphrase` or `PIN`. */
  readonly what: string;
  /** Whose it is. */
  readonly of: string;
  readonly file: string | undefined;
  /** The option that names the file. */
  readonly option: string;
}

/** The secret of the file, or one that is typed. */
async function secretFrom({ what, of, file, option }: Asked): Promise<Secret<string>> {
  if (file !== undefined) {
    if ((statSync(file).mode & 0o077) !== 0) throw problem(`${file} can be read by others; run chmod 600 on it`);
    return new Secret(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  }
  if (!process.stdin.isTTY) throw problem(`${of} needs a ${what}: name a file with ${option}, or use a terminal`);
  return new Secret(await ask(`${what === 'PIN' ? 'PIN' : 'Passphrase'} of ${of}: `));
}

/** The passphrase of the file, or one that is typed; asked for twice when it is a new one. */
export async function passphraseFrom(file: string | undefined, of: string, isNew: boolean): Promise<Secret<string>> {
  const passphrase = await secretFrom({ what: 'passphrase', of, file, option: '--passphrase-file' });
  if (isNew && file === undefined && (await ask('The same again: ')) !== passphrase.reveal())
    throw problem('the two passphrases differ');
  return passphrase;
}

/** The PIN of a token, which has it already. */
export const pinFrom = (file: string | undefined, of: string): Promise<Secret<string>> =>
  secretFrom({ what: 'PIN', of, file, option: '--pin-file' });

function ask(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  return new Promise((resolve) => {
    lines.question('', (answer) => {
      lines.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}

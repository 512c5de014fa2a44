// A passphrase, from a file that its owner alone can read, or typed at the terminal without being shown.
import { readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Problem } from '../../base/problem.ts';
import { Secret } from '../../base/secret.ts';

const problem = (detail: string): Problem => new Problem({ kind: 'invalid', code: 'settings', detail });

/** The passphrase of the file, or one that is typed; asked for twice when it is a new one. */
export async function passphraseFrom(file: string | undefined, what: string, isNew: boolean): Promise<Secret<string>> {
  if (file !== undefined) {
    if ((statSync(file).mode & 0o077) !== 0) throw problem(`${file} can be read by others; run chmod 600 on it`);
    return new Secret(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  }
  if (!process.stdin.isTTY)
    throw problem(`${what} needs a passphrase: name a file with --passphrase-file, or use a terminal`);
  const first = await ask(`Passphrase of ${what}: `);
  if (isNew && (await ask('The same again: ')) !== first) throw problem('the two passphrases differ');
  return new Secret(first);
}

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

// The file of an authority's key: the sealed key itself, or which key of which token it is. One of the two, never both.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../../../base/problem.ts';
import type { TokenKey } from './pkcs11/token-key.ts';

/** What an authority's key can be, in a file or in a token. */
export const caKeyKinds = ['P-256', 'P-384', 'RSA-4096'] as const;
export type CaKeyKind = (typeof caKeyKinds)[number];

const tokenFormat = 'tillit-ca-token-key';

export const keyProblem = (detail: string): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail });

/** A key that was there cannot be made again. */
export function refuseToReplace(file: string): void {
  if (existsSync(file)) throw keyProblem(`${file} is there already; a key is never written over`);
}

/** Never writes over a file. */
export function writeNewKeyFile(file: string, content: object): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  refuseToReplace(file);
  const opened = openSync(file, 'wx', 0o600);
  try {
    writeSync(opened, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Throws a Problem when others can read or change the file: it says which library is loaded. */
export function refuseOpenToOthers(file: string): void {
  if ((statSync(file).mode & 0o077) !== 0)
    throw keyProblem(`${file} can be read or changed by others; run chmod 600 on it`);
}

export const writeTokenKeyFile = (file: string, key: TokenKey): void =>
  writeNewKeyFile(file, { format: tokenFormat, version: 1, ...key });

/** The key of a token that a file names; undefined when it holds a sealed key, or nothing that we know. */
export function readTokenKeyFile(file: string): TokenKey | undefined {
  refuseOpenToOthers(file);
  let value: Partial<Record<string, unknown>>;
  try {
    value = JSON.parse(readFileSync(file, 'utf8')) as typeof value;
  } catch {
    return undefined; // the sealed key's reader says what is wrong
  }
  if (value?.['format'] !== tokenFormat) return undefined;
  const { version, module, token, serial, id, publicKey } = value;
  const texts = [module, token, serial, id, publicKey].every((text) => typeof text === 'string' && text !== '');
  if (version !== 1 || !texts || !/^([0-9a-f]{2})+$/.test(String(id)))
    throw keyProblem(`${file} does not say which key of which token it is`);
  return { module, token, serial, id, publicKey } as TokenKey;
}

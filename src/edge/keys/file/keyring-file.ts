// The hub's master keys in one file outside the database: made at first start, mode 0600, newest first.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../../../base/problem.ts';
import { type Keyring, keyringOf, type MasterKey } from '../../../base/sealing/index.ts';
import { Secret } from '../../../base/secret.ts';

const keyBytes = 32;

interface StoredKey {
  readonly id: string;
  readonly key: string;
  readonly madeAt: string;
}

/**
 * The keyring of a file; made with one new key when the file is absent and `make` allows it.
 * Refuses a file that others can read, and one that does not hold what it should.
 */
export function openKeyring(file: string, options: { make: boolean }): Keyring {
  if (!existsSync(file)) {
    if (!options.make)
      throw keyProblem(`${file} is missing; it belongs to the database, so restore it from where it is kept`);
    write(file, [newKey()]);
  }
  if ((statSync(file).mode & 0o077) !== 0) throw keyProblem(`${file} can be read by others; run chmod 600 on it`);
  const keys = read(file);
  const [current, ...previous] = keys.map(masterKey);
  if (!current) throw keyProblem(`${file} holds no key`);
  const [eldest] = [...keys].sort((a, b) => (a.madeAt < b.madeAt ? -1 : 1));
  return keyringOf(current, previous, eldest && masterKey(eldest));
}

/**
 * Adds a new key that opens but does not seal yet: every hub must know it before the first one seals with it.
 * Answers its id.
 */
export function addMasterKey(file: string): string {
  const [current, ...previous] = read(file);
  const key = newKey();
  write(file, current ? [current, key, ...previous] : [key]);
  return key.id;
}

/** Puts the newest key first, so that it seals from the next start on; the others stay for what they sealed. Answers its id. */
export function useNewestMasterKey(file: string): string {
  const keys = [...read(file)];
  const [newest] = [...keys].sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
  if (!newest) throw keyProblem(`${file} holds no key`);
  write(file, [newest, ...keys.filter((key) => key.id !== newest.id)]);
  return newest.id;
}

const newKey = (): StoredKey => ({
  id: randomBytes(6).toString('hex'),
  key: randomBytes(keyBytes).toString('base64'),
  madeAt: new Date().toISOString(),
});

const masterKey = (stored: StoredKey): MasterKey => ({
  id: stored.id,
  key: new Secret(Buffer.from(stored.key, 'base64')),
});

function read(file: string): readonly StoredKey[] {
  const text = readFileSync(file, 'utf8');
  try {
    const parsed = JSON.parse(text) as { keys?: StoredKey[] };
    const keys = parsed.keys ?? [];
    const sound = keys.every(
      (key) => /^[0-9a-f]{12}$/.test(key.id) && Buffer.from(key.key, 'base64').length === keyBytes,
    );
    if (!sound) throw new Error('a key is malformed');
    return keys;
  } catch (cause) {
    throw keyProblem(`${file} is not a file of master keys`, cause);
  }
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
function write(file: string, keys: readonly StoredKey[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(beside, file);
}

const keyProblem = (detail: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail, ...(cause === undefined ? {} : { cause }) });

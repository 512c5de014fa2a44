// The key that signs checkpoints, in a file that only the hub can read, outside the database.
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Random, systemRandom } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import {
  formatSigner,
  isNoteName,
  type NoteSigner,
  type NoteVerifier,
  parseSigner,
  parseVerifier,
} from '../../../core/audit/index.ts';

/** Where the audit's files are, under the instance's data folder. */
export const auditFiles = (dataFolder: string) => ({
  keys: join(dataFolder, 'keys'),
  key: join(dataFolder, 'keys', 'checkpoint.key'),
  publicKeys: join(dataFolder, 'keys', 'checkpoint.pub'),
  checkpoints: join(dataFolder, 'audit', 'checkpoints'),
});

export interface CheckpointKeys {
  readonly signer: NoteSigner;
  /** Every key that this instance's checkpoints may be signed with: the present one and those before it. */
  readonly verifiers: readonly NoteVerifier[];
  /** True when the key was made by this call. */
  readonly fresh: boolean;
}

/**
 * Opens the checkpoint key of a data folder; makes one named `origin` when there is none. An existing key keeps its
 * name: the log's origin is given once. Throws a Problem when the file is damaged or others can read it.
 */
export function openCheckpointKey(dataFolder: string, origin: string, random: Random = systemRandom): CheckpointKeys {
  if (!isNoteName(origin)) throw fault(`"${origin}" cannot name a log: no spaces, no plus sign`);
  const files = auditFiles(dataFolder);
  mkdirSync(files.keys, { recursive: true, mode: 0o700 });
  const fresh = !existsSync(files.key);
  if (fresh) writeWhole(files.key, `${formatSigner(origin, random(32))}\n`, 0o600);
  const signer = readSigner(files.key);
  const known = existsSync(files.publicKeys) ? readCheckpointVerifiers(files.publicKeys) : [];
  if (known.some((each) => each.text === signer.verifier.text)) return { signer, verifiers: known, fresh };
  const verifiers = [...known, signer.verifier];
  writeWhole(files.publicKeys, `${verifiers.map((each) => each.text).join('\n')}\n`, 0o644);
  return { signer, verifiers, fresh };
}

function readSigner(path: string): NoteSigner {
  if ((statSync(path).mode & 0o077) !== 0) throw fault(`${path} can be read by others; give it mode 0600`);
  const signer = parseSigner(readFileSync(path, 'utf8'));
  if (signer === undefined) throw fault(`${path} is no checkpoint key`);
  return signer;
}

/** The keys in a file of public keys, one a line. Throws a Problem when a line is not one. */
export function readCheckpointVerifiers(path: string): readonly NoteVerifier[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const verifier = parseVerifier(line);
      if (verifier === undefined) throw fault(`${path} has a line that is no public key of a log`);
      return verifier;
    });
}

const fault = (detail: string): Problem => new Problem({ kind: 'internal', code: 'internal', detail });

/** Writes a file so that it is there whole, on the disk, or not at all. */
function writeWhole(path: string, content: string, mode: number): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', mode);
  try {
    fchmodSync(file, mode);
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Makes the names in a folder last (POSIX: a rename or a new file is on the disk once its folder is). */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

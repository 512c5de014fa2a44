// Where the embedded server keeps what, under one data folder that its owner alone can enter.
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedMajor } from './binaries.ts';
import { embeddedProblem } from './problems.ts';

export interface Layout {
  readonly dataFolder: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  readonly lock: string;
  /** How others on this machine reach the running server. */
  readonly runtimeInfo: string;
  /** What the server says before its log is open. */
  readonly startLog: string;
}

/** Makes the data folder if need be, closes it to everybody else, and names what is inside. */
export function prepareLayout(dataFolder: string): Layout {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const real = realpathSync(dataFolder);
    if ((statSync(real).mode & 0o077) !== 0) chmodSync(real, 0o700);
    const at = (name: string) => join(real, name);
    const name = `pg${embeddedMajor}`;
    return {
      dataFolder: real,
      cluster: at(name),
      lock: at(`${name}.lock`),
      runtimeInfo: at(`${name}.json`),
      startLog: at(`${name}-start.log`),
    };
  } catch (cause) {
    throw embeddedProblem('database.folder', `${dataFolder}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

export const socketName = '.s.PGSQL.5432';
// unix(7): sun_path holds 108 bytes with the closing zero; PostgreSQL refuses longer ones.
const longestSocketPath = 107;
const temporaryPrefix = 'tillit-pg-';

/**
 * A folder for the socket: inside the data folder when the path is short enough, else a new private one under the
 * system's temporary folder (random name, so nobody can have put one there before us).
 */
export function makeSocketFolder(dataFolder: string): string {
  const inside = join(dataFolder, 'run');
  if (Buffer.byteLength(join(inside, socketName)) <= longestSocketPath) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    chmodSync(inside, 0o700);
    return inside;
  }
  const system = realpathSync(tmpdir());
  const fits = Buffer.byteLength(join(system, `${temporaryPrefix}XXXXXX`, socketName)) <= longestSocketPath;
  return mkdtempSync(join(fits ? system : '/tmp', temporaryPrefix));
}

/** Whether a folder is one that `makeSocketFolder` made under a temporary folder, and ours to remove. */
export function isOurTemporaryFolder(path: string): boolean {
  try {
    const found = lstatSync(path);
    return (
      path.split('/').at(-1)?.startsWith(temporaryPrefix) === true && found.isDirectory() && (found.mode & 0o077) === 0
    );
  } catch {
    return false;
  }
}

/** Gives a folder and all it holds to a user, when it has another owner. */
export function giveTo(path: string, uid: number, gid: number): void {
  const found = lstatSync(path);
  if (found.uid === uid) return;
  if (found.isDirectory()) for (const name of readdirSync(path)) giveTo(join(path, name), uid, gid);
  if (!found.isSymbolicLink()) chownSync(path, uid, gid);
}

// Where the embedded server keeps what, under one data folder that its owner alone can enter.
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Problem } from '../../../base/problem.ts';
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

/** The layout of a data folder that is there; undefined when it is not, or is no folder. Makes and changes nothing. */
export function findLayout(dataFolder: string): Layout | undefined {
  try {
    const real = realpathSync(dataFolder);
    return statSync(real).isDirectory() ? layoutIn(real) : undefined;
  } catch {
    return undefined;
  }
}

function layoutIn(dataFolder: string): Layout {
  const at = (name: string) => join(dataFolder, name);
  const name = `pg${embeddedMajor}`;
  return {
    dataFolder,
    cluster: at(name),
    lock: at(`${name}.lock`),
    runtimeInfo: at(`${name}.json`),
    startLog: at(`${name}-start.log`),
  };
}

/** `mkdir -p`. Node's own never ends where a folder takes none although it is there (/proc; a mount gone stale). */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    const above = dirname(path);
    if (code !== 'ENOENT' || existsSync(above)) throw error;
    makeFolder(above);
    mkdirSync(path, { mode: 0o700 });
  }
}

const ours = /^(?:pg\d+|keys|demo|audit)$/;

/** Closing `/tmp`, `/srv` or `/etc` to everybody else would break the machine: what others use is not our data folder. */
function refuseForeign(folder: string): void {
  // A fresh ext4 file system mounted for us holds this alone.
  const found = readdirSync(folder).filter((name) => name !== 'lost+found');
  if (found.length === 0 || found.some((name) => ours.test(name))) return;
  throw embeddedProblem(
    'database.folder',
    `${folder} is open to others and holds other things. Name a folder of its own, for example ${join(folder, 'tillit')}`,
  );
}

/** Makes the data folder if need be, closes it to everybody else, and names what is inside. */
export function prepareLayout(dataFolder: string): Layout {
  try {
    makeFolder(dataFolder);
    const real = realpathSync(dataFolder);
    if ((statSync(real).mode & 0o077) !== 0) {
      refuseForeign(real);
      chmodSync(real, 0o700);
    }
    return layoutIn(real);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
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

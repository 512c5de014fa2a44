// One owner a data folder: a lock file that names the owning process, and is taken over when that process is gone.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

export interface LockHolder extends ProcessIdentity {
  /** What the holder does, for the message to whoever comes second: `start`, `backup` … */
  readonly purpose: string;
}

export type LockResult = { readonly got: true; release(): void } | { readonly got: false; readonly holder: LockHolder };

/** The live holder of a lock file, or undefined. */
export function readHolder(path: string): LockHolder | undefined {
  const holder = parseHolder(readText(path));
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

/**
 * Takes the lock for this process. Making a file by `link` is atomic, so of two that start together one wins. A dead
 * owner's file is moved aside first; if what was moved turns out to be newer than what was read, it is put back.
 */
export function takeLock(path: string, purpose: string): LockResult {
  const self = identify(process.pid);
  if (self === undefined) throw new Error('cannot read the start time of this process');
  const mine: LockHolder = { ...self, purpose };
  const text = `${JSON.stringify(mine)}\n`;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    for (;;) {
      if (tryLink(draft, path)) return { got: true, release: () => releaseIfOurs(path, text) };
      const seen = readText(path);
      if (seen === undefined) continue;
      const holder = parseHolder(seen);
      if (holder !== undefined && isRunning(holder)) return { got: false, holder };
      moveAside(path, seen);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function moveAside(path: string, expected: string): void {
  const aside = `${path}.dead.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readText(aside) !== expected) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function releaseIfOurs(path: string, text: string): void {
  if (readText(path) === text) rmSync(path, { force: true });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(text: string | undefined): LockHolder | undefined {
  if (text === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null) return undefined;
    const { pid, started, purpose } = read as Record<string, unknown>;
    if (!Number.isInteger(pid) || typeof started !== 'string' || typeof purpose !== 'string') return undefined;
    return { pid: pid as number, started, purpose };
  } catch {
    return undefined;
  }
}

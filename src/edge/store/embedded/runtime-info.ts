// The note beside the data that tells other programs on this machine how to reach the running server.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export interface RuntimeInfo {
  readonly socketFolder: string;
  readonly serverPid: number;
  /** The process that owns the server, as in the lock file. */
  readonly ownerPid: number;
}

export function writeRuntimeInfo(path: string, info: RuntimeInfo): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(info)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function readRuntimeInfo(path: string): RuntimeInfo | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof read !== 'object' || read === null) return undefined;
    const { socketFolder, serverPid, ownerPid } = read as Record<string, unknown>;
    if (typeof socketFolder !== 'string' || typeof serverPid !== 'number' || typeof ownerPid !== 'number')
      return undefined;
    return { socketFolder, serverPid, ownerPid };
  } catch {
    return undefined;
  }
}

export const removeRuntimeInfo = (path: string): void => rmSync(path, { force: true });

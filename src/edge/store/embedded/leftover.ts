// Deals with what an earlier server left: one that still runs without its owner, or files that only look so.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOurTemporaryFolder, type Layout, socketName } from './layout.ts';
import { embeddedProblem } from './problems.ts';
import { commandLine } from './process-identity.ts';
import { readRuntimeInfo, removeRuntimeInfo } from './runtime-info.ts';

/** How long an ownerless server may take to end by itself before it is told to, and then before we give up. */
export interface LeftoverPatience {
  readonly ownMs: number;
  readonly toldMs: number;
}
const patience: LeftoverPatience = { ownMs: 5_000, toldMs: 60_000 };

/**
 * Call with the lock held. A `postmaster.pid` whose process runs something else (the number was used again, or the
 * machine restarted) is removed: PostgreSQL itself would refuse to start for it. One whose process is a server on
 * this very data directory is waited for, then told to end.
 */
export async function clearLeftover(layout: Layout, given: LeftoverPatience = patience): Promise<void> {
  const pidFile = join(layout.cluster, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid !== undefined && isServerOn(layout.cluster, pid)) {
    if (!(await ends(layout.cluster, pid, given.ownMs))) {
      process.kill(pid, 'SIGINT');
      if (!(await ends(layout.cluster, pid, given.toldMs))) {
        throw embeddedProblem('database.cannotStart', `An earlier server (process ${pid}) does not end.`);
      }
    }
  }
  rmSync(pidFile, { force: true });
  const info = readRuntimeInfo(layout.runtimeInfo);
  if (info !== undefined) {
    if (isOurTemporaryFolder(info.socketFolder)) rmSync(info.socketFolder, { recursive: true, force: true });
    removeRuntimeInfo(layout.runtimeInfo);
  }
  for (const name of [socketName, `${socketName}.lock`]) rmSync(join(layout.dataFolder, 'run', name), { force: true });
}

/** Whether a process is a PostgreSQL server on this data directory, by its command line. */
export function isServerOn(cluster: string, pid: number): boolean {
  const line = commandLine(pid);
  return line !== undefined && /(^|\/)postgres /.test(line) && line.includes(` -D ${cluster} `);
}

async function ends(cluster: string, pid: number, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += 50) {
    if (!isServerOn(cluster, pid)) return true;
    await sleep(50);
  }
  return !isServerOn(cluster, pid);
}

function readPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

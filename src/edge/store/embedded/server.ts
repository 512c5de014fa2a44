// A running server: started detached on a Unix socket, watched, and stopped in PostgreSQL's own ways.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Binaries } from './binaries.ts';
import { childEnvironment } from './child-environment.ts';
import { clusterAdministrator } from './cluster.ts';
import { endWithParent, type Isolation } from './isolation.ts';
import { giveTo, isOurTemporaryFolder, type Layout, makeSocketFolder } from './layout.ts';
import { embeddedProblem } from './problems.ts';

export interface RunningServer {
  readonly socketFolder: string;
  readonly pid: number;
  /** Resolves when the server has ended, with what it was like when nobody had asked for it. */
  readonly ended: Promise<{ readonly asked: boolean; readonly how: string }>;
  /** `fast` ends clients' work; `smart` lets those that are connected finish first. */
  stop(how: 'fast' | 'smart'): Promise<void>;
}

/** Settings of a hub's server. What is not named is PostgreSQL's default, durability above all. */
function settings(socketFolder: string): readonly string[] {
  const values: Readonly<Record<string, string>> = {
    listen_addresses: '',
    unix_socket_directories: `"${socketFolder}"`,
    unix_socket_permissions: '0700',
    fsync: 'on',
    shared_buffers: '64MB',
    max_connections: '100',
    autovacuum: 'on',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgres-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_file_mode: '0600',
    // Statements and DETAIL lines hold values ("Key (…)=(…) already exists"): personal numbers stay out of the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const startDeadlineMs = 300_000;
const stopDeadlineMs = 60_000;

/** Starts the server and waits until it answers; a long recovery after a crash counts as starting. */
export async function startServer(layout: Layout, binaries: Binaries, isolation: Isolation): Promise<RunningServer> {
  const socketFolder = makeSocketFolder(layout.dataFolder);
  giveTo(socketFolder, isolation.uid, isolation.gid);
  const [program, ...args] = [
    ...isolation.prefix,
    ...endWithParent(),
    binaries.postgres,
    '-D',
    layout.cluster,
    ...settings(socketFolder),
  ];
  const output = openSync(layout.startLog, 'w', 0o600);
  const child = spawn(program ?? '', args, {
    cwd: '/',
    detached: true,
    env: childEnvironment,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const life = watch(child);
  try {
    await untilReady(socketFolder, life, layout);
  } catch (error) {
    await life.stop('fast');
    removeSocketFolder(socketFolder);
    throw error;
  }
  child.unref();
  return {
    socketFolder,
    pid: child.pid ?? 0,
    ended: life.ended,
    stop: async (how) => {
      await life.stop(how);
      removeSocketFolder(socketFolder);
    },
  };
}

interface Life {
  readonly ended: Promise<{ readonly asked: boolean; readonly how: string }>;
  hasEnded(): string | undefined;
  stop(how: 'fast' | 'smart'): Promise<void>;
}

function watch(child: ChildProcess): Life {
  let asked = false;
  let over: string | undefined;
  const ended = new Promise<{ asked: boolean; how: string }>((resolve) => {
    const end = (how: string) => {
      over ??= how;
      resolve({ asked, how });
    };
    child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.on('error', (error) => end(error.message));
  });
  return {
    ended,
    hasEnded: () => over,
    stop: async (how) => {
      if (over !== undefined) return;
      asked = true;
      child.ref();
      child.kill(how === 'fast' ? 'SIGINT' : 'SIGTERM');
      if (how === 'fast' && !(await Promise.race([ended, sleep(stopDeadlineMs, undefined, { ref: false })]))) {
        // Immediate shutdown: what was committed is recovered from the log at the next start.
        child.kill('SIGQUIT');
      }
      await ended;
    },
  };
}

async function untilReady(socketFolder: string, life: Life, layout: Layout): Promise<void> {
  for (let waited = 0; waited < startDeadlineMs; waited += 15) {
    const how = life.hasEnded();
    if (how !== undefined) throw embeddedProblem('database.cannotStart', `(${how}) ${lastLines(layout.startLog)}`);
    if (await answers(socketFolder)) return;
    await sleep(15);
  }
  throw embeddedProblem('database.cannotStart', `It did not answer within ${startDeadlineMs / 1000} s.`);
}

/** Whether a server on this socket takes connections now. */
export async function answers(socketFolder: string): Promise<boolean> {
  const client = new pg.Client(adminConnection(socketFolder));
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Connection of the cluster's administrator, for making the hub's own database. */
export function adminConnection(socketFolder: string): pg.ClientConfig {
  return { host: socketFolder, port: 5432, user: clusterAdministrator, database: 'postgres', ssl: false };
}

function removeSocketFolder(socketFolder: string): void {
  if (isOurTemporaryFolder(socketFolder)) rmSync(socketFolder, { recursive: true, force: true });
}

function lastLines(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').slice(-4).join(' | ');
  } catch {
    return '';
  }
}

// Opens the hub's database: an outside PostgreSQL by URL, or the embedded server of a data folder.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Problem } from '../../../base/problem.ts';
import { findBinaries } from './binaries.ts';
import { prepareCluster } from './cluster.ts';
import { openExternal } from './external.ts';
import { chooseIsolation, type Isolation } from './isolation.ts';
import { findLayout, type Layout, prepareLayout } from './layout.ts';
import { clearLeftover } from './leftover.ts';
import { type LockHolder, readHolder, takeLock } from './lock.ts';
import { embeddedProblem } from './problems.ts';
import { isRunning } from './process-identity.ts';
import { readRuntimeInfo, removeRuntimeInfo, writeRuntimeInfo } from './runtime-info.ts';
import { adminConnection, answers, type RunningServer, startServer } from './server.ts';

/** What `new pg.Pool({...connection})` takes. */
export type DatabaseConnection = Pick<
  pg.PoolConfig,
  'host' | 'port' | 'user' | 'database' | 'ssl' | 'connectionString'
>;

export interface OpenDatabase {
  /** The instance's data folder; made with mode 0700 when absent. Not touched when `url` is given. */
  readonly dataFolder: string;
  /** `postgres://…` of an outside server; absent or empty means the embedded one. */
  readonly url?: string | undefined;
  /** Says in one line what is being done, for the operator. */
  readonly log: (line: string) => void;
  /**
   * `own` (a hub): nobody else may have the data folder open. `share` (a command): attach to the server that runs, or
   * run one for as long as the command lasts.
   */
  readonly mode: 'own' | 'share';
  /** Refuse where no database has been made yet: for what only reads or changes one. */
  readonly mustExist?: boolean;
  /** Named to whoever finds the data folder taken, for example `start`. */
  readonly purpose: string;
  /** Called when the embedded server ends although nobody asked; queries fail from then on. */
  readonly onLost?: (problem: Problem) => void;
  /** One way of running without root, for tests of that way. */
  readonly isolation?: Isolation['kind'];
}

export interface OpenedDatabase {
  readonly connection: DatabaseConnection;
  readonly kind: 'embedded' | 'external';
  /** Whether the data folder was made by this call. */
  readonly fresh: boolean;
  /** Stops the server if this call started it. Close pools first. May be called again. */
  close(): Promise<void>;
}

const name = 'tillit';

/** Opens the database. Throws a Problem (`problemTexts`) with a detail for the operator. */
export async function openDatabase(given: OpenDatabase): Promise<OpenedDatabase> {
  if (given.url) return openExternal(given.url);
  if (given.mustExist && !isThere(given.dataFolder)) throw embeddedProblem('database.none', `(${given.dataFolder})`);
  const layout = prepareLayout(given.dataFolder);
  for (;;) {
    const lock = takeLock(layout.lock, given.purpose);
    if (lock.got) return own(layout, given, lock.release);
    if (given.mode === 'own') throw inUse(layout, lock.holder);
    const attached = await attach(layout, lock.holder);
    if (attached !== undefined) return attached;
  }
}

/** Whether there is a database, or one that is being made. */
function isThere(dataFolder: string): boolean {
  const found = findLayout(dataFolder);
  return found !== undefined && (existsSync(found.cluster) || readHolder(found.lock) !== undefined);
}

async function own(layout: Layout, given: OpenDatabase, release: () => void): Promise<OpenedDatabase> {
  let server: RunningServer | undefined;
  try {
    const binaries = findBinaries();
    const isolation = chooseIsolation(binaries.postgres, layout.dataFolder, given.isolation);
    await clearLeftover(layout);
    const fresh = prepareCluster(layout, binaries, isolation);
    if (fresh) given.log(`made a PostgreSQL data folder in ${layout.cluster}`);
    server = await startServer(layout, binaries, isolation);
    const { socketFolder, pid } = server;
    await makeDatabase(socketFolder);
    writeRuntimeInfo(layout.runtimeInfo, { socketFolder, serverPid: pid, ownerPid: process.pid });
    const running = server;
    running.ended.then(({ asked, how }) => {
      if (!asked) given.onLost?.(embeddedProblem('database.cannotStart', `It ended by itself (${how}).`));
    });
    let closing: Promise<void> | undefined;
    const close = async () => {
      await running.stop(given.mode === 'own' ? 'fast' : 'smart');
      removeRuntimeInfo(layout.runtimeInfo);
      release();
    };
    return {
      connection: hubConnection(socketFolder),
      kind: 'embedded',
      fresh,
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await server?.stop('fast');
    removeRuntimeInfo(layout.runtimeInfo);
    release();
    throw error;
  }
}

/** The connection of the server that runs on a data folder now, or undefined. Starts nothing. */
export async function findRunning(dataFolder: string): Promise<DatabaseConnection | undefined> {
  const layout = findLayout(dataFolder);
  if (layout === undefined) return undefined;
  const holder = readHolder(layout.lock);
  const info = readRuntimeInfo(layout.runtimeInfo);
  if (holder === undefined || info?.ownerPid !== holder.pid) return undefined;
  return (await answers(info.socketFolder)) ? hubConnection(info.socketFolder) : undefined;
}

const attachPollMs = 50;

/** Waits until the holder's server answers; undefined when the holder is gone before that. */
async function attach(layout: Layout, holder: LockHolder): Promise<OpenedDatabase | undefined> {
  while (isRunning(holder) && readHolder(layout.lock)?.pid === holder.pid) {
    const info = readRuntimeInfo(layout.runtimeInfo);
    if (info?.ownerPid === holder.pid && (await answers(info.socketFolder))) {
      return {
        connection: hubConnection(info.socketFolder),
        kind: 'embedded',
        fresh: false,
        close: async () => undefined,
      };
    }
    await sleep(attachPollMs);
  }
  return undefined;
}

const hubConnection = (socketFolder: string): DatabaseConnection => ({
  host: socketFolder,
  port: 5432,
  user: name,
  database: name,
  ssl: false,
});

/** The database of the certificate authority, which has a role of its own; the hub's role cannot enter it, nor the other way round. */
export const authorityDatabase = 'tillit_authority';

/** A role (no superuser) and its database for each of the two programs, once. */
async function makeDatabase(socketFolder: string): Promise<void> {
  const client = new pg.Client(adminConnection(socketFolder));
  await client.connect();
  try {
    for (const each of [name, authorityDatabase]) {
      const role = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [each]);
      if (role.rowCount === 0) await client.query(`CREATE ROLE ${each} LOGIN`);
      const database = await client.query('SELECT FROM pg_database WHERE datname = $1', [each]);
      if (database.rowCount === 0) await client.query(`CREATE DATABASE ${each} OWNER ${each}`);
      await client.query(`REVOKE CONNECT ON DATABASE ${each} FROM PUBLIC`);
    }
  } finally {
    await client.end();
  }
}

/** The address of the authority's database on the same embedded server, for the authority's own program. */
export const authorityDatabaseUrl = ({ host = '', port = 5432 }: DatabaseConnection): string =>
  `postgresql:///${authorityDatabase}?host=${encodeURIComponent(host)}&port=${port}&user=${authorityDatabase}`;

function inUse(layout: Layout, holder: LockHolder): Problem {
  return embeddedProblem('database.inUse', `(${layout.dataFolder}: "${holder.purpose}", process ${holder.pid})`, {
    public: { pid: holder.pid, purpose: holder.purpose },
  });
}

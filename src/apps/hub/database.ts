// Opens the hub's database: server, migrations, clock check, pool; and says that this hub lives.
import { hostname } from 'node:os';
import pg from 'pg';
import type { Logger } from 'pino';
import { Problem } from '../../base/problem.ts';
import { type OpenedDatabase, openDatabase } from '../../edge/store/embedded/index.ts';
import { migrate } from '../../edge/store/hub/migrate.ts';
import { type LeaseHolder, leaseHolder } from '../../edge/store/hub/outbox-holder.ts';
import { openPool } from '../../edge/store/pool/open-pool.ts';
import type { BootSettings } from './settings.ts';

const mostClockSkewMs = 2000;

export interface HubDatabase {
  readonly opened: OpenedDatabase;
  readonly pool: pg.Pool;
  /** Unique for this process. */
  readonly node: string;
  /** This process to those who share the outbox with it. */
  readonly holder: LeaseHolder;
  close(): Promise<void>;
}

/** Opens, migrates and checks the clock. Throws a Problem with what an operator is to do. */
export async function openHubDatabase(
  settings: BootSettings,
  program: string,
  log: Logger,
  onLost: (problem: Problem) => void,
): Promise<HubDatabase> {
  const opened = await openDatabase({
    dataFolder: settings.dataFolder,
    url: settings.databaseUrl,
    log: (line) => log.info(line),
    mode: 'own',
    purpose: 'start',
    onLost: (problem) => {
      log.error({ code: problem.code, detail: problem.detail }, 'the embedded database ended by itself');
      onLost(problem);
    },
  });
  let closing = false;
  const pool = openPool({ ...opened.connection, max: 12, application_name: 'tillit' }, (error) => {
    if (!closing) log.warn({ error: error.message }, 'a database connection was lost');
  });
  try {
    await migrate(pool, { program, log: (line) => log.info(line) });
    await checkClock(pool);
    const node = await register(pool, program);
    const holder = leaseHolder({
      connect: () =>
        new pg.Client({
          ...opened.connection,
          application_name: 'tillit leases',
          query_timeout: 2000,
          keepAlive: true,
        }),
      node,
      alone: opened.kind === 'embedded',
    });
    return {
      opened,
      pool,
      node,
      holder,
      close: async () => {
        closing = true;
        await holder.close();
        await pool.query('DELETE FROM hub.node WHERE id = $1', [node]).catch(() => undefined);
        await pool.end();
        await opened.close();
      },
    };
  } catch (error) {
    closing = true;
    await pool.end();
    await opened.close();
    throw error;
  }
}

/** A hub whose clock differs from the database's by more than 2 s would honour what others refuse. */
async function checkClock(pool: pg.Pool): Promise<void> {
  const before = Date.now();
  const result = await pool.query<{ at: string }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS at');
  const after = Date.now();
  const skew = Math.abs(Number(result.rows[0]?.at) - (before + after) / 2);
  if (skew - (after - before) / 2 > mostClockSkewMs) {
    throw new Problem({
      kind: 'unavailable',
      code: 'unavailable',
      detail: `this machine's clock and the database's differ by ${(skew / 1000).toFixed(1)} s; set both by NTP and start again`,
    });
  }
}

async function register(pool: pg.Pool, program: string): Promise<string> {
  const node = `${hostname().slice(0, 20)}-${process.pid}-${Date.now().toString(36)}`;
  await pool.query('INSERT INTO hub.node (id, program, started_at, seen_at) VALUES ($1, $2, now(), now())', [
    node,
    program,
  ]);
  return node;
}

// The servers that every contract suite runs on, each migrated and with a pool.
import { after, before, describe } from 'node:test';
import pg from 'pg';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import { debianPostgresMissing, startDebianPostgres, startEmbedded, type TestDatabase } from '../support/index.ts';

const servers: readonly { name: string; missing: () => string | undefined; start: () => Promise<TestDatabase> }[] = [
  { name: 'embedded', missing: () => undefined, start: startEmbedded },
  { name: 'Debian PostgreSQL 15', missing: debianPostgresMissing, start: startDebianPostgres },
];

/** A migrated database, ready inside tests. */
export interface ContractDatabase {
  readonly pool: pg.Pool;
  /** For a connection of one's own. */
  readonly connection: pg.PoolConfig;
}

/** Runs a suite on each kind of server. */
export function onEachServer(name: string, suite: (database: ContractDatabase) => void): void {
  for (const server of servers) {
    describe(`${name} on ${server.name}`, { skip: server.missing() ?? false }, () => {
      let started: TestDatabase | undefined;
      let pool: pg.Pool | undefined;
      const ready = <T>(value: T | undefined): T => {
        if (value === undefined) throw new Error('the database is there inside tests only');
        return value;
      };
      before(async () => {
        started = await server.start();
        pool = new pg.Pool({ ...started.connection, max: 20 });
        pool.on('error', () => undefined);
        await migrate(pool, { program: '0.1.0' });
      });
      after(async () => {
        await pool?.end();
        await started?.stop();
      });
      suite({
        get pool() {
          return ready(pool);
        },
        get connection() {
          return ready(started).connection;
        },
      });
    });
  }
}

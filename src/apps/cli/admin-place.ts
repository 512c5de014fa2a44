// What administrative commands work with: the migrated database, the master keys, hashing, and who is asking.
import { hostname, userInfo } from 'node:os';
import type pg from 'pg';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { Keyring } from '../../base/sealing/index.ts';
import { normaliseUsername } from '../../core/directory/index.ts';
import { createHashing, type Hashing } from '../../edge/connectors/password/index.ts';
import { migrate } from '../../edge/store/hub/migrate.ts';
import { openPool } from '../../edge/store/pool/open-pool.ts';
import { programVersion } from '../hub/program.ts';
import { hubKeyring } from '../hub/sealing.ts';
import type { CommandIo } from './command.ts';
import { openPlace, readPlace } from './place.ts';

export interface AdminPlace {
  readonly pool: pg.Pool;
  /** The same database, for a connection of one's own. */
  readonly connection: pg.PoolConfig;
  readonly keyring: Keyring;
  readonly hashing: Hashing;
  readonly clock: Clock;
  /** For the audit: `anna@host`, and by way of whom. */
  readonly who: string;
  /** The accounts behind that, as usernames. */
  readonly usernames: readonly string[];
}

/** Opens what a command needs, runs it, and closes everything again. */
export async function withAdminPlace<T>(
  io: CommandIo,
  purpose: string,
  work: (place: AdminPlace) => Promise<T>,
): Promise<T> {
  const database = await openPlace(io, purpose);
  const config = { ...database.connection, max: 4, application_name: `tillit ${purpose}` };
  const pool = openPool(config, (error) => io.err(`a database connection was lost: ${error.message}`));
  try {
    await migrate(pool, { program: programVersion, log: (line) => io.err(line) });
    const keyring = await hubKeyring(readPlace(io).dataFolder, pool);
    return await work({
      pool,
      connection: database.connection,
      keyring,
      hashing: createHashing(),
      clock: systemClock,
      who: askedBy(io),
      usernames: [io.env.SUDO_USER, userInfo().username].flatMap((name) => normaliseUsername(name ?? '') ?? []),
    });
  } finally {
    await pool.end();
    await database.close();
  }
}

function askedBy({ env }: CommandIo): string {
  const { username } = userInfo();
  const by = env.SUDO_USER;
  return `${by && by !== username ? `${by} as ${username}` : username}@${hostname()}`;
}

// Keeps the tables short: claim partitions are made ahead and dropped when past, expired rows are deleted in small bites.
import type pg from 'pg';
import { type EpochMs, hourMs } from '../../../base/clock.ts';
import { locks } from './locks.ts';

const aheadHours = 26;

const partitionName = (hour: EpochMs) => `claim_${new Date(hour).toISOString().slice(0, 13).replace(/[-T]/g, '')}`;

/**
 * One round, by whichever hub gets the lock; safe to repeat and to break off. Answers what it did.
 * A partition holds the claims of one hour of expiry; it is dropped an hour after that.
 */
export async function keepHouse(
  pool: pg.Pool,
  now: EpochMs,
): Promise<{ partitionsMade: number; partitionsDropped: number; rowsDeleted: number }> {
  const client = await pool.connect();
  try {
    const got = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [locks.housekeeping]);
    if (!got.rows[0]?.got) return { partitionsMade: 0, partitionsDropped: 0, rowsDeleted: 0 };
    try {
      const partitionsMade = await makePartitions(client, now);
      const partitionsDropped = await dropPartitions(client, now);
      const rowsDeleted = await deleteExpired(client, now);
      return { partitionsMade, partitionsDropped, rowsDeleted };
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [locks.housekeeping]);
    }
  } finally {
    client.release();
  }
}

async function existingPartitions(client: pg.PoolClient): Promise<Set<string>> {
  const result = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'hub.claim'::regclass`,
  );
  return new Set(result.rows.map((row) => row.name));
}

async function makePartitions(client: pg.PoolClient, now: EpochMs): Promise<number> {
  const existing = await existingPartitions(client);
  const first = Math.floor(now / hourMs) * hourMs;
  let made = 0;
  for (let hour = first; hour < first + aheadHours * hourMs; hour += hourMs) {
    const name = partitionName(hour);
    if (existing.has(name)) continue;
    const [from, to] = [new Date(hour).toISOString(), new Date(hour + hourMs).toISOString()];
    await client.query('BEGIN');
    try {
      await client.query(`SET LOCAL lock_timeout = '2s'`);
      // Claims of that hour that came before the partition was there lie in the default one: they move over.
      await client.query(`CREATE TABLE hub.${name} (LIKE hub.claim INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
      await client.query('LOCK TABLE hub.claim_default IN ACCESS EXCLUSIVE MODE');
      await client.query(
        `WITH moved AS (DELETE FROM hub.claim_default WHERE until >= $1 AND until < $2 RETURNING *) INSERT INTO hub.${name} SELECT * FROM moved`,
        [from, to],
      );
      await client.query(`ALTER TABLE hub.claim ATTACH PARTITION hub.${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
      await client.query('COMMIT');
      made += 1;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
  }
  return made;
}

async function dropPartitions(client: pg.PoolClient, now: EpochMs): Promise<number> {
  const oldest = partitionName(Math.floor((now - 2 * hourMs) / hourMs) * hourMs);
  let dropped = 0;
  for (const name of await existingPartitions(client)) {
    if (!/^claim_\d{10}$/.test(name) || name >= oldest) continue;
    if (await dropUnlessHeld(client, name)) dropped += 1;
  }
  return dropped;
}

/**
 * Drops a partition unless somebody reads it now: a backup holds what it has read, and a DROP that waits for it would
 * hold up every hub's claims behind it. The next round tries again.
 */
async function dropUnlessHeld(client: pg.PoolClient, name: string): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = '200ms'`);
    await client.query(`DROP TABLE hub.${name}`);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK');
    if ((error as { code?: string }).code === '55P03') return false;
    throw error;
  }
}

/** Tables with an instant after which a row is of no use, and how long it is kept beyond. */
const expiring: readonly { table: string; column: string; keepHours: number }[] = [
  { table: 'hub.claim_default', column: 'until', keepHours: 1 },
  { table: 'hub.commit_batch', column: 'at', keepHours: 1 },
  { table: 'hub.journey', column: 'expires_at', keepHours: 24 },
  { table: 'hub.handoff', column: 'expires_at', keepHours: 1 },
  { table: 'hub.kept_answer', column: 'expires_at', keepHours: 0 },
  { table: 'hub.idempotent_answer', column: 'expires_at', keepHours: 0 },
  { table: 'hub.login_end', column: 'expires_at', keepHours: 1 },
  { table: 'hub.pushed_request', column: 'expires_at', keepHours: 1 },
  { table: 'hub.device_request', column: 'expires_at', keepHours: 1 },
  { table: 'hub.device_code', column: 'expires_at', keepHours: 24 },
  { table: 'hub.client_draft', column: 'expires_at', keepHours: 24 * 30 },
  { table: 'hub.oauth_code', column: 'expires_at', keepHours: 24 },
  { table: 'hub.refresh_token', column: 'expires_at', keepHours: 24 },
  { table: 'hub.oauth_grant', column: 'expires_at', keepHours: 24 },
  { table: 'hub.session', column: 'absolute_until', keepHours: 24 * 30 },
  { table: 'hub.outbox', column: 'done_at', keepHours: 24 * 7 },
  { table: 'hub.node', column: 'seen_at', keepHours: 1 },
  { table: 'hub.outbox_holder', column: 'absent_since', keepHours: 1 },
  { table: 'hub.issuer_order', column: 'changed_at', keepHours: 24 * 90 },
  { table: 'hub.card_renewal', column: 'expires_at', keepHours: 0 },
  { table: 'hub.held_change', column: 'decided_at', keepHours: 24 * 365 },
  { table: 'hub.account_check', column: 'started_at', keepHours: 24 * 90 },
  { table: 'hub.licence_check', column: 'checked_at', keepHours: 24 * 30 },
  { table: 'hub.metadata_entity', column: 'gone_at', keepHours: 24 * 90 },
  { table: 'hub.usage_reported', column: 'at', keepHours: 24 * 90 },
  { table: 'hub.login_throttle', column: 'last_at', keepHours: 24 },
];

/** A round ends in bounded time; what is left waits for the next one. Two million rows are more than ten busy minutes make. */
const mostBites = 400;

async function deleteExpired(client: pg.PoolClient, now: EpochMs): Promise<number> {
  let deleted = 0;
  for (const { table, column, keepHours } of expiring) {
    for (let bite = 0; bite < mostBites; bite++) {
      const result = await client.query(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${column} < to_timestamp($1 / 1000.0) LIMIT 5000))`,
        [now - keepHours * hourMs],
      );
      deleted += result.rowCount ?? 0;
      if ((result.rowCount ?? 0) < 5000) break;
    }
  }
  return deleted;
}

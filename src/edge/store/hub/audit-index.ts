// Keeps the search of the trail up: takes sealed events, in their order, into the table of their month.
import type pg from 'pg';
import { inTransaction } from './audit-insert.ts';
import { locks } from './locks.ts';

/** Name of its place among the readers of the sealed log. */
export const searchFeed = 'search';

const portion = 4000;

/** What a row of the search holds, besides the event's place. */
export const findColumns = [
  'at',
  'id',
  'kind',
  'outcome',
  'person',
  'organisation',
  'owner',
  'application',
  'session',
  'journey',
  'reference',
  'reason',
  'ticket',
  'provider',
  'card',
  'about',
  'words',
] as const;

/**
 * Takes in what was sealed since, a portion a transaction; answers how many. Several hubs may call it: one works. An
 * event that retention empties meanwhile is not taken in: both hold the same lock.
 */
export async function indexTrail(pool: pg.Pool): Promise<number> {
  let taken = 0;
  for (;;) {
    const count = await inTransaction(pool, indexPortion);
    taken += count;
    if (count < portion) return taken;
  }
}

async function indexPortion(client: pg.PoolClient): Promise<number> {
  const lock = await client.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [locks.auditIndex]);
  if (!lock.rows[0]?.got) return 0;
  const { rows } = await client.query<{ first: string; last: string; months: readonly string[] }>(
    `WITH start AS (SELECT coalesce((SELECT next_leaf FROM hub.audit_feed WHERE name = $1), 0) AS leaf),
       taken AS (SELECT leaf_index, at FROM hub.audit_event, start WHERE leaf_index >= start.leaf ORDER BY leaf_index LIMIT $2)
     SELECT min(leaf_index) AS first, max(leaf_index) AS last,
       array_agg(DISTINCT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM')) AS months FROM taken HAVING count(*) > 0`,
    [searchFeed, portion],
  );
  const found = rows[0];
  if (found === undefined) return 0;
  await makeMonths(client, found.months);
  const columns = findColumns.join(', ');
  await client.query(
    `INSERT INTO hub.audit_find (${columns}) SELECT ${columns} FROM hub.audit_findable
     WHERE leaf_index BETWEEN $1 AND $2 ON CONFLICT DO NOTHING`,
    [found.first, found.last],
  );
  await client.query(
    `INSERT INTO hub.audit_feed (name, next_leaf) VALUES ($1, $2::bigint + 1)
     ON CONFLICT (name) DO UPDATE SET next_leaf = greatest(audit_feed.next_leaf, excluded.next_leaf)`,
    [searchFeed, found.last],
  );
  return Number(found.last) - Number(found.first) + 1;
}

/** Makes the tables of these months (`2026-11`, UTC) that are not there yet. */
export async function makeMonths(client: pg.ClientBase, months: readonly string[]): Promise<void> {
  for (const month of months) {
    const name = `audit_find_${month.replace('-', '_')}`;
    const there = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
      `hub.${name}`,
    ]);
    if (there.rows[0]?.there) continue;
    // Attached, not made in place: that would wait for, and hold up, everybody who searches.
    await client.query(`SET LOCAL lock_timeout = '2s'`);
    await client.query(`CREATE TABLE hub.${name} (LIKE hub.audit_find INCLUDING ALL)`);
    // Of rare words something must be known too, or the newest month is read from its end for each of them.
    await client.query(`ALTER TABLE hub.${name} ALTER COLUMN words SET STATISTICS 1000`);
    const [year = 0, at = 0] = month.split('-').map(Number);
    const [from, to] = [at, at + 1].map((each) => new Date(Date.UTC(year, each - 1, 1)).toISOString());
    await client.query(
      `ALTER TABLE hub.audit_find ATTACH PARTITION hub.${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
  }
}

/** Throws the search away; the next round begins anew. What is shown meanwhile comes from the events themselves, slowly. */
export async function forgetIndex(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [locks.auditIndex]);
    await client.query('TRUNCATE hub.audit_find');
    await client.query('DELETE FROM hub.audit_feed WHERE name = $1', [searchFeed]);
  });
}

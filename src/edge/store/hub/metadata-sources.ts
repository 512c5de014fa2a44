// The rows of metadata sources: what is in use of each, how its refreshing goes, and which hub refreshes it now.
import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../base/clock.ts';
import type { MetadataSource } from '../../../core/catalogue/index.ts';
import type { SourceReport, SourceState } from '../../../core/metadata/index.ts';
import type { Queryable } from './audit-insert.ts';

interface SourceRow {
  readonly id: string;
  readonly origin: string | null;
  readonly taken_at: Date | null;
  readonly created_at: Date | null;
  readonly valid_until: Date | null;
  readonly cache_ms: string | null;
  readonly etag: string | null;
  readonly last_modified: string | null;
  readonly checked_at: Date | null;
  readonly failures: number;
  readonly failing_since: Date | null;
  readonly failure: string | null;
  readonly failure_detail: string | null;
  readonly alarmed: boolean;
}

const time = (at: Date | null): EpochMs | undefined => at?.getTime();

const read = (row: SourceRow): SourceState => ({
  id: row.id,
  origin: row.origin ?? undefined,
  takenAt: time(row.taken_at),
  createdAt: time(row.created_at),
  validUntil: time(row.valid_until),
  cacheDurationMs: row.cache_ms === null ? undefined : Number(row.cache_ms),
  etag: row.etag ?? undefined,
  lastModified: row.last_modified ?? undefined,
  checkedAt: time(row.checked_at),
  failures: row.failures,
  failingSince: time(row.failing_since),
  failure: row.failure ?? undefined,
  failureDetail: row.failure_detail ?? undefined,
  alarmed: row.alarmed,
});

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Tells whether a document came from the place that the record names now. */
export const originOf = ({ from }: MetadataSource): string => digestOf(from);

/** Sources that nothing is fetched of by schedule. */
const isAskedLater = ({ from }: MetadataSource): boolean => 'mdq' in from || 'handedIn' in from;

/** Makes the rows those of the catalogue: new and changed records are due at once, what is gone takes its entities along. */
export async function syncSources(client: Queryable, sources: readonly MetadataSource[], now: EpochMs): Promise<void> {
  for (const source of sources) await syncSource(client, source, now);
  await client.query('DELETE FROM hub.metadata_source WHERE NOT id = ANY ($1)', [sources.map(({ id }) => id)]);
}

/** The row of one source, as its record is now. */
export async function syncSource(client: Queryable, source: MetadataSource, now: EpochMs): Promise<void> {
  await client.query(
    `INSERT INTO hub.metadata_source AS s (id, record, next_at)
     VALUES ($1, $2, CASE WHEN $3 THEN 'infinity' ELSE to_timestamp($4 / 1000.0) END)
     ON CONFLICT (id) DO UPDATE SET record = excluded.record, next_at = excluded.next_at, etag = NULL, last_modified = NULL
     WHERE s.record <> excluded.record`,
    [source.id, digestOf(source), isAskedLater(source), now],
  );
}

/** Sources whose time has come and that nobody refreshes now. */
export async function dueSources(client: Queryable, now: EpochMs): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM hub.metadata_source WHERE next_at <= to_timestamp($1 / 1000.0)
       AND (lease_until IS NULL OR lease_until <= to_timestamp($1 / 1000.0)) ORDER BY next_at`,
    [now],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes the lease of a source for one refresh; false when another hub has it. It ends by itself, should its holder die.
 * `due`: only when its time has come, which another hub may have seen to meanwhile.
 */
export async function takeLease(
  client: Queryable,
  given: {
    readonly id: string;
    readonly by: string;
    readonly now: EpochMs;
    readonly forMs: number;
    readonly due: boolean;
  },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE hub.metadata_source SET lease_by = $2, lease_until = to_timestamp($4 / 1000.0)
     WHERE id = $1 AND (lease_until IS NULL OR lease_until <= to_timestamp($3 / 1000.0))
       AND (NOT $5 OR next_at <= to_timestamp($3 / 1000.0))`,
    [given.id, given.by, given.now, given.now + given.forMs, given.due],
  );
  return rowCount === 1;
}

const columns = `s.id, s.origin, s.taken_at, s.created_at, s.valid_until, s.cache_ms, s.etag, s.last_modified, s.checked_at, s.failures,
  s.failing_since, s.failure, s.failure_detail, s.alarmed`;

/** The row for a change in the caller's transaction; nobody else changes it meanwhile. With a lease, only while it holds. */
export async function lockSource(client: Queryable, id: string, lease?: string): Promise<SourceState | undefined> {
  const { rows } = await client.query<SourceRow>(
    `SELECT ${columns} FROM hub.metadata_source s WHERE s.id = $1 AND ($2::text IS NULL OR s.lease_by = $2) FOR UPDATE`,
    [id, lease],
  );
  return rows[0] && read(rows[0]);
}

/** All sources with how many entities count of each and how many changes wait. */
export async function readSources(client: Queryable): Promise<readonly SourceReport[]> {
  const { rows } = await client.query<SourceRow & { readonly entities: number; readonly held: number }>(
    `SELECT ${columns},
       (SELECT count(*)::int FROM hub.metadata_entity e WHERE e.source = s.id AND e.gone_at IS NULL) AS entities,
       (SELECT count(*)::int FROM hub.metadata_held h WHERE h.source = s.id) AS held
     FROM hub.metadata_source s ORDER BY s.id`,
  );
  return rows.map((row) => ({ ...read(row), entities: row.entities, held: row.held }));
}

export interface TakenDocument {
  readonly origin: string;
  readonly createdAt: EpochMs | undefined;
  readonly validUntil: EpochMs | undefined;
  readonly cacheDurationMs: number | undefined;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

/** Writes down a refresh that went well, in the transaction that took the document; without one it was confirmed as it is. */
export async function recordSuccess(
  client: Queryable,
  given: {
    readonly id: string;
    readonly now: EpochMs;
    readonly nextAt: EpochMs | undefined;
    readonly document?: TakenDocument | undefined;
  },
): Promise<void> {
  const { document } = given;
  await client.query(
    `UPDATE hub.metadata_source SET checked_at = to_timestamp($2 / 1000.0), next_at = coalesce(to_timestamp($3 / 1000.0), next_at),
       failures = 0, failing_since = NULL, failure = NULL, failure_detail = NULL, alarmed = false, lease_by = NULL, lease_until = NULL,
       valid_until = CASE WHEN $4 THEN to_timestamp($5 / 1000.0) ELSE valid_until END,
       taken_at = CASE WHEN $4 THEN to_timestamp($2 / 1000.0) ELSE taken_at END,
       origin = CASE WHEN $4 THEN $6 ELSE origin END, created_at = CASE WHEN $4 THEN to_timestamp($7 / 1000.0) ELSE created_at END,
       cache_ms = CASE WHEN $4 THEN $8 ELSE cache_ms END, etag = CASE WHEN $4 THEN $9 ELSE etag END,
       last_modified = CASE WHEN $4 THEN $10 ELSE last_modified END
     WHERE id = $1`,
    [
      given.id,
      given.now,
      given.nextAt,
      document !== undefined,
      document?.validUntil,
      document?.origin,
      document?.createdAt,
      document?.cacheDurationMs,
      document?.etag,
      document?.lastModified,
    ],
  );
}

/** Writes down a refresh that went wrong. What is in use stays. */
export async function recordFailure(
  client: Queryable,
  given: {
    readonly id: string;
    readonly now: EpochMs;
    readonly nextAt: EpochMs | undefined;
    readonly reason: string;
    readonly detail: string | undefined;
    readonly alarmed: boolean;
  },
): Promise<void> {
  await client.query(
    `UPDATE hub.metadata_source SET checked_at = to_timestamp($2 / 1000.0), next_at = coalesce(to_timestamp($3 / 1000.0), next_at),
       failures = failures + 1, failing_since = coalesce(failing_since, to_timestamp($2 / 1000.0)), failure = $4, failure_detail = $5,
       alarmed = $6, lease_by = NULL, lease_until = NULL
     WHERE id = $1`,
    [given.id, given.now, given.nextAt, given.reason, given.detail, given.alarmed],
  );
}

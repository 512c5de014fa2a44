// Retention: removes text, salt and names of events that have been kept long enough, and writes down that it did.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import {
  type RetentionPolicy,
  removalRecord,
  repeatedColumns,
  retentionCutoff,
  retentionKind,
  shortestRetentionDays,
} from '../../../core/audit/index.ts';
import { type AuditClass, auditClasses } from '../../../wire/codes/index.ts';
import { insertAudit } from './audit-insert.ts';
import { locks } from './locks.ts';

const portion = 5000;
/** Events may be committed and sealed later than they happened; that much is looked at again. */
const overlap = '2 days';

/** Number of events that lost their text, by class. */
export type Removed = { readonly [name in AuditClass]: number };

/**
 * Removes what is older than its class is kept. Each step is one transaction that also writes the record of it
 * (`admin.retained`), so that a crash leaves no removal without a record. Several hubs may call it: one works.
 */
export async function applyRetention(options: {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly policy: RetentionPolicy;
}): Promise<Removed> {
  const removed = { login: 0, ticket: 0, usage: 0, admin: 0, hub: 0 };
  for (const name of auditClasses) {
    const days = options.policy[name];
    if (days === undefined) continue;
    if (!(days >= shortestRetentionDays)) {
      const detail = `retention of class ${name} must be at least ${shortestRetentionDays} days`;
      throw new Problem({ kind: 'invalid', code: 'internal', detail });
    }
    for (;;) {
      const count = await removeSome(options, name, days);
      removed[name] += count;
      if (count < portion) break;
    }
  }
  return removed;
}

async function removeSome(
  { pool, clock }: { readonly pool: pg.Pool; readonly clock: Clock },
  name: AuditClass,
  days: number,
): Promise<number> {
  const client = await pool.connect();
  const before = retentionCutoff(days, clock());
  try {
    await client.query('BEGIN');
    const lock = await client.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [locks.retention]);
    if (!lock.rows[0]?.got) return 0;
    // No event is taken into the search between here and the commit.
    await client.query('SELECT pg_advisory_xact_lock($1)', [locks.auditIndex]);
    const { rows } = await client.query<{ leaf_index: string }>(
      `WITH old AS (
         SELECT id FROM hub.audit_event
         WHERE class = $1 AND at < to_timestamp($2 / 1000.0) AND text IS NOT NULL AND leaf_index IS NOT NULL AND kind <> $3
           AND at >= coalesce((SELECT up_to - interval '${overlap}' FROM hub.audit_retained WHERE class = $1), '-infinity')
         ORDER BY leaf_index LIMIT $4),
       emptied AS (UPDATE hub.audit_event e SET text = NULL, salt = NULL, ${repeatedColumns.map((column) => `${column} = NULL`).join(', ')}
         FROM old WHERE e.id = old.id RETURNING e.leaf_index, e.id, e.at),
       forgotten AS (DELETE FROM hub.audit_find f USING emptied e WHERE f.at = e.at AND f.id = e.id)
       SELECT leaf_index FROM emptied`,
      [name, before, retentionKind, portion],
    );
    const leaves = rows.map((row) => Number(row.leaf_index)).sort((a, b) => a - b);
    if (leaves.length > 0) await insertAudit(client, [removalRecord({ class: name, before, days, leaves }, clock())]);
    if (leaves.length < portion) {
      await client.query(
        `INSERT INTO hub.audit_retained (class, up_to) VALUES ($1, to_timestamp($2 / 1000.0))
         ON CONFLICT (class) DO UPDATE SET up_to = greatest(audit_retained.up_to, excluded.up_to)`,
        [name, before],
      );
    }
    await client.query('COMMIT');
    return leaves.length;
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

// Takes due outbox messages, oldest of each key first, under a lease that a dead worker loses.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { Delivery, OutboxKind } from '../../../core/outbox/index.ts';

const leaseSeconds = 60;

export interface UndeliveredLogouts {
  readonly waiting: number;
  readonly failing: number;
  readonly dead: number;
  /** Age of the oldest that is not given up. */
  readonly oldestSeconds: number;
}

export function outboxStore(pool: pg.Pool) {
  return {
    /** At most `limit` due messages, those first that somebody waits for, never two of one key, never one whose elder is not done or dead or beside one that is being done, none of the lanes in `but`. */
    async take(limit: number, but: readonly string[]): Promise<readonly Delivery[]> {
      const result = await pool.query<{
        id: string;
        kind: OutboxKind;
        key: string;
        payload: Record<string, unknown>;
        not_before: Date;
        attempts: number;
        awaited: boolean;
      }>(
        `UPDATE hub.outbox o SET locked_until = now() + make_interval(secs => ${leaseSeconds}), attempts = o.attempts + 1
         FROM (SELECT id FROM hub.outbox d
               WHERE done_at IS NULL AND dead_at IS NULL AND not_before <= now() AND (locked_until IS NULL OR locked_until < now())
                 AND CASE WHEN awaited THEN 'awaited ' ELSE '' END || coalesce(payload ->> 'application', payload ->> 'target', kind) <> ALL ($2::text[])
                 AND NOT EXISTS (SELECT 1 FROM hub.outbox e WHERE e.key = d.key AND e.done_at IS NULL AND e.dead_at IS NULL
                                   AND (e.id < d.id OR e.id > d.id AND e.locked_until >= now()))
               ORDER BY awaited DESC, not_before, id LIMIT $1 FOR UPDATE SKIP LOCKED) due
         WHERE o.id = due.id RETURNING o.id, o.kind, o.key, o.payload, o.not_before, o.attempts, o.awaited`,
        [limit, but],
      );
      // What a statement answers of the rows that it changed has no order.
      const first = (one: Delivery, other: Delivery): number =>
        Number(other.awaited) - Number(one.awaited) || one.notBefore - other.notBefore;
      return result.rows.map((row) => ({ ...row, notBefore: row.not_before.getTime() })).sort(first);
    },
    async done(id: string): Promise<void> {
      await pool.query('UPDATE hub.outbox SET done_at = now(), locked_until = NULL, last_error = NULL WHERE id = $1', [
        id,
      ]);
    },
    async retry(id: string, at: EpochMs, error: string): Promise<void> {
      await pool.query(
        'UPDATE hub.outbox SET not_before = to_timestamp($2 / 1000.0), locked_until = NULL, last_error = $3 WHERE id = $1',
        [id, at, error.slice(0, 500)],
      );
    },
    async dead(id: string, error: string): Promise<void> {
      await pool.query('UPDATE hub.outbox SET dead_at = now(), locked_until = NULL, last_error = $2 WHERE id = $1', [
        id,
        error.slice(0, 500),
      ]);
    },
    /** Logouts that applications have not taken yet: not tried, refused or unreachable so far, and given up. */
    async undeliveredLogouts(): Promise<UndeliveredLogouts> {
      const result = await pool.query<{ waiting: number; failing: number; dead: number; oldest: number | null }>(
        `SELECT count(*) FILTER (WHERE dead_at IS NULL AND last_error IS NULL)::int AS waiting,
                count(*) FILTER (WHERE dead_at IS NULL AND last_error IS NOT NULL)::int AS failing,
                count(*) FILTER (WHERE dead_at IS NOT NULL)::int AS dead,
                extract(epoch FROM now() - to_timestamp(min((payload ->> 'at')::float8) FILTER (WHERE dead_at IS NULL) / 1000.0))::float8 AS oldest
         FROM hub.outbox WHERE kind = 'backchannelLogout' AND done_at IS NULL`,
      );
      const { waiting = 0, failing = 0, dead = 0, oldest = 0 } = result.rows[0] ?? {};
      return { waiting, failing, dead, oldestSeconds: Math.max(0, oldest ?? 0) };
    },
    /** How many wait, and how many were given up: for metrics and readiness. */
    async state(): Promise<{ waiting: number; dead: number }> {
      const result = await pool.query<{ waiting: number; dead: number }>(
        'SELECT count(*) FILTER (WHERE done_at IS NULL AND dead_at IS NULL)::int AS waiting, count(*) FILTER (WHERE dead_at IS NOT NULL)::int AS dead FROM hub.outbox',
      );
      return result.rows[0] ?? { waiting: 0, dead: 0 };
    },
  };
}
export type OutboxStore = ReturnType<typeof outboxStore>;

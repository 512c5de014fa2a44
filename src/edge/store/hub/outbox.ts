// Takes due outbox messages, oldest of each key first, under a lease that ends with its time, or soon after its holder is gone.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { Delivery, OutboxKind } from '../../../core/outbox/index.ts';
import { type LeaseHolder, usualGraceMs } from './outbox-holder.ts';

const leaseSeconds = 60;

/** Somebody does this message now: its lease runs, and whoever holds it is not known to be gone for longer than a step lasts. */
const leased = (row: string): string =>
  `(${row}.locked_until >= now() AND NOT (${row}.held_until IS NOT DISTINCT FROM ${row}.locked_until AND EXISTS (
     SELECT FROM hub.outbox_holder h WHERE h.number = ${row}.held_by AND h.absent_since < now() - make_interval(secs => $4::float8))))`;

export interface UndeliveredLogouts {
  readonly waiting: number;
  readonly failing: number;
  readonly dead: number;
  /** Age of the oldest that is not given up. */
  readonly oldestSeconds: number;
}

/** `holder`: this process. Without one (a command, a test) a lease lasts its whole time, also when we are gone. */
export function outboxStore(pool: pg.Pool, holder?: LeaseHolder) {
  // Each lease is a try of its own: of a message that was taken again meanwhile nothing of an earlier one is written.
  async function settle(set: string, id: string, attempts: number | undefined, ...more: unknown[]): Promise<void> {
    await pool.query(
      `UPDATE hub.outbox SET ${set}, locked_until = NULL, held_by = NULL WHERE id = $1 AND ($2::integer IS NULL OR attempts = $2)`,
      [id, attempts ?? null, ...more],
    );
  }
  return {
    /** At most `limit` due messages, those first that somebody waits for, never two of one key, never one whose elder is not done or dead or beside one that is being done, none of the lanes in `but`. */
    async take(limit: number, but: readonly string[]): Promise<readonly Delivery[]> {
      const as = await holder?.current();
      const leasedAt = performance.now();
      const result = await pool.query<{
        id: string;
        kind: OutboxKind;
        key: string;
        payload: Record<string, unknown>;
        not_before: Date;
        attempts: number;
        awaited: boolean;
      }>(
        `UPDATE hub.outbox o SET locked_until = now() + make_interval(secs => ${leaseSeconds}), attempts = o.attempts + 1,
                held_by = $3, held_until = now() + make_interval(secs => ${leaseSeconds})
         FROM (SELECT id FROM hub.outbox d
               WHERE done_at IS NULL AND dead_at IS NULL AND not_before <= now() AND ${leased('d')} IS NOT TRUE
                 AND CASE WHEN awaited THEN 'awaited ' ELSE '' END || coalesce(payload ->> 'application', payload ->> 'target', kind) <> ALL ($2::text[])
                 AND NOT EXISTS (SELECT 1 FROM hub.outbox e WHERE e.key = d.key AND e.done_at IS NULL AND e.dead_at IS NULL
                                   AND (e.id < d.id OR e.id > d.id AND ${leased('e')}))
               ORDER BY awaited DESC, not_before, id LIMIT $1 FOR UPDATE SKIP LOCKED) due
         WHERE o.id = due.id RETURNING o.id, o.kind, o.key, o.payload, o.not_before, o.attempts, o.awaited`,
        [limit, but, as ?? null, (holder?.graceMs ?? usualGraceMs) / 1000],
      );
      // What a statement answers of the rows that it changed has no order.
      const first = (one: Delivery, other: Delivery): number =>
        Number(other.awaited) - Number(one.awaited) || one.notBefore - other.notBefore;
      return result.rows
        .map((row) => {
          const stillHeld = async (): Promise<boolean> =>
            performance.now() - leasedAt < leaseSeconds * 1000 &&
            (as === undefined || (await holder?.holds(as)) === true);
          return { ...row, notBefore: row.not_before.getTime(), stillHeld };
        })
        .sort(first);
    },
    done: (id: string, attempts?: number): Promise<void> => settle('done_at = now(), last_error = NULL', id, attempts),
    retry: (id: string, at: EpochMs, error: string, attempts?: number): Promise<void> =>
      settle('not_before = to_timestamp($3 / 1000.0), last_error = $4', id, attempts, at, error.slice(0, 500)),
    dead: (id: string, error: string, attempts?: number): Promise<void> =>
      settle('dead_at = now(), last_error = $3', id, attempts, error.slice(0, 500)),
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

// Runs that compare a target as a whole: when each is due, which hub does it, what it counted and found.
import type pg from 'pg';
import { dayMs, type EpochMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { AccountTarget } from '../../../core/catalogue/index.ts';
import {
  type CheckCounts,
  type CheckDoubt,
  checkRetryMs,
  type Drift,
  type DriftKind,
  nextCheckAt,
  usualCheckTime,
} from '../../../core/provisioning/index.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';

/** A hub that was silent for so long in the middle of a run has died. */
export const checkLeaseMs = 120_000;
const keptFindingsMs = 4 * dayMs;

/** Makes the rows those of the catalogue: a new target, or one with another time, is due at its time. */
export async function syncChecks(client: Queryable, targets: Iterable<AccountTarget>, now: EpochMs): Promise<void> {
  const rows = [...targets].flatMap(({ id, reconcileAt, closed }) =>
    closed
      ? []
      : [{ id, record: JSON.stringify(reconcileAt ?? null), next: nextCheckAt(reconcileAt ?? usualCheckTime, now) }],
  );
  await client.query(
    `INSERT INTO hub.account_check_due AS d (target, record, next_at)
     SELECT r.id, r.record, to_timestamp(r.next / 1000.0) FROM json_to_recordset($1::json) AS r(id text, record text, next float8)
     ON CONFLICT (target) DO UPDATE SET record = excluded.record, next_at = excluded.next_at WHERE d.record <> excluded.record`,
    [JSON.stringify(rows)],
  );
  await client.query('DELETE FROM hub.account_check_due WHERE NOT target = ANY ($1)', [rows.map(({ id }) => id)]);
}

/** Targets whose time has come and that nobody compares now. */
export async function dueChecks(client: Queryable, now: EpochMs): Promise<readonly string[]> {
  const result = await client.query<{ target: string }>(
    `SELECT target FROM hub.account_check_due WHERE next_at <= to_timestamp($1 / 1000.0)
       AND (lease_until IS NULL OR lease_until <= to_timestamp($1 / 1000.0)) ORDER BY next_at`,
    [now],
  );
  return result.rows.map(({ target }) => target);
}

/**
 * Begins a run when nobody has one under way; answers its id, which is the lease too. `due`: only when its time has come. A run that
 * a dead hub left is called unfinished: what it found is not a whole.
 */
export const beginCheck = (
  pool: pg.Pool,
  { target, due, now }: { readonly target: string; readonly due: boolean; readonly now: EpochMs },
): Promise<string | undefined> =>
  inTransaction(pool, async (client) => {
    const run = newId(now);
    const { rowCount } = await client.query(
      `UPDATE hub.account_check_due SET lease_by = $2, lease_until = to_timestamp(($3::float8 + ${checkLeaseMs}) / 1000.0)
       WHERE target = $1 AND (lease_until IS NULL OR lease_until <= to_timestamp($3 / 1000.0))
         AND (NOT $4 OR next_at <= to_timestamp($3 / 1000.0))`,
      [target, run, now, due],
    );
    if (rowCount !== 1) return undefined;
    const left = await client.query<{ id: string }>(
      `UPDATE hub.account_check SET state = 'unfinished', why = 'interrupted', ended_at = to_timestamp($2 / 1000.0)
       WHERE target = $1 AND state = 'running' RETURNING id`,
      [target, now],
    );
    await dropFindings(
      client,
      left.rows.map(({ id }) => id),
    );
    await client.query(
      `INSERT INTO hub.account_check (id, target, started_at, state) VALUES ($1, $2, to_timestamp($3 / 1000.0), 'running')`,
      [run, target, now],
    );
    return run;
  });

const dropFindings = (client: Queryable, runs: readonly string[]): Promise<unknown> =>
  client.query('DELETE FROM hub.account_finding WHERE run = ANY ($1)', [runs]);

/** Writes down what was found since, and that the run goes on; false: another hub took it over. */
export const keepFindings = (
  pool: pg.Pool,
  run: { readonly id: string; readonly target: string },
  found: readonly Drift[],
  now: EpochMs,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE hub.account_check_due SET lease_until = to_timestamp(($3::float8 + ${checkLeaseMs}) / 1000.0) WHERE target = $1 AND lease_by = $2`,
      [run.target, run.id, now],
    );
    if (rowCount !== 1) return false;
    const rows = found.map(({ key, what, person, closes, ...doc }) => ({ key, what, person, closes, doc }));
    await client.query(
      `INSERT INTO hub.account_finding (run, key, what, person, doc, closes)
       SELECT $2, r.key, r.what, r.person, r.doc, r.closes
       FROM json_to_recordset($1::json) AS r(key text, what text, person text, doc jsonb, closes boolean)`,
      [JSON.stringify(rows), run.id],
    );
    return true;
  });

export type CheckEnd =
  | { readonly state: 'done'; readonly counts: CheckCounts; readonly why?: CheckDoubt | undefined }
  | { readonly state: 'unfinished'; readonly why: 'unreachable' | 'interrupted'; readonly detail: string };

/** Ends a run with its event. Of one that is unfinished nothing is kept but that, and it is tried again soon. */
export const endCheck = (
  pool: pg.Pool,
  run: { readonly id: string; readonly target: string; readonly record: AccountTarget },
  end: CheckEnd,
  now: EpochMs,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    const next = end.state === 'done' ? nextCheckAt(run.record.reconcileAt ?? usualCheckTime, now) : now + checkRetryMs;
    await client.query(
      `UPDATE hub.account_check_due SET next_at = to_timestamp($3 / 1000.0), lease_by = NULL, lease_until = NULL
       WHERE target = $1 AND lease_by = $2`,
      [run.target, run.id, next],
    );
    const counts = end.state === 'done' ? end.counts : {};
    const detail = end.state === 'done' ? undefined : end.detail;
    const { rowCount } = await client.query(
      `UPDATE hub.account_check SET state = $2, why = $3, detail = $4, counts = $5, ended_at = to_timestamp($6 / 1000.0)
       WHERE id = $1 AND state = 'running'`,
      [run.id, end.state, end.why ?? null, detail ?? null, JSON.stringify(counts), now],
    );
    if (rowCount !== 1) return;
    if (end.state === 'unfinished') await dropFindings(client, [run.id]);
    // A change that is held refers to the run that it was made of, for three days.
    else
      await client.query(
        `DELETE FROM hub.account_finding f USING hub.account_check c
         WHERE c.id = f.run AND c.target = $1 AND c.started_at < to_timestamp(($2::float8 - ${keptFindingsMs}) / 1000.0) AND c.id <> ALL (ARRAY(
           SELECT id FROM hub.account_check WHERE target = $1 AND state = 'done' ORDER BY started_at DESC, id DESC LIMIT 2))`,
        [run.target, now],
      );
    const event: AuditRecord = {
      kind: 'account.compared',
      at: now,
      outcome: end.state === 'done' ? 'ok' : 'failed',
      body: { target: run.target, run: run.id, counts, ...(end.why ? { why: end.why } : {}), detail },
    };
    await insertAudit(client, [event]);
  });

export interface CheckRun {
  readonly id: string;
  readonly target: string;
  readonly startedAt: EpochMs;
  readonly endedAt?: EpochMs | undefined;
  readonly state: 'running' | 'done' | 'unfinished';
  readonly why?: CheckDoubt | 'unreachable' | 'interrupted' | undefined;
  readonly detail?: string | undefined;
  readonly counts: Partial<CheckCounts>;
}

interface RunRow extends Pick<CheckRun, 'id' | 'target' | 'state' | 'counts'> {
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly why: NonNullable<CheckRun['why']> | null;
  readonly detail: string | null;
}

const readRun = ({ started_at, ended_at, why, detail, ...row }: RunRow): CheckRun => ({
  ...row,
  startedAt: started_at.getTime(),
  endedAt: ended_at?.getTime(),
  why: why ?? undefined,
  detail: detail ?? undefined,
});

const runColumns = 'id, target, started_at, ended_at, state, why, detail, counts';

/** The newest run of each target that is done, or with `any` the newest that has ended or goes on. `lock`: no newer one ends meanwhile. */
export async function newestRuns(
  client: Queryable,
  given: { readonly target?: string | undefined; readonly any?: boolean | undefined } = {},
): Promise<readonly CheckRun[]> {
  const result = await client.query<RunRow>(
    `SELECT DISTINCT ON (target) ${runColumns} FROM hub.account_check
     WHERE ($1::text IS NULL OR target = $1) AND ($2 OR state = 'done') ORDER BY target, started_at DESC, id DESC`,
    [given.target ?? null, given.any === true],
  );
  return result.rows.map(readRun);
}

/** A finding, and whether somebody has asked for it to be mended. */
export interface KnownFinding extends Drift {
  readonly askedAt?: EpochMs | undefined;
  readonly askedBy?: string | undefined;
  /** The work that was asked for is done. */
  readonly isMended: boolean;
}

/** Findings of a run after a key, in order of the key. */
export async function findingsOf(
  client: Queryable,
  run: string,
  given: { readonly what?: DriftKind | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<readonly KnownFinding[]> {
  const result = await client.query<{
    key: string;
    what: DriftKind;
    person: string | null;
    closes: boolean;
    doc: Pick<Drift, 'loginName' | 'differences' | 'steps'>;
    asked_at: Date | null;
    asked_by: string | null;
    mended: boolean;
  }>(
    `SELECT f.key, f.what, f.person, f.closes, f.doc, f.asked_at, f.asked_by,
       EXISTS (SELECT FROM hub.outbox o WHERE o.id = f.run || ' mend ' || f.key AND o.done_at IS NOT NULL) AS mended
     FROM hub.account_finding f WHERE f.run = $1 AND f.key > $2 AND ($3::text IS NULL OR f.what = $3) ORDER BY f.key LIMIT $4`,
    [run, given.after ?? '', given.what ?? null, given.limit],
  );
  return result.rows.map(({ doc, person, asked_at, asked_by, mended, ...row }) => ({
    ...row,
    ...doc,
    person: person ?? undefined,
    askedAt: asked_at?.getTime(),
    askedBy: asked_by ?? undefined,
    isMended: mended,
  }));
}

/** The accounts that are known under a key; for a second look at one. */
export async function knownAt(
  client: Queryable,
  target: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, { readonly person: string; readonly object: string | undefined }>> {
  const result = await client.query<{ key: string; person: string; object: string | null }>(
    `SELECT DISTINCT ON (key) key, person, object FROM hub.account WHERE target = $1 AND key = ANY ($2) AND state <> 'deleted'
     ORDER BY key, array_position(ARRAY['open', 'closed'], state), changed_at DESC`,
    [target, keys],
  );
  return new Map(result.rows.map(({ key, person, object }) => [key, { person, object: object ?? undefined }]));
}

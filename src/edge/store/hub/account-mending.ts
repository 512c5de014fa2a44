// Findings that are to be mended: chosen, marked with who asked, and put into the outbox as work on each account.
import { dayMs, type EpochMs } from '../../../base/clock.ts';
import type { OutboxKind } from '../../../core/outbox/index.ts';
import { accountKey, type Drift, type MendChoice } from '../../../core/provisioning/index.ts';
import { insertAudit, type Queryable } from './audit-insert.ts';

export interface FindingToMend extends Pick<Drift, 'key' | 'what' | 'person' | 'closes' | 'loginName'> {}

/** One decision on a target's findings at a time, and no run of it ends meanwhile. */
export const lockChecks = (client: Queryable, target: string): Promise<unknown> =>
  client.query('SELECT FROM hub.account_check_due WHERE target = $1 FOR UPDATE', [target]);

/** Of a run: what was chosen, can be mended, and was not asked for yet. */
export async function findingsToMend(
  client: Queryable,
  run: string,
  choice: MendChoice,
): Promise<readonly FindingToMend[]> {
  const result = await client.query<
    Omit<FindingToMend, 'person' | 'loginName'> & { person: string | null; login: string | null }
  >(
    `SELECT key, what, person, closes, doc ->> 'loginName' AS login FROM hub.account_finding
     WHERE run = $1 AND asked_at IS NULL AND what <> 'stopped' AND doc -> 'steps' <> '[]'
       AND ($2::text IS NULL OR what = $2) AND ($3::text IS NULL OR key = $3) ORDER BY key`,
    [run, choice.of === 'kind' ? choice.what : null, choice.of === 'one' ? choice.key : null],
  );
  return result.rows.map(({ person, login, ...row }) => ({
    ...row,
    person: person ?? undefined,
    loginName: login ?? undefined,
  }));
}

/** Whose accounts of a target were taken away by mending since then. */
export async function mendedSince(client: Queryable, target: string, since: EpochMs): Promise<readonly string[]> {
  const result = await client.query<{ person: string }>(
    `SELECT DISTINCT coalesce(f.person, f.key) AS person FROM hub.account_finding f JOIN hub.account_check c ON c.id = f.run
     WHERE c.target = $1 AND c.started_at > to_timestamp(($2::float8 - ${7 * dayMs}) / 1000.0) AND f.closes AND f.asked_at > to_timestamp($2 / 1000.0)`,
    [target, since],
  );
  return result.rows.map(({ person }) => person);
}

export interface MendingAsked {
  readonly target: string;
  readonly run: string;
  readonly choice: string;
  readonly keys: readonly string[];
  /** As the trail says it. */
  readonly by: string;
  readonly person?: string | undefined;
  /** The change that held it, when one did. */
  readonly change?: string | undefined;
}

/** Within the caller's transaction: the work on each account is in line with that of logins, and looks anew when its turn comes. */
export async function askMending(client: Queryable, given: MendingAsked, now: EpochMs): Promise<void> {
  const { target, run, keys, by } = given;
  const found = await client.query<{ key: string; what: Drift['what']; person: string | null }>(
    `UPDATE hub.account_finding SET asked_at = to_timestamp($3 / 1000.0), asked_by = $4
     WHERE run = $1 AND key = ANY ($2) AND asked_at IS NULL RETURNING key, what, person`,
    [run, keys, now, by],
  );
  const mend = { run, by };
  const messages = found.rows.map(({ key, what, person }) => {
    const kind: OutboxKind = what === 'orphan' || person === null ? 'accountOrphan' : 'account';
    return {
      id: `${run} mend ${key}`,
      kind,
      order: accountKey(target, person ?? key),
      payload: kind === 'account' ? { target, person, mend } : { target, account: key, mend },
    };
  });
  await client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before)
     SELECT r.id, r.kind, r."order", r.payload, to_timestamp($2 / 1000.0)
     FROM json_to_recordset($1::json) AS r(id text, kind text, "order" text, payload jsonb) ON CONFLICT (id) DO NOTHING`,
    [JSON.stringify(messages), now],
  );
  await insertAudit(client, [
    {
      kind: 'account.mendApproved',
      at: now,
      outcome: 'ok',
      person: given.person,
      body: {
        target,
        run,
        choice: given.choice.startsWith('key:') ? 'one' : given.choice,
        count: messages.length,
        by,
        change: given.change,
      },
    },
  ]);
}

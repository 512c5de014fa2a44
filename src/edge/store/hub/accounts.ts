// Accounts of people in other systems as the hub knows them: what logins asked for, and what became of it.

import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { AccountRule } from '../../../core/catalogue/index.ts';
import {
  type AccountGrant,
  type AccountStanding,
  type ActualAccount,
  type AskedAccount,
  accountKey,
} from '../../../core/provisioning/index.ts';
import type { AccountReason } from '../../../wire/codes/index.ts';
import { forgetCards } from './account-cards.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { news } from './news.ts';

/** How long a waiting page first waits before it looks whether another hub did the work; longer each time, for many may wait. */
const lookMs = 80;
const longestLookMs = 500;
/** Logins of long ago are of no use; the newest stays, for it says how the account was meant. */
const keptDays = 30;

/** A grant's id begins with the journey that asked. */
const journeyOf = (grant: string): string => grant.slice(0, grant.indexOf(' '));

/** What became of an account. */
export interface AccountOutcome {
  readonly target: string;
  readonly person: string;
  readonly key: string;
  readonly state: 'open' | 'closed' | 'deleted' | 'refused';
  readonly account?: ActualAccount | undefined;
  readonly until: EpochMs;
  readonly deleteFrom: EpochMs;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
  /** What the logins are told that asked for it; `waiting`: nothing yet. */
  readonly answer: 'ready' | 'waiting' | AccountReason;
  /** False while a server that applications ask does not have it. */
  readonly confirmed?: boolean | undefined;
  /** Grants that were looked at: those that came later are not answered by this. */
  readonly grants: readonly string[];
}

/** Open rules as `grantsThatHoldSql` reads them, a row for each application. */
export const rulesJson = (rules: Iterable<AccountRule>): string =>
  JSON.stringify(
    [...rules].flatMap(({ id, applications, organisations, roles, closed }) =>
      closed ? [] : applications.map((application) => ({ rule: id, application, organisations, roles })),
    ),
  );

/** Grants that hold the account of a row open, as `desiredAccount` judges them: parameters are the instant and `rulesJson`. */
export const grantsThatHoldSql = (account: string, now: string, rules: string): string => `
  SELECT FROM hub.account_grant g
    JOIN json_to_recordset(${rules}::json) AS r(rule text, application text, organisations text[], roles text[])
      ON r.rule = g.rule AND r.application = g.application
    LEFT JOIN hub.assignment s ON s.id = g.assignment AND s.person = g.person
      AND (s.valid_from IS NULL OR s.valid_from <= to_timestamp(${now} / 1000.0)) AND (s.valid_until IS NULL OR s.valid_until > to_timestamp(${now} / 1000.0))
  WHERE g.target = ${account}.target AND g.person = ${account}.person AND g.until > to_timestamp(${now} / 1000.0)
    AND (g.assignment IS NULL OR s.id IS NOT NULL)
    AND (cardinality(r.organisations) = 0 OR s.organisation = ANY (r.organisations))
    AND (cardinality(r.roles) = 0 OR s.role = ANY (r.roles))`;

export interface KnownGrant extends AccountGrant {
  readonly id: string;
}

interface GrantRow {
  readonly id: string;
  readonly rule: string;
  readonly application: string;
  readonly assignment: string | null;
  readonly at: Date;
  readonly until: Date;
  readonly reference: string;
  readonly card: string | null;
}

const grantOf = ({ assignment, card, at, until, ...row }: GrantRow): KnownGrant => ({
  ...row,
  ...(assignment === null ? {} : { assignment }),
  ...(card === null ? {} : { card }),
  grantedAt: at.getTime(),
  until: until.getTime(),
});

/** Logins that were counted for a person's account in a target, or for all of theirs, the newest first. */
export async function accountGrants(
  client: Queryable,
  target: string | undefined,
  person: string,
): Promise<readonly KnownGrant[]> {
  const result = await client.query<GrantRow>(
    `SELECT id, rule, application, assignment, granted_at AS at, until, reference, card FROM hub.account_grant
     WHERE ($1::text IS NULL OR target = $1) AND person = $2 ORDER BY granted_at DESC LIMIT 200`,
    [target ?? null, person],
  );
  return result.rows.map(grantOf);
}

export function accountStore(pool: pg.Pool) {
  const saved = news();
  const asked = async (journey: string): Promise<readonly AskedAccount[]> => {
    const result = await pool.query<{
      rule: string;
      assignment: string | null;
      at: Date;
      answer: AskedAccount['answer'];
    }>({
      name: 'account-asked',
      text: 'SELECT rule, assignment, granted_at AS at, answer FROM hub.account_grant WHERE journey = $1',
      values: [journey],
    });
    return result.rows.map(({ rule, assignment, at, answer }) => ({
      rule,
      ...(assignment === null ? {} : { assignment }),
      askedAt: at.getTime(),
      answer,
    }));
  };
  return {
    asked,
    /** Looked at when something was saved here, and from time to time, for another hub may have done the work. */
    async settled(journey: string, mostMs: number): Promise<void> {
      const until = performance.now() + mostMs;
      for (let pauseMs = lookMs; ; pauseMs = Math.min(longestLookMs, pauseMs * 1.5)) {
        const told = saved.of(journey);
        const waits = (await asked(journey)).some(({ answer }) => answer === 'waiting');
        const left = until - performance.now();
        if (!waits || left <= 0) break;
        await told(Math.min(pauseMs, left));
      }
      saved.forget(journey);
    },
    /** Logins of others whose work on the same targets was asked for earlier and is not done. */
    async before(journey: string): Promise<number> {
      const result = await pool.query<{ n: number }>(
        `SELECT count(DISTINCT o.key)::int AS n FROM (SELECT target, person, granted_at FROM hub.account_grant
           WHERE journey = $1 AND answer = 'waiting' ORDER BY granted_at LIMIT 1) mine
         JOIN hub.outbox o ON o.awaited AND o.done_at IS NULL AND o.dead_at IS NULL AND o.kind = 'account'
           AND o.payload ->> 'target' = mine.target AND o.payload ->> 'person' <> mine.person AND o.not_before < mine.granted_at`,
        [journey],
      );
      return result.rows[0]?.n ?? 0;
    },
    /** The key under which the hub made an account that is still there: it stays, whatever its holder is called since (K10). */
    async keyMade(target: string, person: string): Promise<string | undefined> {
      const result = await pool.query<{ key: string }>(
        `SELECT key FROM hub.account WHERE target = $1 AND person = $2 AND state <> 'deleted' AND key <> ''`,
        [target, person],
      );
      return result.rows[0]?.key;
    },
    /** Of these login names, those that are or once were somebody else's there. */
    async namesOfOthers(target: string, person: string, names: readonly string[]): Promise<ReadonlySet<string>> {
      const result = await pool.query<{ name: string }>(
        'SELECT login_name AS name FROM hub.account_name WHERE target = $1 AND person <> $2 AND login_name = ANY ($3)',
        [target, person, names],
      );
      return new Set(result.rows.map(({ name }) => name));
    },
    /** Whether it was open when the hub looked at it last. */
    async wasOpen(target: string, person: string): Promise<boolean> {
      const result = await pool.query(`SELECT FROM hub.account WHERE target = $1 AND person = $2 AND state = 'open'`, [
        target,
        person,
      ]);
      return result.rowCount === 1;
    },
    /** How a person's accounts in these targets stand, and whether a login is still good for each. */
    async standing(person: string, targets: readonly string[], now: EpochMs): Promise<readonly AccountStanding[]> {
      const result = await pool.query<Omit<AccountStanding, 'until'> & { readonly until: Date }>(
        `SELECT target, state, until, EXISTS (SELECT FROM hub.account_grant g
           WHERE g.target = a.target AND g.person = a.person AND g.until > to_timestamp($3 / 1000.0)) AS held
         FROM hub.account a WHERE person = $1 AND target = ANY ($2)`,
        [person, targets, now],
      );
      return result.rows.map((row) => ({ ...row, until: row.until.getTime() }));
    },
    /** Every login that was counted for an account, the newest first. */
    grants: (target: string, person: string): Promise<readonly KnownGrant[]> => accountGrants(pool, target, person),
    /** What became of an account, with its event: true together. */
    save: (outcome: AccountOutcome, event: AuditRecord | undefined): Promise<void> =>
      inTransaction(pool, async (client) => {
        const { account } = outcome;
        await client.query(
          `INSERT INTO hub.account AS known (target, person, key, state, object, login_name, principal, until, delete_from, reason, detail, confirmed, sid)
           VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8 / 1000.0), to_timestamp($9 / 1000.0), $10, $11, $12, $13)
           ON CONFLICT (target, person) DO UPDATE SET key = coalesce(nullif(excluded.key, ''), known.key),
             -- What is open there stays open to us, with why it could not be changed: it is tried again.
             state = CASE WHEN excluded.state = 'refused' AND known.state IN ('open', 'closed') THEN known.state ELSE excluded.state END,
             object = coalesce(excluded.object, known.object), login_name = coalesce(excluded.login_name, known.login_name),
             principal = coalesce(excluded.principal, known.principal), sid = coalesce(excluded.sid, known.sid),
             -- One that was open everywhere is so still: only a new one is nothing to go on with.
             confirmed = excluded.confirmed OR (known.state = 'open' AND known.confirmed),
             until = CASE WHEN excluded.state = 'refused' THEN known.until ELSE excluded.until END,
             delete_from = CASE WHEN excluded.state = 'refused' THEN known.delete_from ELSE excluded.delete_from END, reason = excluded.reason, detail = excluded.detail, changed_at = now()`,
          [
            outcome.target,
            outcome.person,
            outcome.key,
            outcome.state,
            account?.id ?? null,
            account?.loginName ?? null,
            account?.principal ?? null,
            outcome.until,
            outcome.deleteFrom,
            outcome.reason ?? null,
            outcome.detail ?? null,
            outcome.confirmed ?? true,
            account?.sid ?? null,
          ],
        );
        if (account !== undefined)
          await client.query(
            'INSERT INTO hub.account_name (target, login_name, person) VALUES ($1, lower($2), $3) ON CONFLICT DO NOTHING',
            [outcome.target, account.loginName, outcome.person],
          );
        await client.query(
          // Nothing is told while it waits.
          `UPDATE hub.account_grant SET answer = CASE WHEN $2 = 'ready' AND until <= now() THEN 'account.late' ELSE $2 END WHERE id = ANY ($1) AND answer = 'waiting'`,
          [outcome.grants, outcome.answer],
        );
        await client.query(
          `DELETE FROM hub.account_grant g WHERE target = $1 AND person = $2 AND until < now() - make_interval(days => ${keptDays})
             AND EXISTS (SELECT FROM hub.account_grant n WHERE n.target = $1 AND n.person = $2 AND n.granted_at > g.granted_at)`,
          [outcome.target, outcome.person],
        );
        if (outcome.state === 'deleted') await forgetCards(client, outcome);
        if (event !== undefined) await insertAudit(client, [event]);
      }).then(() => saved.tell(outcome.grants.map(journeyOf))),
    /**
     * Puts work into the outbox for accounts whose time is over, that are to be deleted, or that nothing holds open any more: the
     * assignment of the login has ended or moved, the rule is closed or names the application no more. Many hubs do it at once:
     * the same work is one message an hour, for one that was given up while the directory was away must not be the last.
     */
    async askDue(now: EpochMs, rules: Iterable<AccountRule>, limit = 200): Promise<number> {
      const result = await pool.query(
        `INSERT INTO hub.outbox (id, kind, key, payload, not_before)
         SELECT concat_ws(' ', 'account', due.target, due.person, 'due', extract(epoch FROM due.changed_at), floor($1::float8 / 3600000)), 'account',
           concat_ws(' ', 'account', due.target, due.person), json_build_object('target', due.target, 'person', due.person),
           to_timestamp($1 / 1000.0)
         FROM (SELECT target, person, changed_at FROM hub.account a
               WHERE (reason IS NULL OR changed_at < to_timestamp($1 / 1000.0) - interval '1 minute') AND (
                  (state = 'open' AND until <= to_timestamp($1 / 1000.0))
                  OR (state = 'closed' AND delete_from <= to_timestamp($1 / 1000.0))
                  -- A login whose time is over while another holds the account: what it gave goes.
                  OR (state = 'open' AND EXISTS (SELECT FROM hub.account_grant e WHERE e.target = a.target AND e.person = a.person
                        AND e.until <= to_timestamp($1 / 1000.0) AND e.until > a.changed_at))
                  OR (state = 'open' AND EXISTS (SELECT FROM hub.person p WHERE p.id = a.person AND p.closed))
                  OR (state = 'open' AND NOT EXISTS (${grantsThatHoldSql('a', '$1', '$3')})))
               LIMIT $2) due
         ON CONFLICT (id) DO NOTHING`,
        [now, limit, rulesJson(rules)],
      );
      return result.rowCount ?? 0;
    },
    /** How many there are in each state. */
    async counts(): Promise<ReadonlyMap<string, number>> {
      const result = await pool.query<{ state: string; n: number }>(
        'SELECT state, count(*)::int AS n FROM hub.account GROUP BY state',
      );
      return new Map(result.rows.map(({ state, n }) => [state, n]));
    },
  };
}

/** Logins that were counted for the accounts of these people, the newest first. */
export async function grantsByPerson(
  pool: Queryable,
  target: string,
  people: readonly string[],
): Promise<ReadonlyMap<string, readonly KnownGrant[]>> {
  const result = await pool.query<GrantRow & { readonly person: string }>(
    `SELECT p.id AS person, g.* FROM unnest($2::text[]) AS p(id) CROSS JOIN LATERAL (
       SELECT id, rule, application, assignment, granted_at AS at, until, reference, card FROM hub.account_grant
       WHERE target = $1 AND person = p.id ORDER BY granted_at DESC LIMIT 200) g`,
    [target, people],
  );
  const found = new Map<string, KnownGrant[]>();
  for (const { person, ...row } of result.rows) {
    const grant = grantOf(row);
    const of = found.get(person);
    if (of === undefined) found.set(person, [grant]);
    else of.push(grant);
  }
  return found;
}
export type AccountStore = ReturnType<typeof accountStore>;

export interface ListedAccount {
  readonly target: string;
  readonly person: string;
  readonly key: string;
  readonly state: AccountOutcome['state'];
  readonly loginName?: string | undefined;
  readonly until: EpochMs;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
}

const pageSize = 500;

/**
 * All accounts of a target that are there or should be, in the order of the stable key, a page at a time. Of several people with one
 * key, over the years, the one whose account is open counts.
 */
export async function* accountPages(pool: Queryable, target: string): AsyncGenerator<readonly ListedAccount[]> {
  for (let after = ''; ; ) {
    const result = await pool.query<Omit<ListedAccount, 'until'> & { until: Date }>(
      `SELECT DISTINCT ON (key) target, person, key, state, login_name AS "loginName", until, reason, detail FROM hub.account
       WHERE target = $1 AND state <> 'deleted' AND key > $2
       ORDER BY key, array_position(ARRAY['open', 'closed'], state), changed_at DESC LIMIT $3`,
      [target, after, pageSize],
    );
    if (result.rows.length > 0) yield result.rows.map((row) => ({ ...row, until: row.until.getTime() }));
    const last = result.rows.at(-1);
    if (last === undefined || result.rows.length < pageSize) return;
    after = last.key;
  }
}

/** Accounts for people to look at: the newest change first. */
export async function listAccounts(
  pool: Queryable,
  by: { readonly target?: string | undefined; readonly person?: string | undefined },
  limit: number,
): Promise<readonly ListedAccount[]> {
  const result = await pool.query<Omit<ListedAccount, 'until'> & { until: Date }>(
    `SELECT target, person, key, state, login_name AS "loginName", until, reason, detail FROM hub.account
     WHERE ($1::text IS NULL OR target = $1) AND ($2::text IS NULL OR person = $2) ORDER BY changed_at DESC, person LIMIT $3`,
    [by.target ?? null, by.person ?? null, limit],
  );
  return result.rows.map((row) => ({ ...row, until: row.until.getTime() }));
}

/** Asks for all accounts of a person to be looked at: after something happened to them. */
export async function askForPerson(client: Queryable, person: string, why: string, now: EpochMs): Promise<void> {
  const result = await client.query<{ target: string }>(
    `SELECT target FROM hub.account WHERE person = $1 AND state = 'open'`,
    [person],
  );
  for (const { target } of result.rows) await askForAccount(client, target, person, why, now);
}

/** Asks for one account to be looked at. The same question of one moment is one. */
export async function askForAccount(
  client: Queryable,
  target: string,
  person: string,
  why: string,
  now: EpochMs,
): Promise<void> {
  await client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES ($1, 'account', $2, $3, to_timestamp($4 / 1000.0))
     ON CONFLICT (id) DO NOTHING`,
    [`${accountKey(target, person)} ${why} ${now}`, accountKey(target, person), { target, person }, now],
  );
}

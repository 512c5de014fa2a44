// Accounts in other systems for people to look at: lists with a search, one with its past, and one's own.
import type { EpochMs } from '../../../base/clock.ts';
import { parseEventText, type StoredEvent } from '../../../core/audit/index.ts';
import type { Queryable } from './audit-insert.ts';

/** What is known of an account. `waiting`: its work is not done, whatever the state was before. */
export interface FoundAccount {
  readonly target: string;
  readonly person: string;
  readonly key: string | undefined;
  readonly state: 'open' | 'closed' | 'deleted' | 'refused' | 'waiting';
  readonly isWaiting: boolean;
  readonly loginName: string | undefined;
  readonly principal: string | undefined;
  readonly until: EpochMs;
  readonly deleteFrom: EpochMs;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
}

export interface PlaceAmongAccounts {
  /** As the list sorts by it. */
  readonly rank: string;
  readonly target: string;
  readonly person: string;
}

export interface AccountSearch {
  /** Whose people; undefined: everybody. */
  readonly organisations?: readonly string[] | undefined;
  /** Words of the holder's name, as `searchWords` makes them. A protected person is not found by name (K11). */
  readonly words?: readonly string[] | undefined;
  /** A login name or stable key, or the beginning of one. */
  readonly name?: string | undefined;
  readonly target?: string | undefined;
  readonly state?: FoundAccount['state'] | undefined;
  /** Open ones that end before then, those that end first before the others. */
  readonly endsBefore?: EpochMs | undefined;
  readonly after?: PlaceAmongAccounts | undefined;
  readonly now: EpochMs;
}

interface Row extends Omit<FoundAccount, 'until' | 'deleteFrom'> {
  readonly until: Date | null;
  readonly deleteFrom: Date | null;
  readonly rank: string;
}

const read = ({ until, deleteFrom, rank: _, ...row }: Row): FoundAccount => ({
  ...row,
  key: row.key ?? undefined,
  loginName: row.loginName ?? undefined,
  principal: row.principal ?? undefined,
  reason: row.reason ?? undefined,
  detail: row.detail ?? undefined,
  until: until?.getTime() ?? 0,
  deleteFrom: deleteFrom?.getTime() ?? 0,
});

/** An account that was never made has no row: it is known by its work alone. `$1` and `$2` narrow both by target and person. */
const known = `known AS (
  SELECT coalesce(a.target, w.target) AS target, coalesce(a.person, w.person) AS person, nullif(a.key, '') AS key,
    CASE WHEN a.state IS NULL OR (w.target IS NOT NULL AND a.state IN ('deleted', 'refused')) THEN 'waiting' ELSE a.state END AS state,
    w.target IS NOT NULL AS waiting, a.login_name, a.principal, a.until, a.delete_from, a.reason, a.detail,
    coalesce(a.changed_at, w.since) AS changed_at
  FROM (SELECT * FROM hub.account WHERE ($1::text IS NULL OR target = $1) AND ($2::text IS NULL OR person = $2)) a
  FULL JOIN (
    SELECT payload ->> 'target' AS target, payload ->> 'person' AS person, min(not_before) AS since FROM hub.outbox
    WHERE done_at IS NULL AND dead_at IS NULL AND kind = 'account'
      AND ($1::text IS NULL OR payload ->> 'target' = $1) AND ($2::text IS NULL OR payload ->> 'person' = $2)
    GROUP BY 1, 2) w ON w.target = a.target AND w.person = a.person)`;
const columns = `k.target, k.person, k.key, k.state, k.waiting AS "isWaiting", k.login_name AS "loginName", k.principal,
  k.until, k.delete_from AS "deleteFrom", k.reason, k.detail`;

const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** Up to `limit` accounts: the newest change first, or those that end first. */
export async function findAccounts(
  client: Queryable,
  search: AccountSearch,
  limit: number,
): Promise<readonly (FoundAccount & { readonly rank: string })[]> {
  const rank =
    search.endsBefore === undefined
      ? '-(extract(epoch FROM k.changed_at) * 1000000)::bigint'
      : '(extract(epoch FROM k.until) * 1000000)::bigint';
  const name = search.name === undefined ? '\\' : likeText(search.name.toLowerCase());
  const result = await client.query<Row>(
    `WITH ${known}, ranked AS (SELECT ${columns}, ${rank} AS rank FROM known k)
     SELECT r.*, r.rank::text AS rank FROM ranked r JOIN hub.person p ON p.id = r.person
     WHERE ($3::text[] IS NULL OR EXISTS (
         SELECT FROM hub.assignment s WHERE s.person = r.person AND s.organisation = ANY ($3)
           AND (s.valid_from IS NULL OR s.valid_from <= $4) AND (s.valid_until IS NULL OR s.valid_until > $4)))
       AND (lower(r.key) LIKE $5 || '%' OR (NOT p.protected_identity AND (lower(r."loginName") LIKE $5 || '%' OR NOT EXISTS (
         SELECT FROM unnest($6::text[]) w WHERE strpos(hub.folded(p.given_name || ' ' || p.family_name), w) = 0)))
         OR ($7 AND p.protected_identity))
       AND ($8::text IS NULL OR r.state = $8 OR ($8 = 'waiting' AND r."isWaiting"))
       AND ($9::timestamptz IS NULL OR (r.state = 'open' AND r.until < $9))
       AND ($10::bigint IS NULL OR (r.rank, r.target, r.person) > ($10, $11, $12))
     ORDER BY r.rank, r.target, r.person LIMIT $13`,
    [
      search.target ?? null,
      null,
      search.organisations ?? null,
      new Date(search.now),
      name,
      search.words ?? [],
      (search.words ?? []).length === 0 && search.name === undefined,
      search.state ?? null,
      search.endsBefore === undefined ? null : new Date(search.endsBefore),
      search.after?.rank ?? null,
      search.after?.target ?? null,
      search.after?.person ?? null,
      limit,
    ],
  );
  return result.rows.map((row) => ({ ...read(row), rank: row.rank }));
}

/** One account; undefined: there is none, and none is asked for. */
export async function accountOf(client: Queryable, target: string, person: string): Promise<FoundAccount | undefined> {
  const result = await client.query<Row>(`WITH ${known} SELECT ${columns}, '' AS rank FROM known k`, [target, person]);
  return result.rows[0] && read(result.rows[0]);
}

/** Accounts of a person that are open or wait, for themselves. */
export async function ownAccounts(client: Queryable, person: string, now: EpochMs): Promise<readonly FoundAccount[]> {
  const result = await client.query<Row>(
    `WITH ${known} SELECT ${columns}, '' AS rank FROM known k
     WHERE k.state = 'waiting' OR (k.state = 'open' AND k.until > $3) ORDER BY k.target`,
    [null, person, new Date(now)],
  );
  return result.rows.map(read);
}

/** The newest events of an account, newest first. */
export async function accountEvents(
  client: Queryable,
  target: string,
  person: string,
  limit: number,
): Promise<readonly StoredEvent[]> {
  // Events of a person have an index; those of another account of theirs are passed over here.
  const result = await client.query<{ text: string }>(
    `SELECT text FROM hub.audit_event WHERE person = $1 AND kind LIKE 'account.%' AND text IS NOT NULL ORDER BY at DESC, id DESC LIMIT $2`,
    [person, limit * 4],
  );
  return result.rows
    .flatMap(({ text }) => parseEventText(text) ?? [])
    .filter(({ body }) => body['target'] === target || namesTarget(body['rules'], target))
    .slice(0, limit);
}

const namesTarget = (rules: unknown, target: string): boolean =>
  Array.isArray(rules) &&
  rules.some((one: { target?: unknown } | string) => typeof one === 'object' && one.target === target);

/** Ends what logins hold of an account now; answers how many did. */
export async function endGrants(client: Queryable, target: string, person: string, now: EpochMs): Promise<number> {
  const result = await client.query(
    `UPDATE hub.account_grant SET until = $3 WHERE target = $1 AND person = $2 AND until > $3`,
    [target, person, new Date(now)],
  );
  return result.rowCount ?? 0;
}

/** People for whom a rule is, now: by organisation and role of an assignment. */
export async function peopleForRule(
  client: Queryable,
  rule: { readonly organisations: readonly string[]; readonly roles: readonly string[] },
  over: readonly string[] | undefined,
  now: EpochMs,
): Promise<number> {
  const result = await client.query<{ n: number }>(
    `SELECT count(DISTINCT s.person)::int AS n FROM hub.assignment s JOIN hub.person p ON p.id = s.person
     WHERE NOT p.closed AND (cardinality($1::text[]) = 0 OR s.organisation = ANY ($1)) AND (cardinality($2::text[]) = 0 OR s.role = ANY ($2))
       AND ($3::text[] IS NULL OR s.organisation = ANY ($3))
       AND (s.valid_from IS NULL OR s.valid_from <= $4) AND (s.valid_until IS NULL OR s.valid_until > $4)`,
    [rule.organisations, rule.roles, over ?? null, new Date(now)],
  );
  return result.rows[0]?.n ?? 0;
}

/** Everybody with an account in the target or with a login that was counted anywhere, a page at a time in order of id. */
export async function* peopleWithLogins(
  client: Queryable,
  target: string,
  over: readonly string[] | undefined,
  now: EpochMs,
): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const result = await client.query<{ person: string }>(
      `SELECT q.person FROM (
         SELECT person FROM hub.account WHERE target = $1 AND state IN ('open', 'closed') UNION SELECT person FROM hub.account_grant) q
       WHERE q.person > $2 AND ($3::text[] IS NULL OR EXISTS (
         SELECT FROM hub.assignment s WHERE s.person = q.person AND s.organisation = ANY ($3)
           AND (s.valid_from IS NULL OR s.valid_from <= $4) AND (s.valid_until IS NULL OR s.valid_until > $4)))
       ORDER BY q.person LIMIT 500`,
      [target, after, over ?? null, new Date(now)],
    );
    for (const { person } of result.rows) yield person;
    const last = result.rows.at(-1);
    if (last === undefined || result.rows.length < 500) return;
    after = last.person;
  }
}

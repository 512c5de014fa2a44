// Finds what ends cards without anybody's change: employments that ran out, licences that the register no longer has, old names.
import type { EpochMs } from '../../../base/clock.ts';
import type { LicenceAnswer } from '../../../core/context/index.ts';
import type { Queryable } from './audit-insert.ts';
import { isOpenCard } from './cards.ts';

/** Holders with open cards of an employer that they have no assignment with, now or later; the news of it is not under way. */
export async function employmentsRunOut(
  client: Queryable,
  profiles: readonly string[],
  now: EpochMs,
): Promise<readonly { readonly person: string; readonly organisations: readonly string[] }[]> {
  if (profiles.length === 0) return [];
  const result = await client.query<{ person: string; organisations: readonly string[] }>(
    `SELECT c.holder AS person, array_agg(DISTINCT c.organisation) AS organisations
     FROM hub.card c JOIN hub.person p ON p.id = c.holder
     WHERE c.${isOpenCard} AND c.profile = ANY($1) AND NOT p.closed
       AND NOT EXISTS (SELECT FROM hub.assignment a WHERE a.person = c.holder AND a.organisation = c.organisation
         AND (a.valid_until IS NULL OR a.valid_until > $2))
       AND NOT EXISTS (SELECT FROM hub.outbox o WHERE o.key = 'news ' || c.holder AND o.done_at IS NULL)
     GROUP BY c.holder ORDER BY c.holder`,
    [profiles, new Date(now)],
  );
  return result.rows;
}

/** Holders of open cards of these profiles who were not asked about since `before`, the longest ago first. */
export async function licencesToAsk(
  client: Queryable,
  profiles: readonly string[],
  before: EpochMs,
  limit: number,
): Promise<readonly string[]> {
  if (profiles.length === 0) return [];
  const result = await client.query<{ person: string }>(
    `SELECT p.id AS person FROM hub.person p LEFT JOIN hub.licence_check k ON k.person = p.id
     WHERE NOT p.closed AND (k.person IS NULL OR k.checked_at <= $2)
       AND EXISTS (SELECT FROM hub.card c WHERE c.holder = p.id AND c.profile = ANY($1) AND c.${isOpenCard})
     ORDER BY k.checked_at NULLS FIRST, p.id LIMIT $3`,
    [profiles, new Date(before), limit],
  );
  return result.rows.map(({ person }) => person);
}

/** Keeps what the register said, and since when it says so. */
export async function keepLicenceAnswer(
  client: Queryable,
  person: string,
  answer: LicenceAnswer | 'noNumber',
  now: EpochMs,
): Promise<void> {
  await client.query(
    `INSERT INTO hub.licence_check AS k (person, checked_at, answer, since) VALUES ($1, $2, $3, $2)
     ON CONFLICT (person) DO UPDATE SET checked_at = excluded.checked_at, answer = excluded.answer,
       since = CASE WHEN k.answer = excluded.answer THEN k.since ELSE excluded.since END`,
    [person, new Date(now), answer],
  );
}

/** Holders of open cards of these profiles whose licence has ended, as the register said last; the news is not under way. */
export async function licencesLost(client: Queryable, profiles: readonly string[]): Promise<readonly string[]> {
  if (profiles.length === 0) return [];
  const result = await client.query<{ person: string }>(
    `SELECT k.person FROM hub.licence_check k JOIN hub.person p ON p.id = k.person
     WHERE k.answer = 'ended' AND NOT p.closed
       AND EXISTS (SELECT FROM hub.card c WHERE c.holder = k.person AND c.profile = ANY($1) AND c.${isOpenCard})
       AND NOT EXISTS (SELECT FROM hub.outbox o WHERE o.key = 'news ' || k.person AND o.done_at IS NULL)
     ORDER BY k.person`,
    [profiles],
  );
  return result.rows.map(({ person }) => person);
}

/** Everybody whose licence ended by what the register said since then: a fault of it that comes in small bites adds up. */
export async function licencesLostSince(client: Queryable, since: EpochMs): Promise<readonly string[]> {
  const result = await client.query<{ person: string }>(
    `SELECT person FROM hub.licence_check WHERE answer = 'ended' AND since > $1 ORDER BY person`,
    [new Date(since)],
  );
  return result.rows.map(({ person }) => person);
}

/** How many holders of open cards of these profiles have each answer; for metrics. */
export async function licenceAnswerCounts(
  client: Queryable,
  profiles: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const result = await client.query<{ answer: string; people: number }>(
    `SELECT k.answer, count(*)::int AS people FROM hub.licence_check k
     WHERE EXISTS (SELECT FROM hub.card c WHERE c.holder = k.person AND c.profile = ANY($1) AND c.${isOpenCard})
     GROUP BY k.answer`,
    [profiles],
  );
  return new Map(result.rows.map(({ answer, people }) => [answer, people]));
}

/** Cards with an old name on them whose days are over. */
export async function cardsWithOldNames(client: Queryable, now: EpochMs, limit: number): Promise<readonly string[]> {
  const result = await client.query<{ id: string }>(
    `SELECT id FROM hub.card WHERE replace_by <= $1 AND ${isOpenCard} ORDER BY replace_by, id LIMIT $2`,
    [new Date(now), limit],
  );
  return result.rows.map(({ id }) => id);
}

/** Where people work: employers with an assignment that has not ended. */
export async function employersOf(
  client: Queryable,
  people: readonly string[],
  now: EpochMs,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const result = await client.query<{ person: string; organisations: readonly string[] }>(
    `SELECT person, array_agg(DISTINCT organisation) AS organisations FROM hub.assignment
     WHERE person = ANY($1) AND (valid_until IS NULL OR valid_until > $2) GROUP BY person`,
    [people, new Date(now)],
  );
  return new Map(result.rows.map(({ person, organisations }) => [person, organisations]));
}

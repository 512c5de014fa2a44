// Assignments whose source does not give them any more: found, and ended with the news of it.
import type { EpochMs } from '../../../base/clock.ts';
import { insertAudit, type Queryable } from './audit-insert.ts';
import { tellLeft } from './directory-write.ts';
import { type ToldNews, tellHolderNews } from './holder-news.ts';

/** Somebody with assignments that are missing at their source. */
export interface MissingPerson extends ToldNews {
  readonly source: string;
  readonly assignments: readonly string[];
}

const isLive = (column: string, now: string) => `(${column}.valid_until IS NULL OR ${column}.valid_until > ${now})`;

/** Everybody with such assignments that have not ended. An employer is left with the last assignment there. */
export async function missingCommissions(client: Queryable, now: EpochMs): Promise<readonly MissingPerson[]> {
  const result = await client.query<{ person: string; source: string; assignments: string[]; left: string[] }>(
    `SELECT a.person, a.source, array_agg(a.id ORDER BY a.id) AS assignments,
       array(SELECT DISTINCT m.organisation FROM hub.assignment m
         WHERE m.person = a.person AND m.source = a.source AND m.missing_since IS NOT NULL AND ${isLive('m', '$1')}
           AND NOT EXISTS (SELECT FROM hub.assignment o WHERE o.person = m.person AND o.organisation = m.organisation
             AND ${isLive('o', '$1')} AND NOT (o.source IS NOT DISTINCT FROM m.source AND o.missing_since IS NOT NULL)) ORDER BY 1) AS left
     FROM hub.assignment a JOIN hub.person p ON p.id = a.person
     WHERE a.missing_since IS NOT NULL AND a.source IS NOT NULL AND ${isLive('a', '$1')} AND NOT p.closed
     GROUP BY a.person, a.source ORDER BY a.person, a.source`,
    [new Date(now)],
  );
  return result.rows.map(({ person, source, assignments, left }) => ({
    person,
    source,
    assignments,
    news: left.length > 0 ? [{ what: 'employmentEnded', organisations: left }] : [],
  }));
}

/** People whose assignments ended so since then: a fault of a source that comes in small bites adds up. */
export async function commissionsEndedSince(
  client: Queryable,
  since: EpochMs,
  now: EpochMs,
): Promise<readonly string[]> {
  const result = await client.query<{ person: string }>(
    `SELECT DISTINCT person FROM hub.assignment
     WHERE missing_since IS NOT NULL AND source IS NOT NULL AND valid_until > $1 AND valid_until <= $2 ORDER BY person`,
    [new Date(since), new Date(now)],
  );
  return result.rows.map(({ person }) => person);
}

/** Ends them; one that its source gives again by now is left as it is. Sessions and accounts that rest on them end by the news. */
export async function endCommissions(client: Queryable, people: readonly MissingPerson[], now: EpochMs): Promise<void> {
  const ended = await client.query<{ id: string; person: string; source: string; organisation: string }>(
    `UPDATE hub.assignment a SET valid_until = $2
     WHERE a.id = ANY($1) AND a.missing_since IS NOT NULL AND ${isLive('a', '$2')} RETURNING a.id, a.person, a.source, a.organisation`,
    [people.flatMap(({ assignments }) => assignments), new Date(now)],
  );
  const by = people.flatMap((one) => {
    const mine = ended.rows.filter(({ person, source }) => person === one.person && source === one.source);
    return mine.length === 0 ? [] : [{ ...one, ended: mine }];
  });
  if (by.length === 0) return;
  await tellHolderNews(
    client,
    by.filter(({ news }) => news.length > 0).map(({ person, news }) => ({ person, news })),
    now,
  );
  await tellLeft(
    client,
    by.map(({ person, ended: rows }) => ({ person, assignments: rows.map(({ id }) => id), lastToo: true })),
    now,
  );
  await insertAudit(
    client,
    by.map(({ person, source, ended: rows }) => ({
      kind: 'person.commissionsEnded' as const,
      at: now,
      outcome: 'ok' as const,
      person,
      body: {
        source,
        assignments: rows.map(({ id }) => id),
        organisations: [...new Set(rows.map(({ organisation }) => organisation))],
      },
    })),
  );
}

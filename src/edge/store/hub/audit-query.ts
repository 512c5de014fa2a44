// Asks the trail: newest first, by pages, always bounded, and never without a record of who asked what.
import type pg from 'pg';
import type { AuditRecord } from '../../../core/audit/index.ts';
import { printQuery, type Query, withValues } from '../../../core/audit/query/index.ts';
import { type AuditScope, conditionOf } from './audit-condition.ts';
import { findColumns, searchFeed } from './audit-index.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import type { FoundEvent } from './audit-search.ts';

/** Who asks: a person, or an account of the machine that a command runs on. */
export interface TrailReader {
  readonly person?: string | undefined;
  readonly organisation?: string | undefined;
  readonly user?: string | undefined;
  readonly session?: string | undefined;
}

export interface TrailQuestion {
  readonly query: Query;
  readonly scope: AuditScope;
  /** Whom an application's use was about, as the trail has it: never the number itself (`usage-subject.ts`). */
  readonly subjectOf: (value: string) => string;
  readonly reader: TrailReader;
  /** What it is for, as the record of the reading calls it. */
  readonly action: string;
  readonly now: number;
  /** 1 to 1000. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: TrailPlace | undefined;
}

/** The place of an event in the order of answers. */
export interface TrailPlace {
  /** ISO 8601 with microseconds. */
  readonly at: string;
  readonly id: string;
}

export type TrailAnswer =
  | { readonly kind: 'found'; readonly events: readonly PlacedEvent[]; readonly next: TrailPlace | undefined }
  /** The database gave up after `searchMs`: narrower, by a time or another field. */
  | { readonly kind: 'tooMuch' };

export interface PlacedEvent extends FoundEvent {
  readonly place: TrailPlace;
}

/** How long the database may work on one question. */
export const searchMs = 5000;
export const mostRows = 1000;

const order = 'ORDER BY at DESC, id DESC';

/** The statement of a question, for a plan too. `nextLeaf` is the first sealed event that the search has not taken in. */
export function searchStatement(
  asked: Pick<TrailQuestion, 'query' | 'scope' | 'now' | 'limit' | 'after'>,
  nextLeaf: string,
) {
  const { text, values } = conditionOf(asked.query, asked);
  const all: unknown[] = [...values];
  const past =
    asked.after === undefined
      ? ''
      : ` AND (at, id) < ($${all.push(asked.after.at)}::timestamptz, $${all.push(asked.after.id)}::bigint)`;
  const limit = `LIMIT $${all.push(Math.min(Math.max(1, asked.limit), mostRows) + 1)}`;
  const where = `WHERE ${text}${past} ${order} ${limit}`;
  // What is not taken in yet is looked at as it is: sealed since the last round, and not sealed. OFFSET keeps the
  // question's own conditions out of there, or a time in it would be looked for among all events.
  const untaken = (which: string): string =>
    `(SELECT at, id FROM (SELECT ${findColumns.join(', ')} FROM hub.audit_findable WHERE ${which} OFFSET 0) u ${where})`;
  return {
    text: `WITH found AS (
      (SELECT at, id FROM hub.audit_find ${where})
      UNION ALL ${untaken(`leaf_index >= $${all.push(nextLeaf)}::bigint`)}
      UNION ALL ${untaken('leaf_index IS NULL')}
      ${order} ${limit})
    SELECT f.id, to_char(f.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, e.leaf_index, e.text
    FROM found f JOIN hub.audit_event e ON e.id = f.id WHERE e.text IS NOT NULL ORDER BY f.at DESC, f.id DESC`,
    values: all,
  };
}

/** Where the search stands in the sealed log. */
export async function nextLeafOf(client: Queryable): Promise<string> {
  const { rows } = await client.query<{ next_leaf: string }>('SELECT next_leaf FROM hub.audit_feed WHERE name = $1', [
    searchFeed,
  ]);
  return rows[0]?.next_leaf ?? '0';
}

/** One page of answers. The reading is written down before it is answered, also when nothing was found. */
export async function askTrail(pool: pg.Pool, given: TrailQuestion): Promise<TrailAnswer> {
  const asked = withSubjects(given);
  const answer = await search(pool, asked);
  const found = answer.kind === 'found' ? answer.events.length : undefined;
  await insertAudit(pool, [readingRecord(asked, { found, gaveUp: answer.kind === 'tooMuch' || undefined })]);
  return answer;
}

/** Why no more came: there is no more, as many as were asked for came, or the database gave up. */
export interface TrailEnd {
  readonly end: 'all' | 'most' | 'tooMuch';
}

/**
 * Every answer, a page at a time and at most `most`, so that memory stays flat however many there are. That it was begun is written down before
 * the first one, and how many it were at the end, also when it is broken off.
 */
export async function* exportTrail(
  pool: pg.Pool,
  given: Omit<TrailQuestion, 'limit' | 'after'>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<PlacedEvent, TrailEnd> {
  const asked = withSubjects(given);
  await insertAudit(pool, [readingRecord(asked, {})]);
  let count = 0;
  let after: TrailPlace | undefined;
  try {
    for (;;) {
      const page: TrailAnswer = await search(pool, { ...asked, limit: Math.min(mostRows, most - count), after });
      if (page.kind === 'tooMuch') return { end: 'tooMuch' };
      for (const event of page.events) {
        count += 1;
        yield event;
      }
      after = page.next;
      if (after === undefined) return { end: 'all' };
      if (count >= most) return { end: 'most' };
    }
  } finally {
    await insertAudit(pool, [readingRecord(asked, { found: count, ended: true })]);
  }
}

const withSubjects = <Asked extends Pick<TrailQuestion, 'query' | 'subjectOf'>>(asked: Asked): Asked => ({
  ...asked,
  query: withValues(asked.query, 'about', asked.subjectOf),
});

function readingRecord(
  { query, scope, reader, action, now }: Omit<TrailQuestion, 'limit' | 'after'>,
  more: Readonly<Record<string, unknown>>,
): AuditRecord {
  const { user, ...who } = reader;
  return {
    kind: 'admin.audited',
    at: now,
    outcome: 'ok',
    ...who,
    body: { action, asked: printQuery(query), scope: scope === 'all' ? 'all' : [...scope].slice(0, 50), user, ...more },
  };
}

async function search(pool: pg.Pool, asked: TrailQuestion): Promise<TrailAnswer> {
  if (asked.scope !== 'all' && asked.scope.length === 0) return { kind: 'found', events: [], next: undefined };
  try {
    const { rows } = await inTransaction(pool, async (client) => {
      // One snapshot: an event that is taken in meanwhile is neither lost nor found twice.
      await client.query(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = ${searchMs}; SET LOCAL jit = off`,
      );
      const statement = searchStatement(asked, await nextLeafOf(client));
      return client.query<{ id: string; at: string; leaf_index: string | null; text: string }>(
        statement.text,
        statement.values as unknown[],
      );
    });
    const events = rows.slice(0, asked.limit).map(({ id, at, leaf_index, text }) => ({
      id,
      index: leaf_index === null ? null : Number(leaf_index),
      text,
      place: { at, id },
    }));
    return { kind: 'found', events, next: rows.length > asked.limit ? events.at(-1)?.place : undefined };
  } catch (error) {
    // 57014: the statement was ended by its timeout.
    if ((error as { code?: unknown }).code === '57014') return { kind: 'tooMuch' };
    throw error;
  }
}

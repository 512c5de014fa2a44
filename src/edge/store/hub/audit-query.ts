// Asks the trail: newest first, by pages, always bounded, and never without a record of who asked what.
import type pg from 'pg';
import type { AuditRecord } from '../../../core/audit/index.ts';
import { printQuery, type Query } from '../../../core/audit/query/index.ts';
import { type AuditScope, conditionOf } from './audit-condition.ts';
import { findColumns, searchFeed } from './audit-index.ts';
import { insertAudit, inTransaction } from './audit-insert.ts';
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

/** The statement of a question, for a plan too. */
export function searchStatement(asked: Pick<TrailQuestion, 'query' | 'scope' | 'now' | 'limit' | 'after'>) {
  const { text, values } = conditionOf(asked.query, asked);
  const all: unknown[] = [...values];
  const past =
    asked.after === undefined
      ? ''
      : ` AND (at, id) < ($${all.push(asked.after.at)}::timestamptz, $${all.push(asked.after.id)}::bigint)`;
  const limit = `LIMIT $${all.push(Math.min(Math.max(1, asked.limit), mostRows) + 1)}`;
  const where = `WHERE ${text}${past} ${order} ${limit}`;
  // What is not taken in yet is looked at as it is: sealed since the last round, and not sealed.
  const sealed = `leaf_index >= coalesce((SELECT next_leaf FROM hub.audit_feed WHERE name = '${searchFeed}'), 0)`;
  const columns = findColumns.filter((column) => column !== 'words').join(', ');
  return {
    text: `WITH found AS (
      (SELECT at, id FROM hub.audit_find ${where})
      UNION ALL (SELECT at, id FROM (SELECT ${columns}, words FROM hub.audit_findable WHERE ${sealed}) s ${where})
      UNION ALL (SELECT at, id FROM (SELECT ${columns}, words FROM hub.audit_findable WHERE leaf_index IS NULL) u ${where})
      ${order} ${limit})
    SELECT f.id, to_char(f.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, e.leaf_index, e.text
    FROM found f JOIN hub.audit_event e ON e.id = f.id WHERE e.text IS NOT NULL ORDER BY f.at DESC, f.id DESC`,
    values: all,
  };
}

/** One page of answers. The reading is written down before it is answered, also when nothing was found. */
export async function askTrail(pool: pg.Pool, asked: TrailQuestion): Promise<TrailAnswer> {
  const answer = await search(pool, asked);
  const found = answer.kind === 'found' ? answer.events.length : undefined;
  await insertAudit(pool, [readingRecord(asked, { found, gaveUp: answer.kind === 'tooMuch' || undefined })]);
  return answer;
}

/**
 * Every answer, a page at a time and at most `most`, so that memory stays flat however many there are. That it was begun is written down before
 * the first one, and how many it were at the end, also when it is broken off.
 */
export async function* exportTrail(
  pool: pg.Pool,
  asked: Omit<TrailQuestion, 'limit' | 'after'>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<PlacedEvent, { readonly complete: boolean }> {
  await insertAudit(pool, [readingRecord(asked, {})]);
  let given = 0;
  let after: TrailPlace | undefined;
  try {
    for (;;) {
      const page: TrailAnswer = await search(pool, { ...asked, limit: Math.min(mostRows, most - given), after });
      if (page.kind === 'tooMuch') return { complete: false };
      for (const event of page.events) {
        given += 1;
        yield event;
      }
      after = page.next;
      if (after === undefined) return { complete: true };
      if (given >= most) return { complete: false };
    }
  } finally {
    await insertAudit(pool, [readingRecord(asked, { found: given, ended: true })]);
  }
}

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
  const statement = searchStatement(asked);
  try {
    const { rows } = await inTransaction(pool, async (client) => {
      await client.query(`SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${searchMs}; SET LOCAL jit = off`);
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

// A simple search of the trail, newest first, by the columns that repeat what the texts say.
import type { Queryable } from './audit-insert.ts';

export interface AuditSearch {
  readonly person?: string | undefined;
  readonly reference?: string | undefined;
  readonly session?: string | undefined;
  readonly journey?: string | undefined;
  readonly application?: string | undefined;
  readonly kind?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Only events with a higher id: for following. */
  readonly afterId?: string | undefined;
}

export interface FoundEvent {
  readonly id: string;
  readonly index: number | null;
  readonly text: string;
}

/** Up to `limit` events that match everything given, newest first. Events removed by retention are not found. */
export async function findEvents(
  client: Queryable,
  search: AuditSearch,
  limit: number,
): Promise<readonly FoundEvent[]> {
  const values: unknown[] = [];
  const conditions = ['text IS NOT NULL'];
  const add = (condition: string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition.replace('?', `$${values.length}`));
  };
  for (const name of ['person', 'reference', 'session', 'journey', 'application', 'kind'] as const) {
    add(`${name} = ?`, search[name]);
  }
  add('at >= ?', search.from);
  add('at < ?', search.to);
  add('id > ?::bigint', search.afterId);
  values.push(limit);
  // By id, not by time: newest first comes from the primary key when there is nothing narrower.
  const { rows } = await client.query<{ id: string; leaf_index: string | null; text: string }>(
    `SELECT id, leaf_index, text FROM hub.audit_event WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $${values.length}`,
    values,
  );
  return rows.map(({ id, leaf_index, text }) => ({ id, index: leaf_index === null ? null : Number(leaf_index), text }));
}

// A simple search of the trail, newest first, by the columns that repeat what the texts say.
import type { Queryable } from './audit-insert.ts';

export interface AuditSearch {
  readonly person?: string | undefined;
  readonly reference?: string | undefined;
  readonly session?: string | undefined;
  readonly journey?: string | undefined;
  readonly application?: string | undefined;
  readonly kind?: string | undefined;
  /** Everything of this card: its steps, and the logins and sessions that it began (B2). */
  readonly card?: string | undefined;
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

/** By way of its holder, whose events have an index; a login is known by the session that it began, and a refused one, which is of nobody, by the card. */
const ofCard = `id IN (
  WITH about AS (
    SELECT id, kind, session, journey FROM hub.audit_event
    WHERE person = (SELECT holder FROM hub.card WHERE hub.card.id = ?) AND strpos(text, ?) > 0),
  begun AS (SELECT session, journey FROM about WHERE kind IN ('session.started', 'session.steppedUp'))
  SELECT id FROM about
  UNION SELECT e.id FROM hub.audit_event e JOIN begun b ON e.session = b.session
  UNION SELECT e.id FROM hub.audit_event e JOIN begun b ON e.journey = b.journey
  UNION SELECT e.id FROM hub.audit_event e JOIN hub.card c ON c.id = ?
    WHERE e.kind = 'journey.refused' AND e.at >= c.ordered_at AND (strpos(e.text, c.id) > 0 OR EXISTS (
      SELECT 1 FROM hub.card_certificate k WHERE k.card = c.id AND strpos(e.text, k.fingerprint) > 0)))`;

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
    conditions.push(condition.replaceAll('?', `$${values.length}`));
  };
  for (const name of ['person', 'reference', 'session', 'journey', 'application', 'kind'] as const) {
    add(`${name} = ?`, search[name]);
  }
  add(ofCard, search.card);
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

// Puts news of holders into the outbox, within the caller's transaction: which cards they end is decided by whoever takes them.
import type { EpochMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import type { HolderNews } from '../../../core/ordering/index.ts';
import type { OutboxKind } from '../../../core/outbox/index.ts';
import type { Queryable } from './audit-insert.ts';

/** What is told of one person. */
export interface ToldNews {
  readonly person: string;
  readonly news: readonly Omit<HolderNews, 'person'>[];
}

/** News of one person come one after the other. */
export const newsKey = (person: string): string => `news ${person}`;

export async function tellHolderNews(client: Queryable, told: readonly ToldNews[], now: EpochMs): Promise<void> {
  if (told.length === 0) return;
  const kind: OutboxKind = 'holderNews';
  const messages = told.map(({ person, news }) => ({
    id: `news ${newId(now)}`,
    key: newsKey(person),
    payload: { person, news },
  }));
  await client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before)
     SELECT r.id, $2, r.key, r.payload, now() FROM json_to_recordset($1::json) AS r(id text, key text, payload jsonb)`,
    [JSON.stringify(messages), kind],
  );
}

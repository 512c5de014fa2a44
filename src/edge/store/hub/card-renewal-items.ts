// The cards of a renewal as lists: found by name or number, counted by why, and how many were seen to lately.
import type { EpochMs } from '../../../base/clock.ts';
import { shownName } from '../../../core/directory/index.ts';
import type { RenewalItemState } from '../../../core/ordering/index.ts';
import type { Queryable } from './audit-insert.ts';

export interface RenewalItemRow {
  readonly place: number;
  readonly card: string;
  readonly holder: string;
  readonly validUntil: EpochMs;
  readonly state: RenewalItemState;
  readonly reason: string | undefined;
  /** The card that was ordered. */
  readonly renewal: string | undefined;
}

/** Items of a job in their order; `words`: of the holder's name, as `searchWords` makes them; `id`: or the beginning of a card's. */
export async function renewalItems(
  client: Queryable,
  job: string,
  search: {
    readonly state?: RenewalItemState | undefined;
    readonly words: readonly string[];
    readonly id?: string | undefined;
    readonly after?: number | undefined;
  },
  limit: number,
): Promise<readonly RenewalItemRow[]> {
  const result = await client.query<{
    place: number;
    card: string;
    renewal: string;
    state: RenewalItemState;
    reason: string | null;
    valid_until: Date;
    holder: string;
    given_name: string;
    family_name: string;
    protected_identity: boolean;
  }>(
    `SELECT i.place, i.card, i.renewal, i.state, i.reason, c.valid_until, c.holder, p.given_name, p.family_name, p.protected_identity
     FROM hub.card_renewal_item i JOIN hub.card c ON c.id = i.card JOIN hub.person p ON p.id = c.holder
     WHERE i.job = $1 AND ($2::text IS NULL OR i.state = $2) AND i.place > $3
       AND (starts_with(c.id, $4) OR NOT EXISTS (
         SELECT 1 FROM unnest($5::text[]) w WHERE strpos(hub.folded(p.given_name || ' ' || p.family_name), w) = 0))
     ORDER BY i.place LIMIT $6`,
    [job, search.state ?? null, search.after ?? 0, search.id ?? ' ', search.words, limit],
  );
  return result.rows.map((row) => ({
    place: row.place,
    card: row.card,
    holder: shownName({
      id: row.holder,
      givenName: row.given_name,
      familyName: row.family_name,
      protectedIdentity: row.protected_identity,
      closed: false,
      attributes: {},
    }),
    validUntil: row.valid_until.getTime(),
    state: row.state,
    reason: row.reason ?? undefined,
    renewal: row.state === 'done' ? row.renewal : undefined,
  }));
}

/** Why cards were passed over or failed, the commonest first. */
export async function renewalReasons(
  client: Queryable,
  job: string,
): Promise<readonly { readonly state: RenewalItemState; readonly reason: string; readonly cards: number }[]> {
  const result = await client.query<{ state: RenewalItemState; reason: string; cards: number }>(
    `SELECT state, reason, count(*)::int AS cards FROM hub.card_renewal_item
     WHERE job = $1 AND reason IS NOT NULL GROUP BY state, reason ORDER BY cards DESC, reason`,
    [job],
  );
  return result.rows;
}

/** How many were seen to since then. */
export async function renewedSince(client: Queryable, job: string, since: EpochMs): Promise<number> {
  const result = await client.query<{ cards: number }>(
    "SELECT count(*)::int AS cards FROM hub.card_renewal_item WHERE job = $1 AND state IN ('done', 'failed') AND changed_at >= $2",
    [job, new Date(since)],
  );
  return result.rows[0]?.cards ?? 0;
}

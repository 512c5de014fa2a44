// Keeps what is asked of an issuer alive: requests that it has not decided, and work that was given up while it was away.
import type { EpochMs } from '../../../base/clock.ts';
import type { IssuerTask } from '../../../core/ordering/index.ts';
import type { Queryable } from './audit-insert.ts';

const againAfterMinutes = 5;

/**
 * Puts back what waits: a card whose request has no work under way, and work for an issuer that was given up some minutes
 * ago. An issuer may take days to decide or be away for a night; a revocation is never dropped.
 */
export async function askAgain(client: Queryable, now: EpochMs): Promise<void> {
  await client.query(
    `UPDATE hub.outbox SET dead_at = NULL, attempts = 0, not_before = $1
     WHERE kind IN ('cardIssuer', 'derivedIssuer') AND dead_at < $1::timestamptz - make_interval(mins => ${againAfterMinutes})`,
    [new Date(now)],
  );
  await client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before)
     SELECT 'cardIssuer ' || c.id || ' ' || lpad(c.revision::text, 6, '0') || ' again ' || $2, 'cardIssuer', 'cardIssuer ' || c.id,
       jsonb_build_object('card', c.id, 'task', jsonb_build_object('kind', 'submit')), $1
     FROM hub.card c
     WHERE c.state = 'requested' AND c.requests <> '[]' AND NOT EXISTS (
       SELECT 1 FROM hub.outbox o WHERE o.key = 'cardIssuer ' || c.id AND o.done_at IS NULL)
     ON CONFLICT (id) DO NOTHING`,
    [new Date(now), String(Math.floor(now / 30_000))],
  );
}

export interface OpenIssuerWork {
  readonly kind: IssuerTask['kind'];
  readonly since: EpochMs;
  readonly failure: string | undefined;
}

/** What the issuer is asked or told about a card and has not done yet, the oldest first; `since` is the step that asked. */
export async function openIssuerWork(client: Queryable, card: string): Promise<readonly OpenIssuerWork[]> {
  const result = await client.query<{ kind: IssuerTask['kind']; since: Date; failure: string | null }>(
    `SELECT o.payload -> 'task' ->> 'kind' AS kind, s.at AS since, o.last_error AS failure
     FROM hub.outbox o JOIN hub.card_step s ON s.card = $1 AND s.revision = substring(o.id FROM ' (\\d{6})')::int
     WHERE o.key = 'cardIssuer ' || $1 AND o.done_at IS NULL ORDER BY o.id`,
    [card],
  );
  return result.rows.map(({ kind, since, failure }) => ({
    kind,
    since: since.getTime(),
    failure: failure ?? undefined,
  }));
}

// Cards that people logged in with where an account is to know them, and whether they are good still.
import type { EpochMs } from '../../../base/clock.ts';
import { type AccountCard, accountKey, type KnownCard } from '../../../core/provisioning/index.ts';
import type { Queryable } from './audit-insert.ts';

/** Every card that was ever used for an account that is still there. */
export async function cardsOfAccount(pool: Queryable, target: string, person: string): Promise<readonly KnownCard[]> {
  const result = await pool.query<{ doc: AccountCard; ended: boolean }>(
    `SELECT doc, ended_at IS NOT NULL AS ended FROM hub.account_card WHERE target = $1 AND person = $2 ORDER BY fingerprint`,
    [target, person],
  );
  return result.rows.map(({ doc, ended }) => ({ ...doc, ended }));
}

/** The same of these people. */
export async function cardsByPerson(
  pool: Queryable,
  target: string,
  people: readonly string[],
): Promise<ReadonlyMap<string, readonly KnownCard[]>> {
  const result = await pool.query<{ person: string; doc: AccountCard; ended: boolean }>(
    `SELECT person, doc, ended_at IS NOT NULL AS ended FROM hub.account_card WHERE target = $1 AND person = ANY ($2) ORDER BY person, fingerprint`,
    [target, people],
  );
  return Map.groupBy(
    result.rows.map(({ person, doc, ended }) => ({ ...doc, ended, person })),
    ({ person }) => person,
  );
}

/** A card and the account that knows it. */
export interface MappedCard {
  readonly target: string;
  readonly person: string;
  readonly card: AccountCard;
}

/** Cards of open accounts that nobody looked at since, the longest ago first. */
export async function cardsToCheck(pool: Queryable, since: EpochMs, limit: number): Promise<readonly MappedCard[]> {
  const result = await pool.query<MappedCard>(
    `SELECT c.target, c.person, c.doc AS card FROM hub.account_card c JOIN hub.account a USING (target, person)
     WHERE c.ended_at IS NULL AND c.checked_at < to_timestamp($1 / 1000.0) AND a.state = 'open' ORDER BY c.checked_at LIMIT $2`,
    [since, limit],
  );
  return result.rows;
}

export async function cardChecked(pool: Queryable, { target, person, card }: MappedCard, at: EpochMs): Promise<void> {
  await pool.query(
    `UPDATE hub.account_card SET checked_at = to_timestamp($4 / 1000.0) WHERE target = $1 AND person = $2 AND fingerprint = $3`,
    [target, person, card.fingerprint, at],
  );
}

/** The card opens nothing any more: its account is looked at now. For a transaction. */
export async function endCardOfAccount(client: Queryable, mapped: MappedCard, at: EpochMs): Promise<void> {
  const { target, person, card } = mapped;
  const ended = await client.query(
    `UPDATE hub.account_card SET ended_at = to_timestamp($4 / 1000.0), checked_at = to_timestamp($4 / 1000.0)
     WHERE target = $1 AND person = $2 AND fingerprint = $3 AND ended_at IS NULL`,
    [target, person, card.fingerprint, at],
  );
  if (ended.rowCount === 0) return;
  const key = accountKey(target, person);
  await client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES ($1, 'account', $2, $3, to_timestamp($4 / 1000.0))
     ON CONFLICT (id) DO NOTHING`,
    [`${key} card ${card.fingerprint} ${at}`, key, { target, person }, at],
  );
}

/** An account that is gone is known by nothing. */
export async function forgetCards(
  client: Queryable,
  { target, person }: { readonly target: string; readonly person: string },
): Promise<void> {
  await client.query('DELETE FROM hub.account_card WHERE target = $1 AND person = $2', [target, person]);
}

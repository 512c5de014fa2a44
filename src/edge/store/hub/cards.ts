// Reads cards: one, those of a holder, lists with a search, a card by a certificate on it, and its history.
import type { EpochMs } from '../../../base/clock.ts';
import {
  type Card,
  type CardCertificate,
  type CardState,
  type CardStep,
  cardStates,
  isOpen,
} from '../../../core/ordering/index.ts';
import type { Queryable } from './audit-insert.ts';

interface CardRow {
  readonly id: string;
  readonly profile: string;
  readonly holder: string;
  readonly organisation: string;
  readonly state: CardState;
  readonly revision: number;
  readonly ordered_by: string;
  readonly ordered_at: Date;
  readonly temporary: boolean;
  readonly replaces: string | null;
  readonly renewal_job: string | null;
  readonly identity_document: Card['identityDocument'] | null;
  readonly checked_by: string | null;
  readonly made_by: string | null;
  readonly end_asked_by: string | null;
  readonly ending: Card['ending'] | null;
  readonly replace_by: Date | null;
  readonly requests: readonly string[];
  readonly certificates: readonly CardCertificate[];
  readonly soft: boolean;
  readonly withdrawn: readonly CardCertificate[];
  readonly by_hand: Card['byHand'];
}

const over = cardStates.filter((state) => !isOpen({ state }));
/** As a condition: neither over nor declined. */
export const isOpenCard = `state NOT IN ('${over.join("', '")}')`;

const ms = (column: string) => `extract(epoch FROM ${column})::float8 * 1000`;
const certificatesThat = (condition: string) =>
  `(SELECT coalesce(json_agg(json_build_object('profile', k.profile, 'issuer', k.issuer, 'serial', k.serial, 'fingerprint', k.fingerprint,
      'notBefore', ${ms('k.valid_from')}, 'notAfter', ${ms('k.valid_until')}) ORDER BY k.profile), '[]')
   FROM hub.card_certificate k WHERE k.card = c.id AND ${condition})`;
const columns = `c.id, c.profile, c.holder, c.organisation, c.state, c.revision, c.ordered_by, c.ordered_at, c.temporary, c.replaces, c.renewal_job,
  c.identity_document, c.checked_by, c.made_by, c.end_asked_by, c.ending, c.requests, c.by_hand, c.soft, c.replace_by,
  ${certificatesThat('NOT k.withdrawn')} AS certificates, ${certificatesThat('k.withdrawn')} AS withdrawn`;

const read = (row: CardRow): Card => ({
  id: row.id,
  profile: row.profile,
  holder: row.holder,
  organisation: row.organisation,
  state: row.state,
  revision: row.revision,
  orderedBy: row.ordered_by,
  orderedAt: row.ordered_at.getTime(),
  temporary: row.temporary,
  replaces: row.replaces ?? undefined,
  renewalJob: row.renewal_job ?? undefined,
  identityDocument: row.identity_document ?? undefined,
  checkedBy: row.checked_by ?? undefined,
  madeBy: row.made_by ?? undefined,
  endAskedBy: row.end_asked_by ?? undefined,
  ending: row.ending ?? undefined,
  replaceBy: row.replace_by?.getTime(),
  requests: row.requests,
  certificates: row.certificates,
  soft: row.soft,
  withdrawn: row.withdrawn,
  byHand: row.by_hand,
});

export async function cardById(client: Queryable, id: string): Promise<Card | undefined> {
  const [row] = (await client.query<CardRow>(`SELECT ${columns} FROM hub.card c WHERE c.id = $1`, [id])).rows;
  return row && read(row);
}

/** Cards of these holders that are neither over nor declined. */
export async function openCardsOf(client: Queryable, holders: readonly string[]): Promise<readonly Card[]> {
  const sql = `SELECT ${columns} FROM hub.card c WHERE c.holder = ANY($1) AND c.${isOpenCard} ORDER BY c.holder, c.id`;
  return (await client.query<CardRow>(sql, [holders])).rows.map(read);
}

/** How many certificates somebody must still revoke by hand, at these organisations and below, or at all. */
export async function certificatesByHand(client: Queryable, organisations?: readonly string[]): Promise<number> {
  const result = await client.query<{ count: number }>(
    `${downwards}
     SELECT coalesce(sum(jsonb_array_length(by_hand)), 0)::int AS count FROM hub.card
     WHERE by_hand <> '[]' AND ($1::text[] IS NULL OR organisation IN (SELECT id FROM down))`,
    [organisations ?? null],
  );
  return result.rows[0]?.count ?? 0;
}

/** All cards of a holder, the newest first. */
export const cardsOf = (client: Queryable, holder: string): Promise<readonly Card[]> => cardsOfAll(client, [holder]);

/** All cards of these holders. */
export async function cardsOfAll(client: Queryable, holders: readonly string[]): Promise<readonly Card[]> {
  const sql = `SELECT ${columns} FROM hub.card c WHERE c.holder = ANY($1) ORDER BY c.ordered_at DESC, c.id DESC`;
  return (await client.query<CardRow>(sql, [holders])).rows.map(read);
}

/** Cards of a kind at an organisation and below that run out in this time, the first end first; for pages of many. */
export async function cardsRunningOut(
  client: Queryable,
  search: {
    readonly organisation: string;
    readonly profile: string;
    readonly after: EpochMs;
    readonly before: EpochMs;
    readonly beyond?: Card | undefined;
  },
  limit: number,
): Promise<readonly Card[]> {
  const { organisation, profile, after, before, beyond } = search;
  const result = await client.query<CardRow>(
    `${downwards} SELECT ${columns} FROM hub.card c JOIN down ON down.id = c.organisation
     WHERE c.profile = $2 AND NOT c.temporary AND c.state IN ('made', 'received', 'inUse', 'suspended') AND c.valid_until > $3 AND c.valid_until < $4
       AND ($5::text IS NULL OR (c.valid_until, c.id) > ((SELECT valid_until FROM hub.card WHERE id = $5), $5))
     ORDER BY c.valid_until, c.id LIMIT $6`,
    [[organisation], profile, new Date(after), new Date(before), beyond?.id ?? null, limit],
  );
  return result.rows.map(read);
}

/** Ids of cards whose last certificate has run out and that do not say so yet. */
export async function cardsRunOut(client: Queryable, now: EpochMs, limit: number): Promise<readonly string[]> {
  const result = await client.query<{ id: string }>(
    `SELECT id FROM hub.card WHERE state IN ('made', 'received', 'inUse', 'suspended') AND valid_until <= $1
     ORDER BY valid_until, id LIMIT $2`,
    [new Date(now), limit],
  );
  return result.rows.map(({ id }) => id);
}

/** The organisations of `$1` and everything below them. */
const downwards = `WITH RECURSIVE down AS (
  SELECT id FROM hub.organisation WHERE id = ANY($1) UNION SELECT o.id FROM hub.organisation o JOIN down ON o.parent = down.id)`;

/** The card that this certificate is on; undefined: no card of ours. `fingerprint`: SHA-256 of its DER, hexadecimal. */
export async function cardOfCertificate(client: Queryable, fingerprint: string): Promise<Card | undefined> {
  const sql = `SELECT ${columns} FROM hub.card_certificate f JOIN hub.card c ON c.id = f.card WHERE f.fingerprint = $1`;
  const [row] = (await client.query<CardRow>(sql, [fingerprint])).rows;
  return row && read(row);
}

/** A certificate on this card, DER. */
export async function cardCertificate(
  client: Queryable,
  card: string,
  fingerprint: string,
): Promise<Buffer | undefined> {
  const result = await client.query<{ der: Buffer }>(
    'SELECT der FROM hub.card_certificate WHERE card = $1 AND fingerprint = $2',
    [card, fingerprint],
  );
  return result.rows[0]?.der;
}

export interface CardSearch {
  /** These and every organisation below them. */
  readonly organisations: readonly string[];
  readonly states?: readonly CardState[] | undefined;
  /** Only those with a certificate that somebody must revoke by hand. */
  readonly byHand?: boolean | undefined;
  /** Words of the holder's name, as `searchWords` makes them. */
  readonly words?: readonly string[] | undefined;
  /** Or the beginning of a card's id. */
  readonly id?: string | undefined;
  /** Those that run out before this. */
  readonly validBefore?: EpochMs | undefined;
  /** The last of the page before. */
  readonly after?: { readonly orderedAt: EpochMs; readonly id: string } | undefined;
}

/** Cards of these organisations, the newest order first. */
export async function findCards(client: Queryable, search: CardSearch, limit: number): Promise<readonly Card[]> {
  if (search.organisations.length === 0) return [];
  const { words = [] } = search;
  const result = await client.query<CardRow>(
    `${downwards}
     SELECT ${columns} FROM hub.card c JOIN down ON down.id = c.organisation JOIN hub.person p ON p.id = c.holder
     WHERE ($2::text[] IS NULL OR c.state = ANY($2))
       AND (c.id LIKE $3 || '%' OR NOT EXISTS (
         SELECT 1 FROM unnest($4::text[]) w WHERE strpos(hub.folded(p.given_name || ' ' || p.family_name), w) = 0))
       AND ($5::timestamptz IS NULL OR (c.ordered_at, c.id) < ($5, $6))
       AND ($8::timestamptz IS NULL OR c.valid_until < $8)
       AND (NOT $9 OR c.by_hand <> '[]')
     ORDER BY c.ordered_at DESC, c.id DESC LIMIT $7`,
    [
      search.organisations,
      search.states ?? null,
      search.id === undefined ? '\\' : likeText(search.id),
      words,
      search.after === undefined ? null : new Date(search.after.orderedAt),
      search.after?.id ?? null,
      limit,
      search.validBefore === undefined ? null : new Date(search.validBefore),
      search.byHand === true,
    ],
  );
  return result.rows.map(read);
}

const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

interface StepRow {
  readonly card: string;
  readonly revision: number;
  readonly action: string;
  readonly state: CardState;
  readonly at: Date;
  readonly by: string | null;
  readonly reason: string | null;
}

/** A card's history, from its order on. */
export async function cardSteps(client: Queryable, card: string): Promise<readonly CardStep[]> {
  const result = await client.query<StepRow>('SELECT * FROM hub.card_step WHERE card = $1 ORDER BY revision', [card]);
  return result.rows.map(({ at, by, reason, ...row }) => ({
    ...row,
    at: at.getTime(),
    by: by ?? undefined,
    reason: reason ?? undefined,
  }));
}

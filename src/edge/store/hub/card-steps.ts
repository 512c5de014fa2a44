// Takes a step of a card: facts, decision, card, history, trail and the work that follows become true together, or nothing does.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { CardProfile } from '../../../core/catalogue/index.ts';
import {
  type Acting,
  type ActionInput,
  type Card,
  type CardAction,
  type CardChange,
  type CardDecision,
  type CardFacts,
  decideCard,
  decideOrder,
  validUntil,
} from '../../../core/ordering/index.ts';
import type { OutboxKind } from '../../../core/outbox/index.ts';
import { grantsOf, organisationsUpward } from './administrations.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { cardById, cardsOf } from './cards.ts';
import { personReader } from './directory.ts';

/** Who acts, and from where; no person: the hub itself. */
export interface ActingFrom {
  readonly person?: string | undefined;
  readonly session?: string | undefined;
  readonly reference: string;
}

export interface StepWish {
  readonly from: ActingFrom;
  readonly input?: ActionInput | undefined;
  readonly now: EpochMs;
  readonly profiles: ReadonlyMap<string, CardProfile>;
}

export type StepDone = CardDecision | { readonly kind: 'unknown' };

/** Orders a card. `wish.card` is it as it would be; its id makes a repeated order the same one. */
export const orderCard = (pool: pg.Pool, card: Card, wish: StepWish): Promise<StepDone> =>
  inTransaction(pool, async (client) => {
    await lockHolder(client, card.holder);
    return order(client, card, wish);
  });

async function order(client: Queryable, card: Card, wish: StepWish): Promise<StepDone> {
  if ((await cardById(client, card.id)) !== undefined) return { kind: 'unknown' };
  const decision = decideOrder(await cardFacts(client, card, wish));
  if (decision.kind === 'done') await writeStep(client, decision, wish);
  return decision;
}

/** Takes a step of a card. `seen`: the revision that the person looked at. */
export const takeCardStep = (
  pool: pg.Pool,
  id: string,
  action: CardAction,
  wish: StepWish,
  seen?: number,
): Promise<StepDone> =>
  inTransaction(pool, async (client) => {
    const holder = (await cardById(client, id))?.holder;
    if (holder === undefined) return { kind: 'unknown' };
    await lockHolder(client, holder);
    return take(client, id, action, wish, seen);
  });

async function take(
  client: Queryable,
  id: string,
  action: CardAction,
  wish: StepWish,
  seen?: number | undefined,
): Promise<StepDone> {
  const card = await cardById(client, id);
  if (card === undefined) return { kind: 'unknown' };
  const decision = decideCard(action, await cardFacts(client, card, wish, seen));
  if (decision.kind !== 'done') return decision;
  await writeStep(client, decision, wish);
  // What follows is decided like any other step, by the hub.
  for (const { card: other, action: then, ending } of decision.following) {
    const next = await cardById(client, other);
    if (next === undefined) continue;
    const byHub = { ...wish, from: { reference: wish.from.reference }, input: { ending } };
    const followed = decideCard(then, await cardFacts(client, next, byHub));
    if (followed.kind === 'done') await writeStep(client, followed, byHub);
  }
  return decision;
}

/** A step among several that one press takes. */
export interface StepOf {
  readonly card: string;
  readonly action: CardAction;
  readonly input: ActionInput;
}

/** Orders a card and takes these steps of the holder's cards with it: all of them or none. Answers the last, or the first no. */
export async function orderWithSteps(
  pool: pg.Pool,
  card: Card,
  steps: readonly StepOf[],
  wish: StepWish,
): Promise<StepDone> {
  let done: StepDone = { kind: 'unknown' };
  const none = new Error('none of them');
  try {
    return await inTransaction(pool, async (client) => {
      await lockHolder(client, card.holder);
      done = await order(client, card, wish);
      for (const { card: of, action, input } of steps) {
        if (done.kind !== 'done') throw none;
        done = await take(client, of, action, { ...wish, input: { ...wish.input, ...input } });
      }
      if (done.kind !== 'done') throw none;
      return done;
    });
  } catch (error) {
    if (error === none) return done;
    throw error;
  }
}

/** All cards of a holder change one after the other. */
export const lockHolder = (client: Queryable, holder: string) =>
  client.query('SELECT 1 FROM hub.person WHERE id = $1 FOR NO KEY UPDATE', [holder]);

/** Who acts, with what was granted to them: none of it is taken back before the caller's transaction is over. */
export async function actingFor(client: Queryable, { person }: ActingFrom): Promise<Acting> {
  if (person === undefined) return { kind: 'hub' };
  const found = await client.query<{ id: string; closed: boolean }>('SELECT id, closed FROM hub.person WHERE id = $1', [
    person,
  ]);
  return {
    kind: 'person',
    person: found.rows[0] ?? { id: person, closed: true },
    grants: await grantsOf(client, person, true),
  };
}

/** All that a decision on this card looks at; `seen`: the revision that the person looked at; `known`: read in this transaction before. */
export async function cardFacts(
  client: Queryable,
  card: Card,
  { from, input, now, profiles }: StepWish,
  seen?: number | undefined,
  known: Partial<Pick<CardFacts, 'acting' | 'organisations'>> = {},
): Promise<CardFacts> {
  const people = personReader(client);
  const holder = await people.facts(card.holder);
  return {
    now,
    card,
    profile: profiles.get(card.profile),
    acting: known.acting ?? (await actingFor(client, from)),
    holder: holder?.person,
    assignments: holder?.assignments ?? [],
    organisations: known.organisations ?? (await organisationsUpward(client, card.organisation)),
    others: (await cardsOf(client, card.holder)).filter(({ id }) => id !== card.id),
    input: input ?? {},
    seen,
  };
}

/** Makes a decision true: the card, its history, the trail, and the work that follows. */
export async function writeStep(
  client: Queryable,
  change: CardChange,
  { from, now }: Pick<StepWish, 'from' | 'now'>,
): Promise<void> {
  const { card, step, event } = change;
  const end = validUntil(card);
  await client.query(
    `INSERT INTO hub.card (id, profile, holder, organisation, state, revision, ordered_by, ordered_at, temporary, replaces,
       identity_document, checked_by, made_by, end_asked_by, ending, requests, valid_until, by_hand, renewal_job, soft, replace_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, revision = excluded.revision, identity_document = excluded.identity_document,
       checked_by = excluded.checked_by, made_by = excluded.made_by, end_asked_by = excluded.end_asked_by, ending = excluded.ending,
       requests = excluded.requests, valid_until = excluded.valid_until, by_hand = excluded.by_hand, soft = excluded.soft,
       replace_by = excluded.replace_by`,
    [
      card.id,
      card.profile,
      card.holder,
      card.organisation,
      card.state,
      card.revision,
      card.orderedBy,
      new Date(card.orderedAt),
      card.temporary,
      card.replaces ?? null,
      card.identityDocument ?? null,
      card.checkedBy ?? null,
      card.madeBy ?? null,
      card.endAskedBy ?? null,
      card.ending ?? null,
      JSON.stringify(card.requests),
      end === undefined ? null : new Date(end),
      JSON.stringify(card.byHand),
      card.renewalJob ?? null,
      card.soft === true,
      card.replaceBy === undefined ? null : new Date(card.replaceBy),
    ],
  );
  await client.query(
    'UPDATE hub.card_certificate SET withdrawn = true WHERE card = $1 AND fingerprint = ANY($2) AND NOT withdrawn',
    [card.id, (card.withdrawn ?? []).map(({ fingerprint }) => fingerprint)],
  );
  for (const { fingerprint, profile, issuer, serial, notBefore, notAfter, der } of card.certificates) {
    if (der === undefined) continue;
    await client.query(
      `INSERT INTO hub.card_certificate (fingerprint, card, profile, serial, valid_from, valid_until, issuer, der)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (fingerprint) DO NOTHING`,
      [
        fingerprint,
        card.id,
        profile,
        serial,
        new Date(notBefore),
        new Date(notAfter),
        issuer,
        Buffer.from(der, 'base64'),
      ],
    );
  }
  await client.query(
    'INSERT INTO hub.card_step (card, revision, action, state, at, by, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [card.id, step.revision, step.action, step.state, new Date(step.at), step.by ?? null, step.reason ?? null],
  );
  await insertAudit(client, [{ ...event, session: from.session, reference: from.reference }]);
  const work: { kind: OutboxKind; payload: object }[] = change.asks.map((task) => ({
    kind: 'cardIssuer',
    payload: { card: card.id, task },
  }));
  if (change.endsSessions) work.push({ kind: 'cardStopped', payload: { card: card.id, person: card.holder } });
  for (const [index, { kind, payload }] of work.entries()) {
    await client.query('INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES ($1, $2, $3, $4, $5)', [
      // Their order is that of the steps: the queue goes by the id.
      `${kind} ${card.id} ${String(card.revision).padStart(6, '0')} ${index}`,
      kind,
      `${kind} ${card.id}`,
      JSON.stringify(payload),
      new Date(now),
    ]);
  }
}

// The work that follows a step of a card: its sessions end, its first login is noted, its issuer is asked.
import type pg from 'pg';
import { newReference } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import { type CardProfile, type HolderEnding, ownIssuer } from '../../../core/catalogue/index.ts';
import {
  type ActionInput,
  type CertificateIssuer,
  cardsToEnd,
  cardsToReplace,
  endingStep,
  type IssuerTask,
} from '../../../core/ordering/index.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import { endSessionsOf, type SessionPorts } from '../../../core/sessions/index.ts';
import { inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { takeCardStep } from '../../../edge/store/hub/card-steps.ts';
import { cardById, cardsOf } from '../../../edge/store/hub/cards.ts';
import { endDerived } from '../../../edge/store/hub/derived-steps.ts';
import { leaveByHand, submitOrder } from './submit-order.ts';

export interface CardWorkParts {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly profiles: () => ReadonlyMap<string, CardProfile>;
  readonly sessions: SessionPorts;
  /** By its id in the catalogue, or `own`; undefined: it is not there, and its work waits. */
  readonly issuer: (id: string) => CertificateIssuer | undefined;
}

/**
 * What happened to a holder ends the cards whose profiles say so (H9), at once or when they had time to be replaced (K10).
 * Done twice, it is the same. `organisations`: employers that the holder left; absent: all of them.
 */
export async function endCardsOf(
  { pool, clock, profiles }: Pick<CardWorkParts, 'pool' | 'clock' | 'profiles'>,
  person: string,
  what: HolderEnding,
  organisations?: readonly string[],
): Promise<void> {
  const [news, cards, now] = [[{ person, what, organisations }], await cardsOf(pool, person), clock()];
  const wish = (input: ActionInput) => ({ from: { reference: newReference() }, input, now, profiles: profiles() });
  for (const { card, why } of cardsToEnd(news, cards, profiles()))
    await takeCardStep(pool, card.id, endingStep(card), wish({ ending: why }));
  for (const { card, replaceBy } of cardsToReplace(news, cards, profiles(), now))
    await takeCardStep(pool, card.id, 'toBeReplaced', wish({ replaceBy }));
}

type Worker = (delivery: Delivery) => Promise<void>;

/** One worker for each kind of work. */
export function cardWork(parts: CardWorkParts): Readonly<Record<'cardStopped' | 'cardUsed' | 'cardIssuer', Worker>> {
  const { pool, clock, profiles, sessions } = parts;
  const there = (id: string): CertificateIssuer => {
    const issuer = parts.issuer(id);
    if (issuer !== undefined) return issuer;
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: `there is no certificate issuer ${id}` });
  };
  return {
    async cardStopped({ payload }) {
      const card = String(payload['card']);
      // What was made for a device after a login with it is over too; its own work follows.
      await inTransaction(pool, (client) => endDerived(client, { card }, 'cardEnded', clock()));
      await endSessionsOf(sessions, String(payload['person']), 'cardRevoked', ({ evidence }) =>
        evidence.some(({ certificate }) => certificate?.card?.id === card || certificate?.derived?.card === card),
      );
    },
    async cardUsed({ payload }) {
      const card = await cardById(pool, String(payload['card']));
      // Whoever it let in is its holder: both come from the directory. If not, a human must look.
      if (card !== undefined && card.holder !== payload['person'])
        throw new Error(`card ${card.id} let in another person than its holder`);
      const reference = typeof payload['reference'] === 'string' ? payload['reference'] : newReference();
      const session = typeof payload['session'] === 'string' ? payload['session'] : undefined;
      const wish = { from: { session, reference }, now: clock(), profiles: profiles() };
      await takeCardStep(pool, String(payload['card']), 'use', wish);
    },
    async cardIssuer({ payload }) {
      const task = payload['task'] as IssuerTask;
      const id = String(payload['card']);
      if (task.kind === 'submit') return submitOrder({ ...parts, issuer: there }, id);
      const card = await cardById(pool, id);
      const certificates = [...(card?.certificates ?? []), ...(card?.withdrawn ?? [])];
      for (const serial of task.serials) {
        const issuer = certificates.find((one) => one.serial === serial)?.issuer ?? ownIssuer;
        const { release, revoke } = there(issuer);
        const answer = await (task.kind === 'release' ? release(serial, id) : revoke(serial, task.why, id));
        if (answer.kind === 'byHand') await leaveByHand(parts, id, [{ issuer, serial }]);
      }
    },
  };
}

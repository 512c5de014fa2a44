// What goes on with cards by itself: those whose time is over say so, and running renewals of many go on, one card after the other.
import type pg from 'pg';
import { newReference } from '../../../base/ids.ts';
import type { CardProfile } from '../../../core/catalogue/index.ts';
import { endRenewals, renewNext } from '../../../edge/store/hub/card-renewal-lane.ts';
import { takeCardStep } from '../../../edge/store/hub/card-steps.ts';
import { cardsRunOut } from '../../../edge/store/hub/cards.ts';
import type { Loop } from '../background.ts';

export interface CardLoopParts {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly profiles: () => ReadonlyMap<string, CardProfile>;
}

/** Cards of one look: what is left waits for the next. */
const expiredAtOnce = 500;

/** Expires every card whose last certificate has run out; done twice, or by two hubs, it is the same. Answers how many. */
export async function expireCards({ pool, clock, profiles }: CardLoopParts): Promise<number> {
  let expired = 0;
  for (const card of await cardsRunOut(pool, clock(), expiredAtOnce)) {
    const wish = { from: { reference: newReference() }, now: clock(), profiles: profiles() };
    if ((await takeCardStep(pool, card, 'expire', wish)).kind === 'done') expired += 1;
  }
  return expired;
}

/** Cards of one transaction: few enough that a holder at a page never waits long for theirs. */
const cardsAtOnce = 10;

/** At most so many cards, one after the other on one connection: people's own requests always get theirs. Answers how many. */
export async function renewSome({ pool, clock, profiles }: CardLoopParts, most: number): Promise<number> {
  for (let seen = 0; seen < most; ) {
    const facts = { now: clock(), profiles: profiles() };
    const some = await renewNext(pool, facts, Math.min(cardsAtOnce, most - seen));
    seen += some;
    if (some > 0) continue;
    await endRenewals(pool, clock());
    return seen;
  }
  return most;
}

/** A hub renews at most 200 cards a second: 100 a round, and half a second of rest. */
export const cardLoops = (parts: CardLoopParts): readonly Loop[] => [
  { name: 'expiry of cards', everyMs: 15_000, run: () => expireCards(parts) },
  { name: 'renewals of cards', everyMs: 500, run: () => renewSome(parts, 100) },
];

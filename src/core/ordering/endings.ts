// Which cards end with something that happened to their holders, and when a sync of many must stop and wait for people (H9).
import type { CardProfile, HolderEnding } from '../catalogue/index.ts';
import { type CardAction, cardActions } from './actions.ts';
import { type Card, type CardState, isOpen } from './card.ts';

export interface HolderNews {
  readonly person: string;
  readonly what: HolderEnding;
}

/** Cards that these news end, each with why: only where its own profile says so. */
export function cardsToEnd(
  news: readonly HolderNews[],
  cards: readonly Card[],
  profiles: ReadonlyMap<string, Pick<CardProfile, 'endsBy'>>,
): readonly { readonly card: Card; readonly why: HolderEnding }[] {
  return cards.filter(isOpen).flatMap((card) => {
    const why = news.find(
      ({ person, what }) => person === card.holder && profiles.get(card.profile)?.endsBy.includes(what) === true,
    );
    return why === undefined ? [] : [{ card, why: why.what }];
  });
}

/** The hub's own step that ends a card: one that is not made yet is withdrawn. */
export function endingStep({ state }: Pick<Card, 'state'>): Extract<CardAction, 'end' | 'withdraw'> {
  const living: readonly CardState[] = cardActions.end.from;
  return living.includes(state) ? 'end' : 'withdraw';
}

/** A sync may end this much by itself: at most 20 people and at most 1 % of all. */
export const mostEndedAlone = { people: 20, share: 0.01 } as const;

/** True when so many people at once are more likely a fault of a register than true: two people must approve it. */
export const mustWait = (people: number, all: number): boolean =>
  people > mostEndedAlone.people || (all > 0 && people > 1 && people / all > mostEndedAlone.share);

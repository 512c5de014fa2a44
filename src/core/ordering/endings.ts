// Which cards end with something that happened to their holders: at once, or after a while in which they are replaced (H9, K10).
import { dayMs, type EpochMs } from '../../base/clock.ts';
import type { HeldPerson } from '../brake/index.ts';
import type { CardProfile, HolderEnding } from '../catalogue/index.ts';
import { type CardAction, cardActions } from './actions.ts';
import { type Card, type CardState, isOpen } from './card.ts';

export interface HolderNews {
  readonly person: string;
  readonly what: HolderEnding;
  /** Employers that somebody left; absent: all of them. */
  readonly organisations?: readonly string[] | undefined;
}

type Rules = Pick<CardProfile, 'endsBy' | 'nameChange' | 'nameChangeDays'>;
type Profiles = ReadonlyMap<string, Rules>;

/** A card in these states has, or will have, the name in it; before them it is made with the new one. */
const bearsName: readonly CardState[] = cardActions.toBeReplaced.from;

const isAbout = ({ person, organisations }: HolderNews, card: Card): boolean =>
  person === card.holder && (organisations === undefined || organisations.includes(card.organisation));

const endedBy = ({ endsBy, nameChange }: Rules, card: Card, what: HolderEnding): boolean =>
  what === 'nameChanged' ? nameChange === 'revoke' && bearsName.includes(card.state) : endsBy.includes(what);

/** Cards that these news end at once, each with why: only where its own profile says so. */
export function cardsToEnd(
  news: readonly HolderNews[],
  cards: readonly Card[],
  profiles: Profiles,
): readonly { readonly card: Card; readonly why: HolderEnding }[] {
  return cards.filter(isOpen).flatMap((card) => {
    const profile = profiles.get(card.profile);
    const why = profile && news.find((each) => isAbout(each, card) && endedBy(profile, card, each.what));
    return why === undefined ? [] : [{ card, why: why.what }];
  });
}

/** Cards that carry an old name and work until they are replaced, with the day of their end. */
export function cardsToReplace(
  news: readonly HolderNews[],
  cards: readonly Card[],
  profiles: Profiles,
  now: EpochMs,
): readonly { readonly card: Card; readonly replaceBy: EpochMs }[] {
  return cards.flatMap((card) => {
    const profile = profiles.get(card.profile);
    const is =
      profile?.nameChange === 'replace' &&
      card.replaceBy === undefined &&
      bearsName.includes(card.state) &&
      news.some((each) => each.what === 'nameChanged' && isAbout(each, card));
    return is ? [{ card, replaceBy: now + profile.nameChangeDays * dayMs }] : [];
  });
}

/** The hub's own step that ends a card: one that is not made yet is withdrawn. */
export function endingStep({ state }: Pick<Card, 'state'>): Extract<CardAction, 'end' | 'withdraw'> {
  const living: readonly CardState[] = cardActions.end.from;
  return living.includes(state) ? 'end' : 'withdraw';
}

/** A live session, as far as a plan goes by it. */
export interface PlannedSession {
  readonly id: string;
  readonly person: string;
  /** Cards that proved the person in it. */
  readonly cards: readonly string[];
}

/** Somebody whom a change ends, and what the change says of them. */
export interface EndedPerson extends Pick<HeldPerson, 'person' | 'why' | 'tops'> {
  readonly news: readonly HolderNews[];
}

/** All that ends with these people: cards with their certificates, and the sessions that rest on them. Who is closed loses all sessions. */
export function planEndings(
  people: readonly EndedPerson[],
  {
    cards,
    sessions,
    profiles,
    now,
  }: {
    readonly cards: readonly Card[];
    readonly sessions: readonly PlannedSession[];
    readonly profiles: Profiles;
    readonly now: EpochMs;
  },
): readonly HeldPerson[] {
  const cardsOf = grouped(cards, ({ holder }) => holder);
  const sessionsOf = grouped(sessions, ({ person }) => person);
  return people.map(({ person, why, tops, news }) => {
    const own = cardsOf.get(person) ?? [];
    const atOnce = cardsToEnd(news, own, profiles).map(({ card }) => card);
    const later = cardsToReplace(news, own, profiles, now).map(({ card }) => card);
    const ended = new Set(atOnce.map(({ id }) => id));
    return {
      person,
      why,
      tops,
      cards: [...atOnce, ...later].map(({ id }) => id),
      certificates: [...atOnce, ...later].flatMap(({ certificates }) =>
        certificates.map(({ issuer, serial }) => `${issuer} ${serial}`),
      ),
      sessions: (sessionsOf.get(person) ?? [])
        .filter((session) => why === 'personClosed' || session.cards.some((card) => ended.has(card)))
        .map(({ id }) => id),
      accounts: [],
    };
  });
}

function grouped<T>(items: readonly T[], by: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group === undefined) groups.set(by(item), [item]);
    else group.push(item);
  }
  return groups;
}

// Whether a card may prove its holder now, as its own history says: asked at each card login, beside its revocation.
import { dayMs, type EpochMs } from '../../base/clock.ts';
import type { ReasonCode } from '../../wire/codes/index.ts';
import type { CardProfile } from '../catalogue/index.ts';
import { type Card, isOpen } from './card.ts';

export type CardStanding = 'good' | 'notHandedOver' | 'suspended' | 'expired' | 'ended';

/** Of a card that is known here. One that is not known here is judged by its certificate alone. */
export function cardStanding({ state }: Pick<Card, 'state'>): CardStanding {
  switch (state) {
    case 'received':
    case 'inUse':
      return 'good';
    case 'suspended':
      return 'suspended';
    case 'expired':
      return 'expired';
    case 'ended':
    case 'declined':
      return 'ended';
    default:
      return 'notHandedOver';
  }
}

const standingReasons = {
  notHandedOver: 'card.notHandedOver',
  suspended: 'card.suspended',
  expired: 'card.expired',
  ended: 'card.revoked',
} as const satisfies Readonly<Record<Exclude<CardStanding, 'good'>, ReasonCode>>;

/** Why a login with this certificate of the card is refused; undefined: its history allows it. */
export function standingRefusal(
  card: Pick<Card, 'state' | 'withdrawn'>,
  fingerprint: string,
): (typeof standingReasons)[keyof typeof standingReasons] | undefined {
  // The card was made again: what was made of it first never proves anybody.
  if (card.withdrawn?.some((one) => one.fingerprint === fingerprint)) return standingReasons.ended;
  const standing = cardStanding(card);
  return standing === 'good' ? undefined : standingReasons[standing];
}

/** When the last of its certificates ends; undefined while it has none. */
export const validUntil = ({ certificates }: Pick<Card, 'certificates'>): EpochMs | undefined =>
  certificates.length === 0 ? undefined : Math.max(...certificates.map(({ notAfter }) => notAfter));

/** The last of its certificates has run out; a card without any has no end. */
export const isPast = (card: Pick<Card, 'certificates'>, now: EpochMs): boolean =>
  (validUntil(card) ?? Number.POSITIVE_INFINITY) <= now;

/** Whole days until a card runs out; undefined: it is over, or has no end. */
export function daysLeft(card: Pick<Card, 'state' | 'certificates'>, now: EpochMs): number | undefined {
  const end = validUntil(card);
  return end === undefined || end <= now || !isOpen(card) ? undefined : Math.ceil((end - now) / dayMs);
}

/** So near its end that its holder may renew it. A temporary card is given back instead. */
export function runsOutSoon(
  card: Card,
  profile: Pick<CardProfile, 'renewBeforeDays'> | undefined,
  now: EpochMs,
): boolean {
  const days = daysLeft(card, now);
  return !card.temporary && days !== undefined && days <= (profile?.renewBeforeDays ?? 0);
}

/** Ordered in place of a card by a renewal of many, and nobody has come for it yet. */
export const awaitsRenewal = ({ renewalJob, state }: Pick<Card, 'renewalJob' | 'state'>): boolean =>
  renewalJob !== undefined && state === 'approved';

// Whether a card may prove its holder now, as its own history says: asked at each card login, beside its revocation.
import type { EpochMs } from '../../base/clock.ts';
import type { ReasonCode } from '../../wire/codes/index.ts';
import type { Card } from './card.ts';

export type CardStanding = 'good' | 'notHandedOver' | 'suspended' | 'ended';

/** Of a card that is known here. One that is not known here is judged by its certificate alone. */
export function cardStanding({ state }: Pick<Card, 'state'>): CardStanding {
  switch (state) {
    case 'received':
    case 'inUse':
      return 'good';
    case 'suspended':
      return 'suspended';
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
  ended: 'card.revoked',
} as const satisfies Readonly<Record<Exclude<CardStanding, 'good'>, ReasonCode>>;

/** Why a login with this card is refused; undefined: its history allows it. */
export function standingRefusal(
  card: Pick<Card, 'state'>,
): (typeof standingReasons)[keyof typeof standingReasons] | undefined {
  const standing = cardStanding(card);
  return standing === 'good' ? undefined : standingReasons[standing];
}

/** When the last of its certificates ends; undefined while it has none. */
export const validUntil = ({ certificates }: Pick<Card, 'certificates'>): EpochMs | undefined =>
  certificates.length === 0 ? undefined : Math.max(...certificates.map(({ notAfter }) => notAfter));

// What a card's ending is called in a revocation list (RFC 5280 5.3.1).
import type { CardEnding } from './card.ts';

export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
} as const;
export type RevocationReason = keyof typeof revocationReasons;

const reasons: Readonly<Record<CardEnding | 'hold', RevocationReason>> = {
  lost: 'keyCompromise',
  stolen: 'keyCompromise',
  broken: 'superseded',
  employmentEnded: 'affiliationChanged',
  licenceLost: 'privilegeWithdrawn',
  nameChanged: 'affiliationChanged',
  renewed: 'superseded',
  replaced: 'superseded',
  expired: 'cessationOfOperation',
  misuse: 'privilegeWithdrawn',
  mistake: 'superseded',
  hold: 'certificateHold',
};

export const revocationReason = (why: CardEnding | 'hold'): RevocationReason => reasons[why];

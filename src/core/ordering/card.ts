// A card as it is known here: whose, of which profile, how far it has come, and the certificates on it.
import type { EpochMs } from '../../base/clock.ts';
import type { IdentityDocument } from '../catalogue/index.ts';

/** How far a card has come. The first seven are its order, the rest its life. */
export const cardStates = [
  'ordered', // waits for an approval
  'approved', // waits for the holder at the counter, or for the holder's own order at the outside issuer
  'checked', // it was seen who the holder is; waits for the card's keys
  'requested', // certificates are asked of the issuer, or the card of the outside issuer
  'made', // waits for the holder's receipt
  'received', // in the holder's hand; not used yet
  'declined', // never became a card
  'inUse',
  'suspended',
  'ended',
  'expired', // the last of its certificates ran out; unlike an ended card it was good to its last day
] as const;
export type CardState = (typeof cardStates)[number];

/** Why a card ended. */
export const cardEndings = [
  'lost',
  'stolen',
  'broken',
  'employmentEnded',
  'licenceLost',
  'nameChanged',
  'renewed',
  'replaced',
  'expired',
  'misuse',
  'mistake',
] as const;
export type CardEnding = (typeof cardEndings)[number];

/** A certificate that is on the card. */
export interface CardCertificate {
  /** Certificate profile at the issuer. */
  readonly profile: string;
  /** Who signed it: `own`, or an outside issuer's id in the catalogue. */
  readonly issuer: string;
  /** Hexadecimal, without leading zeros. */
  readonly serial: string;
  /** SHA-256 of the DER form, hexadecimal: what a card login shows. */
  readonly fingerprint: string;
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  /** DER, base64; only where it comes from its issuer, to be kept. */
  readonly der?: string | undefined;
}

/** A certificate that somebody must revoke at its issuer, which takes no revocation over the network. */
export interface ByHand {
  readonly issuer: string;
  readonly serial: string;
}

export interface Card {
  readonly id: string;
  readonly profile: string;
  readonly holder: string;
  /** The employer that orders it. */
  readonly organisation: string;
  readonly state: CardState;
  /** Grows by one with each step: whoever decides on an older look is told so. */
  readonly revision: number;
  readonly orderedBy: string;
  readonly orderedAt: EpochMs;
  /** Valid for hours, in place of `replaces`. */
  readonly temporary: boolean;
  /** The card that this one comes after. */
  readonly replaces?: string | undefined;
  /** The renewal of many that ordered it. */
  readonly renewalJob?: string | undefined;
  readonly identityDocument?: IdentityDocument | undefined;
  readonly checkedBy?: string | undefined;
  readonly madeBy?: string | undefined;
  /** First of the two who end it, where its profile asks for two. */
  readonly endAskedBy?: string | undefined;
  /** The request for certificates (PKCS#10, DER, base64) while the issuer is asked. */
  readonly requests: readonly string[];
  readonly certificates: readonly CardCertificate[];
  /** Its keys were made by the hub and are in a file (PKCS #12), not in a chip. */
  readonly soft?: boolean | undefined;
  /** Certificates of earlier tries to make it: revoked, and never to prove anybody. */
  readonly withdrawn?: readonly CardCertificate[] | undefined;
  /** Still to be revoked by hand. */
  readonly byHand: readonly ByHand[];
  readonly ending?: CardEnding | undefined;
  /** It carries an old name: it ends then, or when the new card is received. */
  readonly replaceBy?: EpochMs | undefined;
}

/** One step of a card's history; never changed afterwards. */
export interface CardStep {
  readonly card: string;
  readonly revision: number;
  readonly action: string;
  readonly state: CardState;
  readonly at: EpochMs;
  /** The person who did it; none: the hub itself. */
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** A card as it is wished, before its order is decided. */
export const wishedCard = (
  wish: Pick<Card, 'id' | 'profile' | 'holder' | 'organisation' | 'orderedBy' | 'orderedAt' | 'temporary' | 'replaces'>,
): Card => ({ ...wish, state: 'ordered', revision: 1, requests: [], certificates: [], byHand: [] });

const overStates: readonly CardState[] = ['ended', 'expired', 'declined'];

/** Cards that are neither over nor declined. */
export const isOpen = ({ state }: Pick<Card, 'state'>): boolean => !overStates.includes(state);

/** It comes after a card that proved its holder online, not at a counter. */
export const wasProvenByCard = (card: Card): boolean =>
  !card.temporary &&
  card.replaces !== undefined &&
  (card.orderedBy === card.holder ||
    (card.renewalJob !== undefined && card.identityDocument === 'ownCard' && card.checkedBy === undefined));

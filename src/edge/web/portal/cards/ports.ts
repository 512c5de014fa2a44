// What the pages of cards need from the wiring.
import type { EpochMs } from '../../../../base/clock.ts';
import type { CardProfile, IdentityDocument } from '../../../../core/catalogue/index.ts';
import type {
  ActionInput,
  Card,
  CardAction,
  CardStep,
  OrderingRefusal,
  TemporaryReason,
} from '../../../../core/ordering/index.ts';
import type { Session } from '../../../../core/sessions/index.ts';

/** A card with the names that a list shows. */
export interface CardLine {
  readonly card: Card;
  /** Absent: the kind is no longer in the catalogue. */
  readonly profile: CardProfile | undefined;
  readonly holder: string;
  readonly organisation: string;
}

/** What the issuer is asked or told and has not done yet. */
export interface IssuerWork {
  readonly kind: 'submit' | 'revoke' | 'release';
  readonly since: EpochMs;
  /** Why the last try failed; undefined: not tried, not decided there, or not for these eyes. */
  readonly failure: string | undefined;
}

export interface CardView extends CardLine {
  readonly steps: readonly (CardStep & { readonly name: string | undefined })[];
  /** What this person may do now. */
  readonly actions: readonly CardAction[];
  readonly issuerWork: readonly IssuerWork[];
  /** Suspended here, and its issuer has no way to suspend it. */
  readonly suspendedHereOnly: boolean;
  /** Approved, and the directory does not know the identity that its issuer asks for. */
  readonly waitsForIdentity: boolean;
  readonly mayOrderTemporary: boolean;
  readonly mayRenew: boolean;
}

/** Which cards a list shows. */
export const cardFilters = ['open', 'waiting', 'expiring30', 'expiring60', 'expiring90', 'byHand', 'all'] as const;
export type CardFilter = (typeof cardFilters)[number];

export interface PlaceInList {
  readonly orderedAt: EpochMs;
  readonly id: string;
}

/** Somebody at an organisation, for whom a card may be ordered. */
export interface Employed {
  readonly person: string;
  readonly name: string;
  readonly organisation: string;
  readonly organisationName: string;
  readonly title: string | undefined;
}

export interface OrderWish {
  /** Id of the card to be, made with the form: the same form sent twice is one order. */
  readonly id: string;
  readonly holder: string;
  readonly organisation: string;
  readonly profile: string;
  readonly replaces: string | undefined;
}

/** What an officer asks for when somebody stands there without their card. */
export interface TemporaryWish {
  /** Id of the card to be, made with the form. */
  readonly id: string;
  /** The card that is missing. */
  readonly card: string;
  readonly why: TemporaryReason;
  readonly document: IdentityDocument | undefined;
}

export type CardDone =
  | { readonly kind: 'done' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly code: OrderingRefusal | 'order.request' };

/** A soft card, given once: neither the file nor its PIN is kept anywhere. */
export interface SoftCard {
  readonly kind: 'made';
  /** PKCS #12. */
  readonly file: Uint8Array;
  readonly pin: string;
  readonly card: Pick<Card, 'id' | 'revision' | 'temporary'>;
  readonly holder: string;
}

/** `late`: the issuer took too long or said no, and the keys are gone. */
export type SoftCardDone = SoftCard | { readonly kind: 'late' } | Exclude<CardDone, { readonly kind: 'done' }>;

export interface CardDesk {
  /** What this person may do for anybody. */
  tasks(person: string): Promise<{ readonly orders: boolean; readonly issues: boolean }>;
  /** Certificates that this person, as an officer, must see revoked by hand at their issuers. */
  byHand(person: string): Promise<number>;
  own(person: string): Promise<readonly CardLine[]>;
  /** Cards of the organisations that this person has a task over. */
  find(
    person: string,
    search: { readonly words: string; readonly show: CardFilter; readonly after?: PlaceInList | undefined },
  ): Promise<{ readonly lines: readonly CardLine[]; readonly next?: PlaceInList | undefined }>;
  /** Undefined: there is none, or this person may not see it. */
  look(session: Session, card: string): Promise<CardView | undefined>;
  /** A certificate of a card that this person may see, PEM. */
  certificate(session: Session, card: string, fingerprint: string): Promise<string | undefined>;
  /** People at the organisations that this person orders cards for. */
  people(person: string, words: string): Promise<{ readonly found: readonly Employed[]; readonly more: boolean }>;
  order(session: Session, wish: OrderWish): Promise<CardDone>;
  /** Cards of that name, or this one, in whose place the officer may make a temporary card. */
  missing(session: Session, search: { readonly words: string; readonly card: string }): Promise<readonly CardLine[]>;
  /** `done`: it is ordered and the holder seen; the card is made with keys of its own. */
  temporary(session: Session, wish: TemporaryWish): Promise<SoftCardDone | { readonly kind: 'done' }>;
  /** Makes the keys of a card, asks for its certificates, and waits for them. */
  makeSoft(session: Session, card: string, seen: number): Promise<SoftCardDone>;
  act(session: Session, card: string, action: CardAction, input: ActionInput, seen: number): Promise<CardDone>;
}

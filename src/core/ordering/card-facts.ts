// What a decision on a card looks at: who acts, what comes with the step, and all that is known of card and holder.
import type { EpochMs } from '../../base/clock.ts';
import type { CardProfile, IdentityDocument } from '../catalogue/index.ts';
import type { Administration, Assignment, Organisation, Person } from '../directory/index.ts';
import type { ByHand, Card, CardCertificate, CardEnding } from './card.ts';

/** Who acts: a person with what was granted to them, or the hub. */
export type Acting =
  | {
      readonly kind: 'person';
      readonly person: Pick<Person, 'id' | 'closed'>;
      readonly grants: readonly Administration[];
    }
  | { readonly kind: 'hub' };

/** What comes with an action, as read from a page or told by an issuer. */
export interface ActionInput {
  readonly document?: IdentityDocument | undefined;
  readonly ending?: CardEnding | undefined;
  readonly reason?: string | undefined;
  /** PKCS#10, DER, base64: one for each certificate profile. */
  readonly requests?: readonly string[] | undefined;
  /** The hub made the keys of these requests. */
  readonly soft?: boolean | undefined;
  /** What the issuer made of them. */
  readonly certificates?: readonly CardCertificate[] | undefined;
  /** When a card with an old name ends. */
  readonly replaceBy?: EpochMs | undefined;
  /** What its issuer could not be told to revoke. */
  readonly byHand?: readonly ByHand[] | undefined;
  /** The card whose certificates the renewal came with proved the holder in this session. */
  readonly provenBy?: string | undefined;
  /** The second officer of the renewal of many that orders it. */
  readonly approvedBy?: string | undefined;
}

export interface CardFacts {
  readonly now: EpochMs;
  readonly card: Card;
  readonly profile: CardProfile | undefined;
  readonly acting: Acting;
  readonly holder: Pick<Person, 'id' | 'closed'> | undefined;
  readonly assignments: readonly Assignment[];
  /** The card's organisation and all above it. */
  readonly organisations: ReadonlyMap<string, Organisation>;
  /** Other cards of the same holder. */
  readonly others: readonly Card[];
  readonly input: ActionInput;
  /** The revision that the person looked at. */
  readonly seen?: number | undefined;
}

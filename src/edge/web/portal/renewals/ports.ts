// What the pages of renewals need from the wiring.
import type { EpochMs } from '../../../../base/clock.ts';
import type { CardProfile } from '../../../../core/catalogue/index.ts';
import type {
  OrderingRefusal,
  RenewalAction,
  RenewalCounts,
  RenewalItemState,
  RenewalJob,
  RenewalRefusal,
} from '../../../../core/ordering/index.ts';
import type { Session } from '../../../../core/sessions/index.ts';

/** A job with the names that a list shows. */
export interface RenewalLine {
  readonly job: RenewalJob;
  /** Absent: the kind is no longer in the catalogue. */
  readonly profile: CardProfile | undefined;
  readonly organisation: string;
  readonly counts: RenewalCounts;
}

/** Why a card was passed over or failed. */
export type RenewalReason = OrderingRefusal | 'renewal.internal';

export interface RenewalItem {
  readonly place: number;
  readonly card: string;
  readonly holder: string;
  readonly validUntil: EpochMs;
  readonly state: RenewalItemState;
  readonly reason: RenewalReason | undefined;
  /** The card that was ordered. */
  readonly renewal: string | undefined;
}

export interface RenewalView extends RenewalLine {
  readonly askedBy: string;
  readonly approvedBy: string | undefined;
  /** What this person may do now. */
  readonly actions: readonly RenewalAction[];
  readonly reasons: readonly {
    readonly state: RenewalItemState;
    readonly reason: RenewalReason;
    readonly cards: number;
  }[];
  readonly secondsLeft: number | undefined;
  readonly items: readonly RenewalItem[];
  /** Place of the last item shown, when there are more. */
  readonly next: number | undefined;
}

export interface RenewalSearch {
  readonly words: string;
  readonly show: RenewalItemState | undefined;
  readonly after: number | undefined;
}

export interface RenewalWish {
  readonly organisation: string;
  readonly profile: string;
  /** `2027-06-30`, where the hub is. */
  readonly day: string;
}

export type RenewalDone =
  | { readonly kind: 'done'; readonly id: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly code: RenewalRefusal | 'renewal.day' | 'renewal.tooMany' };

export interface RenewalDesk {
  /** What this person may choose among; no organisation: they do not make cards. */
  choices(person: string): Promise<{
    readonly organisations: readonly { readonly id: string; readonly name: string }[];
    readonly profiles: readonly CardProfile[];
  }>;
  list(person: string): Promise<readonly RenewalLine[]>;
  /** Writes down what would be done; nothing is begun. */
  draft(session: Session, wish: RenewalWish): Promise<RenewalDone>;
  /** Undefined: there is none, or this person may not see it. */
  look(session: Session, id: string, search: RenewalSearch): Promise<RenewalView | undefined>;
  act(session: Session, id: string, action: RenewalAction, seen: number): Promise<RenewalDone>;
}

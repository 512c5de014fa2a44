// What the pages of changes that wait need from the wiring.
import type { EpochMs } from '../../../../base/clock.ts';
import type { HeldAction, HeldChange, HeldPerson, HeldRefusal } from '../../../../core/brake/index.ts';
import type { Session } from '../../../../core/sessions/index.ts';
import type { WantedProof } from '../proven.ts';

export interface HeldCounts {
  readonly people: number;
  readonly cards: number;
  readonly certificates: number;
  readonly sessions: number;
  readonly accounts: number;
}

/** A person of a plan, with the names that a page shows. */
export interface ShownHeldPerson extends HeldPerson {
  readonly name: string;
  readonly organisations: readonly string[];
}

export interface HeldView {
  readonly held: HeldChange;
  /** Name of the organisation whose count went over. */
  readonly over: string | undefined;
  readonly counts: HeldCounts;
  readonly people: readonly ShownHeldPerson[];
  /** The last of this page, when there are more. */
  readonly next: string | undefined;
  /** Those that count now. */
  readonly approvals: readonly { readonly name: string; readonly at: EpochMs }[];
  readonly decidedBy: string | undefined;
  /** Why this person may not approve it, but for the proof; undefined: they may. */
  readonly noApproval: HeldRefusal | undefined;
  readonly mayRefuse: boolean;
}

export type HeldDone = { readonly kind: 'done' | 'unknown' } | { readonly kind: 'refused'; readonly code: HeldRefusal };

export interface HeldDesk {
  /** Whether this person has the task over any organisation. */
  mayDecide(person: string): Promise<boolean>;
  /** Changes that this person may decide on or decided lately, the newest first. */
  list(person: string): Promise<readonly HeldChange[]>;
  /** Undefined: there is none, or this person may not see it. `after`: a person of the plan. */
  look(person: string, id: string, after: string): Promise<HeldView | undefined>;
  /** The proof is looked at again: of this session, so strong, so new. */
  decide(
    session: Session,
    id: string,
    action: HeldAction,
    given: { readonly proof: WantedProof; readonly reason: string },
  ): Promise<HeldDone>;
}

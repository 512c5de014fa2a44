// What the pages of accounts that differ need from the wiring.
import type { EpochMs } from '../../../../base/clock.ts';
import type {
  CheckCounts,
  CheckDoubt,
  Drift,
  DriftKind,
  MendChoice,
  MendRefusal,
} from '../../../../core/provisioning/index.ts';
import type { Session } from '../../../../core/sessions/index.ts';
import type { LocalizedText } from '../../../../wire/codes/index.ts';
import type { WantedProof } from '../proven.ts';

/** One look at a whole system. */
export interface ShownLook {
  readonly run: string;
  readonly endedAt: EpochMs;
  readonly counts: Partial<CheckCounts>;
  readonly doubt?: CheckDoubt | undefined;
}

/** A system with its newest whole look, and a later one that did not come to its end. */
export interface ShownTarget {
  readonly target: string;
  readonly name: LocalizedText;
  readonly look?: ShownLook | undefined;
  readonly unfinished?: { readonly at: EpochMs; readonly why: 'unreachable' | 'interrupted' } | undefined;
}

export interface ShownDrift extends Omit<Drift, 'person'> {
  /** Name of the holder, where there is one. */
  readonly name: string | undefined;
  /** The holder is protected: no value is shown. */
  readonly isProtected: boolean;
  /** Name of who had it mended; `hub`: by the system's record. */
  readonly askedBy?: string | undefined;
  readonly isMended: boolean;
}

export interface DriftView extends ShownTarget {
  readonly drifts: readonly ShownDrift[];
  /** The last key of this page, when there are more. */
  readonly next: string | undefined;
}

export type DriftDone =
  | { readonly kind: 'asked'; readonly count: number }
  | { readonly kind: 'held'; readonly change: string }
  | { readonly kind: 'refused'; readonly code: MendRefusal }
  | { readonly kind: 'unknown' };

export interface DriftDesk {
  /** Whether this person is an administrator of the hub. */
  mayLook(person: string): Promise<boolean>;
  list(): Promise<readonly ShownTarget[]>;
  /** Undefined: there is no such system. `after`: a key. */
  look(
    target: string,
    given: { readonly what?: DriftKind | undefined; readonly after: string },
  ): Promise<DriftView | undefined>;
  /** Right and proof are looked at again: of this session, so strong, so new. */
  mend(
    session: Session,
    target: string,
    given: { readonly run: string; readonly choice: MendChoice; readonly proof: WantedProof },
  ): Promise<DriftDone>;
}

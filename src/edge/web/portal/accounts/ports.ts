// What the pages of accounts in other systems need from the wiring.
import type { EpochMs } from '../../../../base/clock.ts';
import type {
  AccountAction,
  AccountDifference,
  AccountPlan,
  AccountRefusal,
  AccountStepKind,
  ActualAccount,
  DesiredAccount,
  NoAccount,
  RuleEffect,
} from '../../../../core/provisioning/index.ts';
import type { Session } from '../../../../core/sessions/index.ts';
import type { AuditKind, LocalizedText } from '../../../../wire/codes/index.ts';
import type { WantedProof } from '../proven.ts';

export const accountStates = ['open', 'closed', 'refused', 'waiting', 'deleted'] as const;
export type AccountState = (typeof accountStates)[number];

/** Which accounts a list shows. */
export const accountFilters = ['all', ...accountStates, 'ends1h', 'ends24h', 'ends7d'] as const;
export type AccountFilter = (typeof accountFilters)[number];

/** An account with the names that a list shows. */
export interface AccountLine {
  readonly target: string;
  /** Absent: the target is no longer in the catalogue. */
  readonly targetName: LocalizedText | undefined;
  readonly person: string;
  /** A protected person's initials. */
  readonly holder: string;
  readonly isProtected: boolean;
  readonly key: string | undefined;
  readonly state: AccountState;
  readonly isWaiting: boolean;
  /** Never of a protected person: it is made of the name. */
  readonly loginName: string | undefined;
  readonly principal: string | undefined;
  readonly until: EpochMs;
  readonly deleteFrom: EpochMs;
  /** Why it was refused, in codes; and what the target said. */
  readonly reason: string | undefined;
  readonly detail: string | undefined;
}

export interface PlaceAmongLines {
  readonly rank: string;
  readonly target: string;
  readonly person: string;
}

export interface LineSearch {
  readonly words: string;
  readonly target: string | undefined;
  readonly show: AccountFilter;
  readonly after?: PlaceAmongLines | undefined;
}

/** A login that was counted for the account. */
export interface CountedLogin {
  readonly rule: string;
  /** Absent: the rule is gone. */
  readonly ruleName: LocalizedText | undefined;
  readonly application: string;
  readonly organisation: string | undefined;
  readonly title: string | undefined;
  readonly at: EpochMs;
  readonly until: EpochMs;
  readonly reference: string;
  readonly isHolding: boolean;
}

export interface AccountEvent {
  readonly at: EpochMs;
  readonly kind: AuditKind;
  /** Who did it, where somebody did. */
  readonly by: string | undefined;
  readonly application: string | undefined;
  readonly reference: string | undefined;
  readonly steps: readonly AccountStepKind[];
  readonly until: EpochMs | undefined;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
}

export interface AccountView extends AccountLine {
  /** The newest first. */
  readonly logins: readonly CountedLogin[];
  /** As the rules want it now. */
  readonly wanted: DesiredAccount | undefined;
  /** Newest first. */
  readonly events: readonly AccountEvent[];
  /** Why this person may not do it, but for the proof and the reason; absent: they may. */
  readonly refusals: Readonly<Partial<Record<AccountAction, AccountRefusal>>>;
}

/** What a look at the target itself found. */
export type AccountLook =
  | { readonly kind: 'plan'; readonly plan: AccountPlan; readonly isThere: boolean }
  | { readonly kind: 'noAnswer' }
  | { readonly kind: 'nobody'; readonly reason: NoAccount | 'noKey' | 'targetClosed' };

export type AccountDone =
  | { readonly kind: 'done' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly code: AccountRefusal };

/** A rule as a form gives it: as text (YAML or JSON), or as fields. */
export interface RuleDraft {
  readonly text: string | undefined;
  readonly fields: ReadonlyMap<string, string>;
}

export interface RuleLine {
  readonly id: string;
  readonly name: LocalizedText;
  readonly targetName: LocalizedText | undefined;
  /** The rule's fields as the form shows them, and the whole as text. */
  readonly fields: ReadonlyMap<string, string>;
  readonly text: string;
}

export interface DryRunLine {
  readonly target: string;
  readonly person: string;
  readonly holder: string;
  readonly effect: RuleEffect;
  readonly differences: readonly AccountDifference[];
}

export type DryRun =
  | {
      readonly kind: 'done';
      readonly counts: Readonly<Record<RuleEffect, number>>;
      /** Some of those that would be otherwise. */
      readonly sample: readonly DryRunLine[];
      /** People for whom the rule is: as it is, and as it would be. */
      readonly reach: { readonly before: number; readonly after: number };
      readonly looked: number;
      /** False: there was no time for everybody. */
      readonly isWhole: boolean;
    }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

/** What stands in targets of the hub's own: for the demo, where everybody is made up. */
export interface DirectoryReader {
  read(): Promise<readonly { readonly name: LocalizedText; readonly accounts: readonly ActualAccount[] }[]>;
}

export interface AccountDesk {
  /** Whether this person looks after accounts of anybody. */
  mayLook(person: string): Promise<boolean>;
  /** Targets of the catalogue, for the search. */
  targets(): readonly { readonly id: string; readonly name: LocalizedText }[];
  own(person: string): Promise<readonly AccountLine[]>;
  find(
    person: string,
    search: LineSearch,
  ): Promise<{ readonly lines: readonly AccountLine[]; readonly next?: PlaceAmongLines | undefined }>;
  /** Undefined: there is none, or this person may not see it. */
  look(session: Session, target: string, person: string): Promise<AccountView | undefined>;
  /** Asks the target what work would do now; bounded in time, changes nothing. Undefined as above. */
  check(session: Session, target: string, person: string): Promise<AccountLook | undefined>;
  /** The proof is looked at again: of this session, so strong, so new. */
  act(
    session: Session,
    account: { readonly target: string; readonly person: string },
    action: AccountAction,
    given: { readonly proof: WantedProof; readonly reason: string },
  ): Promise<AccountDone>;
  rules(): readonly RuleLine[];
  /** From what is stored alone; changes nothing. */
  dryRun(person: string, draft: RuleDraft): Promise<DryRun>;
}

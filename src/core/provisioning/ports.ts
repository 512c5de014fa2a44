// What provisioning needs from a target: to find an account by its stable key, and to do one step to it.
import type { AccountStep, ActualAccount } from './account.ts';

/** What is read of an account beside what every account has. */
export interface AccountView {
  readonly attributes: readonly string[];
  readonly groups: readonly string[];
}

/** Why a target did not do a step. */
export type TargetRefusal =
  /** Every login name that was tried is taken. */
  | 'namesTaken'
  | 'groupMissing'
  | 'containerMissing'
  /** Its password policy took none of ours. */
  | 'passwordPolicy'
  /** The hub may not do that there. */
  | 'notAllowed'
  /** Another account there is known by the card: it would open neither. */
  | 'cardTaken'
  /** It refused a value. */
  | 'badValue'
  /** It takes no changes now. */
  | 'readOnly';

export type StepAnswer =
  | { readonly kind: 'done'; readonly account: ActualAccount | undefined }
  | { readonly kind: 'refused'; readonly reason: TargetRefusal; readonly detail: string };

/**
 * Port: one target. Every method is bounded in time and throws a `Problem` when the target cannot be reached: the outbox tries again.
 * Every step may be done twice: the second time changes nothing and is `done`.
 */
export interface AccountTargetPort {
  /** Every account with the stable key. */
  readonly find: (key: string, view: AccountView) => Promise<readonly ActualAccount[]>;
  /** `account` is what `find` or the step before answered; absent for `create`. */
  readonly step: (step: AccountStep, account: ActualAccount | undefined, view: AccountView) => Promise<StepAnswer>;
  /** Other servers of the target, which applications ask: an account is ready when all of them have it. */
  readonly witnesses?: readonly AccountWitness[] | undefined;
  /** All accounts that bear the hub's mark, in the order of `reconcileOrder`. */
  readonly all: (view: AccountView) => AsyncIterable<ActualAccount>;
  /** What keeps the target from working, in words for an administrator: for `tillit target check`. `written`: what rules write there. */
  readonly check: (written?: readonly string[]) => Promise<readonly TargetFault[]>;
}

/** A server of a target that hears of changes later than the one that makes them. */
export interface AccountWitness {
  readonly name: string;
  /** Every account with the stable key, as it is there. */
  readonly find: AccountTargetPort['find'];
}

export interface TargetFault {
  readonly what: string;
  readonly why: string;
  /** It works all the same: what an administrator has to know. */
  readonly note?: true | undefined;
}

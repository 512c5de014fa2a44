// What an administrator may see of somebody's account and do to it: one pure decision, and what no task covers is refused.
import type { EpochMs } from '../../base/clock.ts';
import { holds, type PersonFacts } from '../directory/directory.ts';
import type { AccountGrant } from './grant.ts';

/** `tryAgain`: the work on the account is done once more now. `close`: what holds it open ends, and it is closed. */
export const accountActions = ['tryAgain', 'close'] as const;
export type AccountAction = (typeof accountActions)[number];

export const accountRefusals = ['notYours', 'weak', 'others', 'over', 'reason'] as const;
export type AccountRefusal = (typeof accountRefusals)[number];

/** Organisations that an administrator looks after accounts for; `all`: an administrator of the hub. */
export type AccountScope = ReadonlySet<string> | 'all';

export interface AccountActionFacts {
  readonly action: AccountAction;
  readonly over: AccountScope;
  readonly holder: Pick<PersonFacts, 'assignments'>;
  /** Logins that hold the account open now. */
  readonly grants: readonly AccountGrant[];
  /** What the hub knows of it; `waiting`: asked for, and not there yet. */
  readonly state: 'open' | 'closed' | 'deleted' | 'refused' | 'waiting';
  /** By a proof that is strong and fresh. */
  readonly isProven: boolean;
  readonly reason: string;
  readonly now: EpochMs;
}

const covers = (over: AccountScope, organisation: string | undefined): boolean =>
  over === 'all' || (organisation !== undefined && over.has(organisation));

/** Somebody is one's own while they hold an assignment at an organisation of one's own. */
export const seesAccountsOf = (over: AccountScope, { assignments }: Pick<PersonFacts, 'assignments'>, now: EpochMs) =>
  over === 'all' || assignments.some((one) => holds(one, now) && covers(over, one.organisation));

export interface AccountActionCheck {
  readonly name: string;
  readonly clause: string;
  readonly refusal: AccountRefusal;
  /** True when it passes. */
  readonly test: (facts: AccountActionFacts) => boolean;
}

/** In order: nobody learns more of an account than they may see. */
export const accountActionChecks: readonly AccountActionCheck[] = [
  {
    name: 'account.own',
    clause: 'V3: only accounts of people of one’s own organisations',
    refusal: 'notYours',
    test: ({ over, holder, now }) => seesAccountsOf(over, holder, now),
  },
  {
    name: 'account.proven',
    clause: 'V3: by a proof that is strong and fresh',
    refusal: 'weak',
    test: ({ isProven }) => isProven,
  },
  {
    name: 'account.ownLogins',
    clause: 'V3: nobody closes what a login for another organisation opened',
    refusal: 'others',
    test: ({ action, over, holder, grants }) =>
      action !== 'close' ||
      over === 'all' ||
      grants.every(({ assignment }) =>
        covers(over, holder.assignments.find(({ id }) => id === assignment)?.organisation),
      ),
  },
  {
    name: 'account.closable',
    clause: 'K8: what is closed already is not closed again',
    refusal: 'over',
    test: ({ action, state, grants }) =>
      action === 'close' ? state === 'open' || grants.length > 0 : state !== 'deleted' || grants.length > 0,
  },
  {
    name: 'account.reason',
    clause: 'B2: who closes somebody else’s account says why',
    refusal: 'reason',
    test: ({ action, reason }) => action !== 'close' || reason.trim() !== '',
  },
];

/** Why an action may not be taken; undefined: it may. */
export const refusedAccountAction = (
  facts: AccountActionFacts,
  checks: readonly AccountActionCheck[] = accountActionChecks,
): AccountRefusal | undefined => checks.find(({ test }) => !test(facts))?.refusal;

// Looks whether other servers of a target have an account already as it was left on the first (K5).
import type { Clock } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import type { DesiredAccount } from './account.ts';
import { planAccount } from './plan.ts';
import type { AccountTargetPort, AccountView } from './ports.ts';

/** How long is waited for the others before the work is put back and done again later. */
export interface Patience {
  readonly mostMs: number;
  readonly pause: () => Promise<void>;
}

/** What a server that does not have it says of itself, for people; undefined: all have it. */
export async function unconfirmed(
  { witnesses = [] }: Pick<AccountTargetPort, 'witnesses'>,
  desired: DesiredAccount,
  view: AccountView,
  { clock, patience }: { readonly clock: Clock; readonly patience?: Patience | undefined },
): Promise<string | undefined> {
  const until = clock() + (patience?.mostMs ?? 0);
  for (const { name, find } of witnesses)
    for (;;) {
      const why = await differs(find, desired, view, clock);
      if (why === undefined) break;
      if (patience === undefined || clock() >= until) return `${name}: ${why}`;
      await patience.pause();
    }
  return undefined;
}

/** The planner is the judge: there is nothing left to do there. */
async function differs(
  find: AccountTargetPort['find'],
  desired: DesiredAccount,
  view: AccountView,
  clock: Clock,
): Promise<string | undefined> {
  try {
    const actual = await find(desired.key, view);
    const plan = planAccount({ desired, actual, ownedGroups: view.groups }, clock());
    if (plan.kind === 'stopped') return plan.why;
    return plan.steps.length === 0 ? undefined : `not yet: ${plan.steps.map(({ kind }) => kind).join(', ')}`;
  } catch (cause) {
    if (!(cause instanceof Problem) || cause.kind !== 'unavailable') throw cause;
    return 'it does not answer';
  }
}

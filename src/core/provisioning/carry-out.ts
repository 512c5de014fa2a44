// Brings one account to what is wanted: looks, plans, does the steps. After a stop anywhere it is done once more from the start.
import type { Clock } from '../../base/clock.ts';
import type { AccountStep, ActualAccount, DesiredAccount } from './account.ts';
import { type Patience, unconfirmed } from './confirm.ts';
import { type PlanStop, planAccount } from './plan.ts';
import type { AccountTargetPort, AccountView, TargetRefusal } from './ports.ts';

export type CarriedOut =
  | {
      readonly kind: 'asWanted';
      readonly account: ActualAccount | undefined;
      readonly done: readonly AccountStep[];
      /** Another server of the target does not have it yet, and why: nobody may go on to an application that asks that one. */
      readonly unconfirmed?: string | undefined;
    }
  | { readonly kind: 'stopped'; readonly why: PlanStop }
  | {
      readonly kind: 'refused';
      readonly reason: TargetRefusal;
      readonly detail: string;
      readonly at: AccountStep;
      readonly done: readonly AccountStep[];
    };

/**
 * `view` names what rules of the target write. Throws a `Problem` when the target cannot be reached; what was done until then stays,
 * and the next try goes on from what it finds. Two at once for one person must not be: the outbox keeps one key in order.
 */
export async function carryOut(
  port: AccountTargetPort,
  desired: DesiredAccount,
  view: AccountView,
  clock: Clock,
  patience?: Patience,
): Promise<CarriedOut> {
  const actual = await port.find(desired.key, view);
  const plan = planAccount({ desired, actual, ownedGroups: view.groups }, clock());
  if (plan.kind === 'stopped') return plan;
  const done: AccountStep[] = [];
  let account = actual[0];
  for (const step of plan.steps) {
    const answer = await port.step(step, account, view);
    if (answer.kind === 'refused') return { ...answer, at: step, done };
    account = answer.account;
    done.push(step);
  }
  // What closes is true where it was written: nobody waits for that.
  const open = clock() < desired.until;
  const lacking = open ? await unconfirmed(port, desired, view, { clock, patience }) : undefined;
  return { kind: 'asWanted', account, done, ...(lacking === undefined ? {} : { unconfirmed: lacking }) };
}

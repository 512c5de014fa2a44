// Everybody's accounts against what rules want, in one pass over two sorted streams: memory stays flat whatever their length.
import type { EpochMs } from '../../base/clock.ts';
import type { AccountStep, ActualAccount, DesiredAccount } from './account.ts';
import { isMark } from './desired.ts';
import { type AccountPlan, groupsOf, planAccount } from './plan.ts';

/** What a full look found of one stable key. */
export interface Finding {
  readonly key: string;
  readonly what: /** As it should be. */
    | 'asWanted'
    /** Somebody or something changed it: the plan mends it. */
    | 'drifted'
    /** It should be there and is not. */
    | 'missing'
    /** The hub made it, and knows nobody whose it is. */
    | 'orphan'
    /** It bears the key of one of ours and was made by others, or twice. */
    | 'stopped';
  readonly desired?: DesiredAccount | undefined;
  readonly actual: readonly ActualAccount[];
  readonly plan: AccountPlan;
}

const byKey = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Order of both streams. */
export const reconcileOrder = (a: { readonly key: string }, b: { readonly key: string }): number => byKey(a.key, b.key);

/**
 * Findings in order of the key. Both streams must be sorted by `reconcileOrder`; one that is not is an error, since what it hides
 * would be taken for an orphan and closed. Accounts that are not the hub's and that no rule wants are passed over.
 */
export async function* reconcile(
  wanted: AsyncIterable<DesiredAccount> | Iterable<DesiredAccount>,
  there: AsyncIterable<ActualAccount> | Iterable<ActualAccount>,
  ownedGroups: readonly string[],
  now: EpochMs,
): AsyncGenerator<Finding> {
  const left = inOrder(wanted, 'wanted');
  const right = inOrder(there, 'actual');
  let desired = await left.next();
  let actual = await right.next();
  while (!desired.done || !actual.done) {
    const key = smaller(desired.done ? undefined : desired.value.key, actual.done ? undefined : actual.value.key);
    const want = !desired.done && desired.value.key === key ? desired.value : undefined;
    if (want !== undefined) desired = await left.next();
    if (want !== undefined && !desired.done && desired.value.key === key)
      throw new Error(`two accounts are wanted for one key`);
    const found: ActualAccount[] = [];
    while (!actual.done && actual.value.key === key) {
      found.push(actual.value);
      actual = await right.next();
    }
    const finding = lookAt(key, want, found, ownedGroups, now);
    if (finding !== undefined) yield finding;
  }
}

/** What is found of one key; undefined: it is nobody's business of ours. */
export function lookAt(
  key: string,
  desired: DesiredAccount | undefined,
  actual: readonly ActualAccount[],
  ownedGroups: readonly string[],
  now: EpochMs,
): Finding | undefined {
  if (desired === undefined) {
    const ours = actual.filter(({ mark }) => isMark(mark));
    const [only] = ours;
    if (only === undefined) return undefined;
    const plan: AccountPlan =
      ours.length > 1
        ? { kind: 'stopped', why: 'ambiguous' }
        : { kind: 'steps', steps: orphanSteps(only, ownedGroups) };
    return { key, what: 'orphan', actual: ours, plan };
  }
  const plan = planAccount({ desired, actual, ownedGroups }, now);
  if (plan.kind === 'stopped') return { key, what: 'stopped', desired, actual, plan };
  const what = plan.steps.length === 0 ? 'asWanted' : actual.length === 0 ? 'missing' : 'drifted';
  return { key, what, desired, actual, plan };
}

/** An account that is nobody's is closed and loses what rules gave it. It is not deleted: that is for a human. */
const orphanSteps = (account: ActualAccount, ownedGroups: readonly string[]): readonly AccountStep[] => [
  ...(account.enabled ? [{ kind: 'disable' } as const] : []),
  ...groupsOf(account, ownedGroups).map((group): AccountStep => ({ kind: 'removeGroup', group })),
];

const smaller = (a: string | undefined, b: string | undefined): string => {
  if (a === undefined) return b ?? '';
  return b === undefined || a <= b ? a : b;
};

async function* inOrder<One extends { readonly key: string }>(
  stream: AsyncIterable<One> | Iterable<One>,
  name: string,
): AsyncGenerator<One, undefined> {
  let last: One | undefined;
  for await (const one of stream) {
    if (last !== undefined && reconcileOrder(last, one) > 0) throw new Error(`the ${name} accounts are not in order`);
    last = one;
    yield one;
  }
  return undefined;
}

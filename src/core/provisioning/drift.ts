// What a full look found out of order, in words that a person can judge: what somebody changed, and what mending would do.
import type { EpochMs } from '../../base/clock.ts';
import { mustWait } from '../brake/index.ts';
import type { AccountStepKind, ActualAccount, DesiredAccount } from './account.ts';
import { isMark, markOf } from './desired.ts';
import type { PlanStop } from './plan.ts';
import type { Finding } from './reconcile.ts';

export const driftKinds = [
  /** Open past its end, or with a later one than rules give. */
  'openedByHand',
  /** Changed in any other way. */
  'drifted',
  /** It should be there and is not. */
  'missing',
  /** The hub made it, and knows nobody whose it is. */
  'orphan',
  /** Nothing is done about it: a human must look. */
  'stopped',
] as const;
export type DriftKind = (typeof driftKinds)[number];

/** One thing that is not as rules want it. Values are what rules write of a person, never a secret. */
export type Difference =
  | {
      readonly kind: 'attribute';
      readonly name: string;
      readonly is: readonly string[];
      readonly wanted: readonly string[];
    }
  /** A group that rules own: somebody put the account in, or took it out. */
  | { readonly kind: 'groupAdded' | 'groupRemoved'; readonly group: string }
  /** A card of a login that still opens it, or that was to. */
  | { readonly kind: 'cardAdded' | 'cardRemoved'; readonly mapping: string }
  | { readonly kind: 'moved'; readonly is: string; readonly wanted: string }
  | { readonly kind: 'end'; readonly is?: EpochMs | undefined; readonly wanted: EpochMs }
  /** Open past its end. */
  | { readonly kind: 'enabled'; readonly wanted: EpochMs }
  | { readonly kind: 'disabled' | 'noPassword' | 'notThere' | 'nobodys' | 'notDeleted' }
  /** The mark that says that it is the hub's was taken off, or another put on. */
  | { readonly kind: 'markRemoved' }
  | { readonly kind: 'notOurs' | 'ambiguous' };

/** One key that is not as rules want it. */
export interface Drift {
  readonly key: string;
  readonly what: DriftKind;
  readonly person?: string | undefined;
  readonly loginName?: string | undefined;
  readonly differences: readonly Difference[];
  /** What mending would do, as it looked then. */
  readonly steps: readonly AccountStepKind[];
  /** Mending takes the account away from somebody. */
  readonly closes: boolean;
}

/** `made`: the object that the hub made for the key, where it remembers one. Undefined: it is as wanted. */
export function driftOf({ key, what, desired, actual, plan }: Finding, made?: string): Drift | undefined {
  if (what === 'asWanted') return undefined;
  const steps = plan.kind === 'stopped' ? [] : plan.steps.map(({ kind }) => kind);
  const common = {
    key,
    person: desired?.person ?? personOfMark(actual[0]?.mark),
    loginName: actual[0]?.loginName,
    steps,
    closes: steps.some((kind) => kind === 'disable' || kind === 'delete'),
  };
  if (plan.kind === 'stopped')
    return { ...common, what: 'stopped', differences: [{ kind: whyStopped(plan.why, actual, made) }] };
  if (desired === undefined) return { ...common, what: 'orphan', differences: [{ kind: 'nobodys' }] };
  const [account] = actual;
  if (account === undefined) return { ...common, what: 'missing', differences: [{ kind: 'notThere' }] };
  const differences = plan.steps.flatMap((step) => differencesOf(step, desired, account));
  const isOpened = differences.some((one) => one.kind === 'enabled' || (one.kind === 'end' && isLater(one)));
  return { ...common, what: isOpened ? 'openedByHand' : 'drifted', differences };
}

const isLater = ({ is, wanted }: Extract<Difference, { kind: 'end' }>): boolean => is === undefined || is > wanted;

const whyStopped = (
  why: PlanStop,
  actual: readonly ActualAccount[],
  made: string | undefined,
): 'ambiguous' | 'markRemoved' | 'notOurs' =>
  why === 'ambiguous' ? why : made !== undefined && actual[0]?.id === made ? 'markRemoved' : 'notOurs';

function differencesOf(
  step: Extract<Finding['plan'], { kind: 'steps' }>['steps'][number],
  desired: DesiredAccount,
  account: ActualAccount,
): readonly Difference[] {
  switch (step.kind) {
    case 'change':
      return Object.entries(step.attributes).map(([name, wanted]) => ({
        kind: 'attribute',
        name,
        is: valuesOf(account, name),
        wanted,
      }));
    case 'move':
      return [{ kind: 'moved', is: account.container, wanted: step.container }];
    case 'setPassword':
      return [{ kind: 'noPassword' }];
    case 'addGroup':
      return [{ kind: 'groupRemoved', group: step.group }];
    case 'removeGroup':
      return [{ kind: 'groupAdded', group: step.group }];
    case 'mapCard':
      return [{ kind: 'cardRemoved', mapping: step.mapping }];
    case 'unmapCard':
      return [{ kind: 'cardAdded', mapping: step.mapping }];
    case 'enable':
      return [{ kind: 'disabled' }];
    case 'extend':
      return [{ kind: 'end', is: account.expiresAt, wanted: step.until }];
    case 'disable':
      return [{ kind: 'enabled', wanted: desired.until }];
    case 'delete':
      return [{ kind: 'notDeleted' }];
    default:
      return [];
  }
}

const valuesOf = ({ attributes }: ActualAccount, name: string): readonly string[] =>
  Object.entries(attributes).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1] ?? [];

/** Whose the hub said an account is when it made it. */
export const personOfMark = (mark: string | undefined): string | undefined =>
  isMark(mark) ? mark?.slice(markOf('').length) : undefined;

/** What a run counted. */
export type CheckCounts = Readonly<Record<DriftKind | 'asWanted', number>> & {
  /** Keys with an account in the target. */
  readonly there: number;
};

export const noCounts = (): { -readonly [Name in keyof CheckCounts]: number } => ({
  asWanted: 0,
  openedByHand: 0,
  drifted: 0,
  missing: 0,
  orphan: 0,
  stopped: 0,
  there: 0,
});

/** Why a run is not to be believed without two people: a target that shows little is more likely ill than emptied. */
export type CheckDoubt = 'nothingThere' | 'manyMissing';

export function doubtOf({ missing, there }: Pick<CheckCounts, 'missing' | 'there'>): CheckDoubt | undefined {
  if (there === 0 && missing > 1) return 'nothingThere';
  return mustWait(missing, missing + there) ? 'manyMissing' : undefined;
}

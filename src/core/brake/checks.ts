// What must hold of who decides on a held change, in one list; a test leaves each out to see a case turn.
import type { EpochMs } from '../../base/clock.ts';
import { type Administration, administeredBy, type Organisation, type Person } from '../directory/index.ts';
import { type HeldChange, isOpenChange, livingApprovals } from './held-change.ts';

export type HeldAction = 'approve' | 'refuse';

export interface HeldFacts {
  readonly now: EpochMs;
  readonly held: HeldChange;
  readonly person: Pick<Person, 'id' | 'closed'>;
  readonly grants: readonly Administration[];
  /** Every top of the change that is still there, with all above it (nothing). */
  readonly organisations: ReadonlyMap<string, Organisation>;
  /** Who decides is in the plan. */
  readonly isAffected: boolean;
  /** They have proven themselves strongly, and just now. */
  readonly isProven: boolean;
  readonly reason?: string | undefined;
}

export type HeldRefusal =
  | 'held.noRight'
  | 'held.over'
  | 'held.weak'
  | 'held.broughtIn'
  | 'held.affected'
  | 'held.twice'
  | 'held.reason';

export interface BrakeCheck {
  readonly name: string;
  readonly clause: string;
  readonly code: HeldRefusal;
  readonly of: readonly HeldAction[];
  /** True when the decision may be taken. */
  readonly test: (facts: HeldFacts) => boolean;
}

const both = ['approve', 'refuse'] as const;

/** Whether this person has the task over each organisation tree that loses people; over any, where none does. */
export function mayDecide({
  held,
  person,
  grants,
  organisations,
  now,
}: Pick<HeldFacts, 'person' | 'grants' | 'organisations' | 'now'> & {
  readonly held: Pick<HeldChange, 'tops'>;
}): boolean {
  const over = (organisation: string): boolean =>
    administeredBy(grants, { person, task: 'approveEndings', organisation, organisations, now }) !== undefined;
  // An organisation that is gone by now is nobody's: it asks for nobody.
  const there = held.tops.filter((top) => organisations.has(top));
  return there.length > 0
    ? there.every(over)
    : grants.some(({ scope }) => scope.kind === 'organisation' && over(scope.organisation));
}

export const brakeChecks: readonly BrakeCheck[] = [
  {
    name: 'brake.right',
    clause: 'V3: who has the task over every organisation that loses people; first, so that nothing else is told',
    code: 'held.noRight',
    of: both,
    test: mayDecide,
  },
  {
    name: 'brake.open',
    clause: 'H2: once, and not what ran out or was replaced',
    code: 'held.over',
    of: both,
    test: ({ held, now }) => isOpenChange(held, now),
  },
  {
    name: 'brake.proof',
    clause: 'H2: by a strong proof, just now: a session that somebody left ends nobody',
    code: 'held.weak',
    of: both,
    test: ({ isProven }) => isProven,
  },
  {
    name: 'brake.otherThanBringer',
    clause: 'H2: who brought it in is not among the two',
    code: 'held.broughtIn',
    of: ['approve'],
    test: ({ held, person }) => !held.bringers.includes(person.id),
  },
  {
    name: 'brake.notAffected',
    clause: 'H2: nobody decides on a change that ends them',
    code: 'held.affected',
    of: both,
    test: ({ isAffected }) => !isAffected,
  },
  {
    name: 'brake.twoPeople',
    clause: 'H2: two different people',
    code: 'held.twice',
    of: ['approve'],
    test: ({ held, person, now }) => !livingApprovals(held, now).some((one) => one.person === person.id),
  },
  {
    name: 'brake.reason',
    clause: 'B2: who refuses says why',
    code: 'held.reason',
    of: ['refuse'],
    test: ({ reason }) => (reason ?? '').trim() !== '',
  },
];

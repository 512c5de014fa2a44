// Finds pairs of one person's assignments that a rule does not let hold at the same time (V4). Pure.
import type { EpochMs } from '../../base/clock.ts';
import type { AuditRecord } from '../audit/record.ts';
import {
  type AssignmentConflict,
  type AssignmentSide,
  type ConflictEffect,
  conflictTime,
} from '../catalogue/assignment-conflict.ts';
import { covers } from './administration.ts';
import type { Assignment, Organisation } from './directory.ts';

/** Two assignments of one person that a rule keeps apart, and when both hold and the rule is in force. */
export interface FoundConflict {
  readonly rule: string;
  readonly effect: ConflictEffect;
  /** Their ids, in order. */
  readonly assignments: readonly [string, string];
  readonly from: EpochMs;
  readonly until: EpochMs;
}

export interface ConflictFacts {
  readonly assignments: readonly Assignment[];
  /** Those of the assignments and all that they are part of. */
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly rules: Iterable<AssignmentConflict>;
  /** What was over before is no conflict any more. */
  readonly now: EpochMs;
}

/** True when the assignment is of this sort: at one of the organisations or below it, in one of the roles. */
const fits = (
  { organisations, roles }: AssignmentSide,
  { organisation, role }: Assignment,
  known: ConflictFacts['organisations'],
): boolean =>
  (roles.length === 0 || roles.includes(role)) &&
  (organisations.length === 0 ||
    organisations.some((each) => covers({ kind: 'organisation', organisation: each }, organisation, known)));

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Every pair, now or later, in one order whatever the order of what is given. One assignment never conflicts with itself,
 * one that has ended with none, and one at a closed organisation with none: it lets nobody in.
 */
export function findConflicts({ assignments, organisations, rules, now }: ConflictFacts): readonly FoundConflict[] {
  const counting = assignments
    .filter((one) => organisations.get(one.organisation)?.closed !== true)
    .sort((a, b) => byText(a.id, b.id));
  const found: FoundConflict[] = [];
  if (counting.length < 2) return found;
  for (const rule of rules) {
    const time = conflictTime(rule);
    const sides = counting.map((one) =>
      rule.between.flatMap((side, index) => (fits(side, one, organisations) ? [index] : [])),
    );
    counting.forEach((first, one) => {
      counting.slice(one + 1).forEach((second, offset) => {
        const others = sides[one + 1 + offset] ?? [];
        if (!(sides[one] ?? []).some((side) => others.some((other) => other !== side))) return;
        const from = Math.max(now, time.from, first.from ?? now, second.from ?? now);
        const until = Math.min(
          time.until,
          first.until ?? Number.POSITIVE_INFINITY,
          second.until ?? Number.POSITIVE_INFINITY,
        );
        if (from < until)
          found.push({ rule: rule.id, effect: rule.effect, assignments: [first.id, second.id], from, until });
      });
    });
  }
  return found.sort((a, b) => byText(a.rule, b.rule) || byText(a.assignments.join('\n'), b.assignments.join('\n')));
}

/** Those that hold at this very moment. */
export const conflictsNow = (facts: ConflictFacts): readonly FoundConflict[] =>
  findConflicts(facts).filter(({ from }) => from <= facts.now);

/** Conflicts of `after` that `before` did not have, or not for so long: what a change brings about. */
export const newConflicts = (
  before: readonly FoundConflict[],
  after: readonly FoundConflict[],
): readonly FoundConflict[] =>
  after.filter(
    (one) =>
      !before.some(
        (old) =>
          old.rule === one.rule &&
          old.effect === one.effect &&
          old.assignments.join('\n') === one.assignments.join('\n') &&
          old.from <= one.from &&
          one.until <= old.until,
      ),
  );

/** What the trail tells of such a pair. `seen`: where it was found. */
export const conflictEvent = (
  { rule, effect, assignments }: FoundConflict,
  given: Pick<AuditRecord, 'at' | 'person'> & Partial<AuditRecord> & { readonly seen: 'change' | 'source' | 'login' },
): AuditRecord => {
  const { seen, body, ...about } = given;
  return {
    ...about,
    kind: 'person.assignmentsConflict',
    outcome: 'ok',
    body: { ...(body as Record<string, unknown> | undefined), rule, effect, assignments, seen },
  };
};

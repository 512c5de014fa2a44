// Assignments of one person that may not hold at the same time, as data: for example at two insurers (V4).
import type { EpochMs } from '../../base/clock.ts';
import type { LocalizedText } from '../../wire/codes/index.ts';
import { instantOf } from './schema-parts.ts';

/** What follows from such a pair: it is told of, or neither of the two lets anybody in. */
export const conflictEffects = ['report', 'block'] as const;
export type ConflictEffect = (typeof conflictEffects)[number];

/** Assignments of one sort. A list that is empty names all. */
export interface AssignmentSide {
  /** Each with everything below it. */
  readonly organisations: readonly string[];
  readonly roles: readonly string[];
}

/** "Nobody holds an assignment of one of these sorts together with one of another of them." */
export interface AssignmentConflict {
  readonly id: string;
  /** What people read. */
  readonly name: LocalizedText;
  readonly between: readonly AssignmentSide[];
  readonly effect: ConflictEffect;
  /** Who answers questions about it. */
  readonly owner: string;
  /** Why there is such a rule. */
  readonly reason: string;
  /** ISO date or instant; absent = always, and for good. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** When the rule is in force; a date that is not in the calendar leaves no time out. */
export const conflictTime = ({
  from,
  until,
}: AssignmentConflict): { readonly from: EpochMs; readonly until: EpochMs } => ({
  from: (from === undefined ? undefined : instantOf(from)) ?? Number.NEGATIVE_INFINITY,
  until: (until === undefined ? undefined : instantOf(until)) ?? Number.POSITIVE_INFINITY,
});

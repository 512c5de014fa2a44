// Assignments of an applied person that a rule keeps apart: refused where they would be new, or told of (V4).
import type { AuditRecord } from '../../../core/audit/index.ts';
import { type AssignmentConflict, compileCatalogue, type StoredItem } from '../../../core/catalogue/index.ts';
import {
  conflictEvent,
  type FoundConflict,
  findConflicts,
  newConflicts,
  type Organisation,
  type PersonRecord,
} from '../../../core/directory/index.ts';
import type { FileProblem } from './entry.ts';
import type { WantedPerson } from './person-entry.ts';

/** The rules, and the organisations as they will be. */
export interface ConflictRules {
  readonly rules: readonly AssignmentConflict[];
  readonly organisations: ReadonlyMap<string, Organisation>;
}

/** Those of the catalogue as it will be. */
export function conflictRules(items: readonly StoredItem[]): readonly AssignmentConflict[] {
  if (!items.some(({ kind }) => kind === 'assignmentConflict')) return [];
  const compiled = compileCatalogue(0, items);
  return compiled.ok ? [...compiled.snapshot.assignmentConflicts.values()] : [];
}

/** Conflicts that the file brings about; what was there before a rule came is the login's to stop. */
export function broughtConflicts(
  { person, assignments }: WantedPerson,
  before: PersonRecord | undefined,
  { rules, organisations }: ConflictRules,
  now: number,
): readonly FoundConflict[] {
  if (rules.length === 0 || person.closed) return [];
  const told = before?.told ?? [];
  const of = (all: PersonRecord['assignments']) =>
    findConflicts({ assignments: [...all, ...told], organisations, rules, now });
  return newConflicts(before === undefined || before.closed ? [] : of(before.assignments), of(assignments));
}

/** What is wrong with the entry: the second of each pair that the file has is where it says so. */
export function* conflictFaults(
  { entry, assignments }: WantedPerson,
  found: readonly FoundConflict[],
  rules: readonly AssignmentConflict[],
): Generator<FileProblem> {
  for (const { rule, effect, assignments: pair } of found) {
    if (effect !== 'block') continue;
    const at = Math.max(...pair.map((id) => assignments.findIndex((one) => one.id === id)));
    const other = pair.find((id) => id !== assignments[at]?.id) ?? pair[0];
    const owner = rules.find(({ id }) => id === rule)?.owner ?? '';
    yield entry.problem(
      at < 0 ? ['assignments'] : ['assignments', at],
      `may not hold together with ${other} by the rule ${rule} (${owner} answers for it): let one end before the other begins`,
    );
  }
}

/** What is told of those that only are reported. */
export const conflictReports = (person: string, found: readonly FoundConflict[], now: number): readonly AuditRecord[] =>
  found
    .filter(({ effect }) => effect === 'report')
    .map((one) => conflictEvent(one, { person, at: now, seen: 'change' }));

// Which of a person's assignments count for an application.
import type { EpochMs } from '../../base/clock.ts';
import { isMember } from '../catalogue/federation.ts';
import type { Application, Federation } from '../catalogue/snapshot.ts';
import { type Assignment, holds, type PersonFacts } from '../directory/directory.ts';

/** An organisation and those above it, nearest first; a ring of parents ends the walk. */
export function withAncestors(person: PersonFacts, organisation: string): readonly string[] {
  const seen = new Set<string>();
  let at: string | undefined = organisation;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    at = person.organisations.get(at)?.parent;
  }
  return [...seen];
}

/** What of an application decides which assignments count for it. */
export interface AssignmentLimits {
  readonly application: Application;
  readonly federation?: Federation | undefined;
}

/**
 * Assignments that hold at `now`, at an organisation that is known and open; when the application belongs to an
 * organisation, at that organisation or one below it; when it is for a federation, at a member or below one.
 */
export function eligibleAssignments(
  { application, federation }: AssignmentLimits,
  person: PersonFacts,
  now: EpochMs,
): readonly Assignment[] {
  return person.assignments.filter((assignment) => {
    const organisation = person.organisations.get(assignment.organisation);
    return (
      assignment.person === person.person.id &&
      organisation !== undefined &&
      !organisation.closed &&
      holds(assignment, now) &&
      (application.organisation === undefined ||
        withAncestors(person, assignment.organisation).includes(application.organisation)) &&
      (federation === undefined ||
        withAncestors(person, assignment.organisation).some((each) => isMember(federation, each, now)))
    );
  });
}

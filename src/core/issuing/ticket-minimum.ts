// The common minimum of every ticket (N9): what holds for each of them, whatever was asked for and in whatever protocol.
import type { ContextMinimum } from '../context/conditions.ts';
import type { Organisation, PersonFacts, SubjectKey } from '../directory/directory.ts';
import type { Assignment } from '../directory/index.ts';

/** Beside subject, assurance, methods, time, application and decision, which a Statement has by itself. */
export interface TicketMinimum {
  /** In which namespace the subject is. */
  readonly subjectNamespace: string;
  /** By what the profession's register knows the person: the assignment's HPR number or HSA-ID. */
  readonly professional?: SubjectKey | undefined;
  /** National number of the highest organisation above the assignment's that has one. */
  readonly organisationParent?: string | undefined;
  /** National number of the assignment's own organisation, where that is another. */
  readonly organisationChild?: string | undefined;
  /** Who acts for the organisation, where the application is a supplier's. */
  readonly supplier?: string | undefined;
  /** Code of what the information is used for, as the application gave it. */
  readonly purpose?: string | undefined;
}

/** The hub's own ids of people. */
export const personNamespace = 'tillit-person';

/** The minimum for a person in the permitted assignment. */
export function ticketMinimum(person: PersonFacts, assignment: Assignment | undefined): TicketMinimum {
  const own = assignment && person.organisations.get(assignment.organisation);
  const parent = own && topOf(own, person.organisations);
  return {
    subjectNamespace: personNamespace,
    professional: professionalOf(assignment),
    organisationParent: parent?.number,
    organisationChild: own?.id === parent?.id ? undefined : own?.number,
  };
}

/**
 * With what the application said of the request: an organisation that it named is the ticket's; else the assignment's;
 * else the one that it always speaks for. `minimum` is absent for a machine.
 */
export function withContext<Minimum extends Partial<TicketMinimum>>(
  minimum: Minimum,
  { named, represented, supplier, purpose }: ContextMinimum,
): Minimum {
  const ofPerson = minimum.organisationParent !== undefined || minimum.organisationChild !== undefined;
  const chosen = named ?? (ofPerson ? undefined : represented);
  const organisation = chosen && { organisationParent: chosen.parent, organisationChild: chosen.child };
  return { ...minimum, ...organisation, supplier, purpose };
}

function professionalOf(assignment: Assignment | undefined): SubjectKey | undefined {
  if (assignment?.hprNumber !== undefined) return { namespace: 'hpr', value: assignment.hprNumber };
  if (assignment?.hsaId !== undefined) return { namespace: 'hsa-id', value: assignment.hsaId };
  return undefined;
}

/**
 * The highest one that has a national number. A ring of parents, which no check should have let in, ends where it began.
 */
function topOf(organisation: Organisation, all: ReadonlyMap<string, Organisation>): Organisation {
  const seen = new Set<string>();
  let top = organisation;
  for (let at: Organisation | undefined = organisation; at !== undefined && !seen.has(at.id); ) {
    seen.add(at.id);
    if (at.number !== undefined) top = at;
    at = at.parent === undefined ? undefined : all.get(at.parent);
  }
  return top;
}

// What a change of a person's record means for what others gave them: closed, left an employer, has another name.
import type { EpochMs } from '../../base/clock.ts';
import type { Assignment, Organisation, Person } from './directory.ts';

/** News of one person. */
export interface PersonNews {
  readonly person: string;
  /** Closed now, and open before. */
  readonly closed: boolean;
  /** Organisations where they had an assignment, now or later, and have none now. */
  readonly left: readonly string[];
  /** The name that a certificate carries is another one. */
  readonly renamed: boolean;
}

/** A person's record as far as endings go by it. */
export interface PersonStanding {
  readonly person: Pick<Person, 'id' | 'givenName' | 'familyName' | 'closed'>;
  readonly assignments: readonly Pick<Assignment, 'organisation' | 'until'>[];
}

/** Where somebody works or will: an assignment that begins later is an employment too. */
const employers = ({ assignments }: Pick<PersonStanding, 'assignments'>, now: EpochMs): ReadonlySet<string> =>
  new Set(
    assignments.filter(({ until }) => until === undefined || now < until).map(({ organisation }) => organisation),
  );

/** What is new of somebody; undefined: nothing that ends anything. Of who is closed only that is told. */
export function newsOf(before: PersonStanding, after: PersonStanding, now: EpochMs): PersonNews | undefined {
  const { id: person } = after.person;
  if (after.person.closed) return before.person.closed ? undefined : { person, closed: true, left: [], renamed: false };
  const still = employers(after, now);
  const left = [...employers(before, now)].filter((organisation) => !still.has(organisation)).sort();
  const renamed =
    before.person.givenName !== after.person.givenName || before.person.familyName !== after.person.familyName;
  return left.length > 0 || renamed ? { person, closed: false, left, renamed } : undefined;
}

/** Assignments that a login may rest on no more: gone, over, or at another organisation under the same id (K8). */
export function leftAssignments(
  before: readonly Pick<Assignment, 'id' | 'organisation' | 'until'>[],
  after: readonly Pick<Assignment, 'id' | 'organisation' | 'until'>[],
  now: EpochMs,
): readonly string[] {
  const holds = ({ until }: Pick<Assignment, 'until'>): boolean => until === undefined || now < until;
  const still = new Map(after.filter(holds).map(({ id, organisation }) => [id, organisation]));
  return before.filter((one) => holds(one) && still.get(one.id) !== one.organisation).map(({ id }) => id);
}

/** The top of the tree that an organisation is in; itself, when nothing is known above it. */
export function topOf(organisation: string, organisations: ReadonlyMap<string, Pick<Organisation, 'parent'>>): string {
  const seen = new Set<string>();
  let at = organisation;
  for (;;) {
    seen.add(at);
    const above = organisations.get(at)?.parent;
    if (above === undefined || seen.has(above)) return at;
    at = above;
  }
}

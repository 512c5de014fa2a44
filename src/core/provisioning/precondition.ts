// What must hold in the system behind an application before a login goes on: what is asked, and what the answers mean. Pure.
import type { EpochMs } from '../../base/clock.ts';
import type { Locale, PreconditionReason } from '../../wire/codes/index.ts';
import type { Precondition } from '../catalogue/precondition.ts';
import type { Assignment, PersonFacts } from '../directory/directory.ts';
import type { Opening } from './grant.ts';

/** Words of the other side's own, plain text, in the languages that it gave. */
export type GivenText = Readonly<Partial<Record<Locale, string>>>;

/** What the other side says that somebody has to order; what it leaves out the record says. */
export interface GivenOrder {
  readonly what?: GivenText | undefined;
  readonly from?: GivenText | undefined;
  /** https. */
  readonly url?: string | undefined;
}

/** What goes out about a person: a key and where they work, never a name. */
export interface PreconditionQuestion {
  readonly key: string;
  readonly identifier: Precondition['identifier'];
  readonly application: string;
  readonly assignment?:
    | {
        readonly id: string;
        readonly role: string;
        readonly organisation: { readonly id: string; readonly number?: string | undefined };
        readonly unit?: string | undefined;
      }
    | undefined;
}

export type PreconditionAnswer =
  | { readonly kind: 'known' }
  | { readonly kind: 'missing'; readonly order?: GivenOrder | undefined }
  /** Nobody answered in time, or not in a way that can be understood; `why` is for operators. */
  | { readonly kind: 'silent'; readonly why: string };

/** What a journey found out. */
export interface CheckedPrecondition {
  readonly precondition: string;
  readonly assignment?: string | undefined;
  readonly at: EpochMs;
  readonly answer: PreconditionAnswer['kind'] | 'noKey';
  readonly order?: GivenOrder | undefined;
}

export type PreconditionStanding =
  | { readonly kind: 'holds' }
  | { readonly kind: 'toAsk'; readonly preconditions: readonly Precondition[] }
  | { readonly kind: 'refused'; readonly precondition: string; readonly reason: PreconditionReason };

/** Those that a login to an application in an assignment needs. */
const neededBy = (all: readonly Precondition[], { application, assignment }: Opening): readonly Precondition[] =>
  all.filter(
    (one) =>
      !one.closed &&
      one.applications.includes(application) &&
      (one.organisations.length === 0 ||
        (assignment !== undefined && one.organisations.includes(assignment.organisation))) &&
      (one.roles.length === 0 || (assignment !== undefined && one.roles.includes(assignment.role))),
  );

export const isAbout = (
  checked: CheckedPrecondition,
  { id }: Pick<Precondition, 'id'>,
  assignment: Assignment | undefined,
): boolean => checked.precondition === id && checked.assignment === assignment?.id;

/** Whether all pre-conditions of a login hold. A no of one counts before another is asked. */
export function preconditionStanding(
  all: readonly Precondition[],
  checked: readonly CheckedPrecondition[],
  opening: Opening,
): PreconditionStanding {
  const toAsk: Precondition[] = [];
  for (const one of neededBy(all, opening)) {
    const found = checked.find((each) => isAbout(each, one, opening.assignment));
    if (found === undefined) toAsk.push(one);
    else if (found.answer === 'missing' || found.answer === 'noKey')
      return { kind: 'refused', precondition: one.id, reason: `precondition.${found.answer}` };
    else if (found.answer === 'silent' && one.whenSilent === 'refuse')
      return { kind: 'refused', precondition: one.id, reason: 'precondition.silent' };
  }
  return toAsk.length === 0 ? { kind: 'holds' } : { kind: 'toAsk', preconditions: toAsk };
}

/** What is asked about somebody; undefined when the hub does not know them by such a key. */
export function preconditionQuestion(
  { identifier }: Precondition,
  { application, assignment }: Opening,
  { person, assignments, organisations }: PersonFacts,
): PreconditionQuestion | undefined {
  const key =
    identifier === 'person'
      ? person.id
      : (assignment?.hsaId ?? assignments.find(({ hsaId }) => hsaId !== undefined)?.hsaId);
  if (key === undefined) return undefined;
  if (assignment === undefined) return { key, identifier, application };
  const { id, role, organisation, unit } = assignment;
  const { number } = organisations.get(organisation) ?? {};
  return { key, identifier, application, assignment: { id, role, organisation: { id: organisation, number }, unit } };
}

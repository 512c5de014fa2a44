// Looks up what judging details needs: the organisations that they name, and the person in the registers.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance } from '../../wire/codes/index.ts';
import { holds, type PersonFacts } from '../directory/index.ts';
import type { ContextFacts, ContextPerson, Detail } from './detail-type.ts';
import type { OrganisationRegister, Professional, ProfessionalRegister } from './ports.ts';
import { representedBy } from './types/represented.ts';

export interface ContextPorts {
  readonly organisations: OrganisationRegister;
  readonly professionals: ProfessionalRegister;
  /** The person's Norwegian national number, opened. */
  readonly nationalNumber: (person: string) => Promise<string | undefined>;
}

/** The person behind a ticket, as the login knows it. */
export interface LoggedIn {
  readonly person: PersonFacts;
  readonly assurance: Assurance;
}

/** Everything that `judgeContext` looks at. Rejects when a register cannot answer: nobody is let through then. */
export async function gatherContext(
  details: readonly Detail[],
  given: Pick<ContextFacts, 'now' | 'application' | 'grant' | 'api'> & { readonly loggedIn?: LoggedIn | undefined },
  ports: ContextPorts,
): Promise<ContextFacts> {
  const { loggedIn, ...rest } = given;
  const keys = new Set(details.flatMap((each) => each.type.organisations(each.details as never, given.application)));
  const own = representedBy(given.application.represents).parent;
  if (given.api?.requiresTerms === true && own !== undefined) keys.add(own);
  const aboutPerson = details.some(({ type }) => type.aboutPerson);
  const [organisations, person] = await Promise.all([
    keys.size === 0 ? new Map() : ports.organisations.find([...keys]),
    loggedIn === undefined || !aboutPerson ? undefined : personOf(loggedIn, given.now, ports),
  ]);
  return { ...rest, organisations, person };
}

async function personOf({ person, assurance }: LoggedIn, now: number, ports: ContextPorts): Promise<ContextPerson> {
  const { id, givenName, familyName } = person.person;
  const nationalNumber = await ports.nationalNumber(id);
  return {
    name: `${givenName} ${familyName}`,
    assurance,
    nationalNumber,
    professional: await professionalOf(person, nationalNumber, now, ports.professionals),
  };
}

/** Somebody in the register of health personnel: by national number; where none is known by what the directory says. */
export async function professionalOf(
  { assignments }: PersonFacts,
  nationalNumber: string | undefined,
  now: EpochMs,
  register: ProfessionalRegister,
): Promise<Professional | undefined> {
  if (nationalNumber !== undefined) return register.find({ nationalNumber });
  const hprNumber = assignments.find((each) => each.hprNumber !== undefined && holds(each, now))?.hprNumber;
  return hprNumber === undefined ? undefined : register.find({ hprNumber });
}

// How far an administrator of the directory reaches: everything, some organisations with what is theirs, or nothing. One pure place for every path.
import type { EpochMs } from '../../base/clock.ts';
import {
  type Administration,
  type AdministrationCheck,
  type Administrator,
  administeredBy,
  administrationChecks,
  overHub,
} from './administration.ts';
import type { Organisation, Person, Unit } from './directory.ts';
import type { PersonRecord } from './ports.ts';

/** Who asks: a program as itself, or a person with what makes somebody an administrator of the hub. */
export type Asker =
  | { readonly client: string; readonly closed: boolean }
  | Pick<Person, 'id' | 'closed' | 'attributes'>;

/** What somebody reaches. What lies outside is to them as if it did not exist. */
export interface Reach {
  /** Everything that is configured. */
  readonly catalogue: boolean;
  /** Organisations whose units, people and assignments they look after; `all`: the whole directory. */
  readonly directory: 'all' | ReadonlySet<string>;
}

export const nothingInReach: Reach = { catalogue: false, directory: new Set<string>() };

/** An administrator of the hub by the record of the person (`administrator: true`). */
export const administersHub = ({ attributes, closed }: Pick<Person, 'attributes' | 'closed'>): boolean =>
  attributes['administrator'] === true && !closed;

/** What these grants give now. `organisations` are all of the directory's. */
export function reachOf(
  grants: readonly Administration[],
  {
    asker,
    organisations,
    now,
  }: {
    readonly asker: Asker;
    readonly organisations: ReadonlyMap<string, Organisation>;
    readonly now: EpochMs;
  },
  checks: readonly AdministrationCheck[] = administrationChecks,
): Reach {
  if (asker.closed) return nothingInReach;
  if ('attributes' in asker && administersHub(asker)) return { catalogue: true, directory: 'all' };
  const person: Administrator = asker;
  const catalogue = overHub(grants, { person, task: 'catalogue', now }, checks);
  if (overHub(grants, { person, task: 'directory', now }, checks)) return { catalogue, directory: 'all' };
  const inside = [...organisations.keys()].filter(
    (organisation) =>
      administeredBy(grants, { person, task: 'directory', organisation, organisations, now }, checks) !== undefined,
  );
  return { catalogue, directory: new Set(inside) };
}

/** Whether the organisation is one of theirs. */
export const reaches = ({ directory }: Reach, organisation: string): boolean =>
  directory === 'all' || directory.has(organisation);

/** Whether there is anything at all that they look after. */
export const reachesAnything = ({ catalogue, directory }: Reach): boolean =>
  catalogue || directory === 'all' || directory.size > 0;

/** An organisation as they see it; undefined: to them there is none. Whom it is part of is told only where that is theirs too. */
export function seenOrganisation(reach: Reach, organisation: Organisation): Organisation | undefined {
  if (!reaches(reach, organisation.id)) return undefined;
  const { parent } = organisation;
  return parent === undefined || reaches(reach, parent) ? organisation : { ...organisation, parent: undefined };
}

/** A unit as they see it. */
export const seenUnit = (reach: Reach, unit: Unit): Unit | undefined =>
  reaches(reach, unit.organisation) ? unit : undefined;

/** All assignments of a person, whoever gives them. */
const allOf = ({ assignments, told }: PersonRecord): PersonRecord['assignments'] => [...assignments, ...told];

/** Whether everything that the person does is within reach. Somebody without any assignment is the hub's alone. */
export const isWhollyInside = (reach: Reach, person: PersonRecord): boolean =>
  reach.directory === 'all' ||
  (allOf(person).length > 0 && allOf(person).every(({ organisation }) => reaches(reach, organisation)));

/** Whether the person does anything within reach. */
export const isInside = (reach: Reach, person: PersonRecord): boolean =>
  reach.directory === 'all' || allOf(person).some(({ organisation }) => reaches(reach, organisation));

/**
 * A person as they see them; undefined: to them there is nobody. Of somebody who also works elsewhere they see the name
 * and what that person does here, and nothing that tells of elsewhere.
 */
export function seenPerson(reach: Reach, person: PersonRecord): PersonRecord | undefined {
  if (!isInside(reach, person)) return undefined;
  if (isWhollyInside(reach, person)) return person;
  const within = (assignments: PersonRecord['assignments']) =>
    assignments.filter(({ organisation }) => reaches(reach, organisation));
  return {
    ...person,
    attributes: {},
    identities: [],
    username: undefined,
    namedBy: undefined,
    mergedInto: undefined,
    assignments: within(person.assignments),
    told: within(person.told),
  };
}

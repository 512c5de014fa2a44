// Who may administer what: a role with its tasks, over a scope, for a time. One pure decision; what no grant allows is refused.
import type { EpochMs } from '../../base/clock.ts';
import type { Organisation, Person } from './directory.ts';

/** What somebody may do for an organisation. */
export const administrationTasks = [
  'clientDrafts',
  'accounts',
  'orderCards',
  'issueCards',
  'approveEndings',
  'readTrail',
] as const;
export type AdministrationTask = (typeof administrationTasks)[number];

/** Roles and their tasks. */
export const administrationRoles = {
  'organisation-administrator': ['clientDrafts', 'accounts'],
  'card-orderer': ['orderCards'],
  'card-officer': ['issueCards'],
  'ending-approver': ['approveEndings'],
  auditor: ['readTrail'],
} as const satisfies Readonly<Record<string, readonly AdministrationTask[]>>;
export type AdministrationRole = keyof typeof administrationRoles;

/** What a role is over: an organisation with its units, and every organisation below it. */
export interface AdministrationScope {
  readonly kind: 'organisation';
  readonly organisation: string;
}

/** A grant of administration. It always ends, and always says why it was given. */
export interface Administration {
  readonly id: string;
  readonly person: string;
  readonly role: AdministrationRole;
  readonly scope: AdministrationScope;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly grantedBy: string;
  readonly reason: string;
  /** Taken back, or ended with the person's own closing. */
  readonly endedAt?: EpochMs | undefined;
  readonly endedBy?: string | undefined;
}

export interface AdministrationFacts {
  readonly grant: Administration;
  readonly person: Pick<Person, 'id' | 'closed'>;
  readonly task: AdministrationTask;
  /** The organisation to administer. */
  readonly organisation: string;
  /** It and everything that it is part of. */
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly now: EpochMs;
}

export interface AdministrationCheck {
  readonly name: string;
  readonly clause: string;
  /** True when the grant passes. */
  readonly test: (facts: AdministrationFacts) => boolean;
}

/** All must hold of one grant. */
export const administrationChecks: readonly AdministrationCheck[] = [
  {
    name: 'administration.own',
    clause: 'V3: a grant is for one person',
    test: ({ grant, person }) => grant.person === person.id,
  },
  {
    name: 'administration.personOpen',
    clause: 'V3: who is closed administers nothing',
    test: ({ person }) => !person.closed,
  },
  {
    name: 'administration.role',
    clause: 'V3: a role has its tasks and no others',
    test: ({ grant, task }) =>
      Object.hasOwn(administrationRoles, grant.role) &&
      (administrationRoles[grant.role] as readonly AdministrationTask[]).includes(task),
  },
  {
    name: 'administration.scope',
    clause: 'V3: never outside the organisation',
    test: ({ grant, organisation, organisations }) => covers(grant.scope, organisation, organisations),
  },
  {
    name: 'administration.organisationOpen',
    clause: 'V3: what is closed has no administrator',
    test: ({ organisation, organisations }) => organisations.get(organisation)?.closed !== true,
  },
  { name: 'administration.begun', clause: 'V3: from its first day', test: ({ grant, now }) => grant.from <= now },
  { name: 'administration.until', clause: 'V3: until its last', test: ({ grant, now }) => now < grant.until },
  {
    name: 'administration.notEnded',
    clause: 'V3: taken back at once',
    test: ({ grant }) => grant.endedAt === undefined,
  },
];

/** Whether the organisation is the scope's own or lies below it. */
export function covers(
  scope: AdministrationScope,
  organisation: string,
  organisations: ReadonlyMap<string, Organisation>,
): boolean {
  const seen = new Set<string>();
  for (
    let at: string | undefined = organisation;
    at !== undefined && !seen.has(at);
    at = organisations.get(at)?.parent
  ) {
    // An organisation that is not known is nobody's.
    if (!organisations.has(at)) return false;
    if (at === scope.organisation) return true;
    seen.add(at);
  }
  return false;
}

const aboutPlace: readonly string[] = ['administration.scope', 'administration.organisationOpen'];

/** Organisations that this person has one of these tasks over now, each with everything below it. */
export const administeredScopes = (
  grants: readonly Administration[],
  { person, tasks, now }: { person: Pick<Person, 'id' | 'closed'>; tasks: readonly AdministrationTask[]; now: EpochMs },
  checks: readonly AdministrationCheck[] = administrationChecks,
): readonly string[] =>
  grants
    .filter((grant) =>
      tasks.some((task) =>
        checks
          .filter(({ name }) => !aboutPlace.includes(name))
          .every(({ test }) =>
            test({ grant, person, task, now, organisation: grant.scope.organisation, organisations: new Map() }),
          ),
      ),
    )
    .map(({ scope }) => scope.organisation);

/** The grant by which this person may do this for the organisation now; undefined: they may not. */
export function administeredBy(
  grants: readonly Administration[],
  asked: Omit<AdministrationFacts, 'grant'>,
  checks: readonly AdministrationCheck[] = administrationChecks,
): Administration | undefined {
  return grants.find((grant) => checks.every(({ test }) => test({ ...asked, grant })));
}

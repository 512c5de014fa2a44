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
  /** People, their identities and assignments, units: through the admin API and SCIM. */
  'directory',
  /** Everything that is configured; only over the whole hub. */
  'catalogue',
] as const;
export type AdministrationTask = (typeof administrationTasks)[number];

/** Roles and their tasks. */
export const administrationRoles = {
  'organisation-administrator': ['clientDrafts', 'accounts', 'directory'],
  'card-orderer': ['orderCards'],
  'card-officer': ['issueCards'],
  'ending-approver': ['approveEndings'],
  auditor: ['readTrail'],
  /** Programs that keep the directory, for example of a personnel system. */
  'directory-administrator': ['directory'],
  'hub-administrator': ['directory', 'catalogue'],
} as const satisfies Readonly<Record<string, readonly AdministrationTask[]>>;
export type AdministrationRole = keyof typeof administrationRoles;

/** Roles that may be given to a program. */
export const programRoles: readonly AdministrationRole[] = ['directory-administrator', 'hub-administrator'];
/** Roles that may be given over the whole hub. */
export const hubRoles: readonly AdministrationRole[] = [...programRoles, 'auditor'];

/** What a role is over: an organisation with its units and every organisation below it, or the whole hub. */
export type AdministrationScope =
  | { readonly kind: 'organisation'; readonly organisation: string }
  | { readonly kind: 'hub' };

/** Who administers: a person, or a program that acts as itself. */
export type Administrator =
  | Pick<Person, 'id' | 'closed'>
  | {
      /** Its client_id. */
      readonly client: string;
      readonly closed: boolean;
    };

/** A grant of administration. It always ends, and always says why it was given. */
export interface Administration {
  readonly id: string;
  /** Whose it is: a person's, or a program's. */
  readonly person?: string | undefined;
  readonly client?: string | undefined;
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
  readonly person: Administrator;
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
    clause: 'V3: a grant is for one person or program',
    test: ({ grant, person }) => ('client' in person ? grant.client === person.client : grant.person === person.id),
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

/** Whether the organisation is the scope's own or lies below it; the whole hub covers every one that is known. */
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
    if (scope.kind === 'hub' || at === scope.organisation) return true;
    seen.add(at);
  }
  return false;
}

const aboutPlace: readonly string[] = ['administration.scope', 'administration.organisationOpen'];

/** Organisations that this person has one of these tasks over now, each with everything below it. */
export const administeredScopes = (
  grants: readonly Administration[],
  { person, tasks, now }: { person: Administrator; tasks: readonly AdministrationTask[]; now: EpochMs },
  checks: readonly AdministrationCheck[] = administrationChecks,
): readonly string[] =>
  grants.flatMap((grant) =>
    grant.scope.kind === 'organisation' && tasks.some((task) => holdsAnywhere(grant, { person, task, now }, checks))
      ? [grant.scope.organisation]
      : [],
  );

/** Whether the grant is one over the whole hub, for this task, now. */
export const overHub = (
  grants: readonly Administration[],
  asked: { readonly person: Administrator; readonly task: AdministrationTask; readonly now: EpochMs },
  checks: readonly AdministrationCheck[] = administrationChecks,
): boolean => grants.some((grant) => grant.scope.kind === 'hub' && holdsAnywhere(grant, asked, checks));

/** Whether a grant holds, wherever that is. */
const holdsAnywhere = (
  grant: Administration,
  asked: { readonly person: Administrator; readonly task: AdministrationTask; readonly now: EpochMs },
  checks: readonly AdministrationCheck[],
): boolean =>
  checks
    .filter(({ name }) => !aboutPlace.includes(name))
    .every(({ test }) => test({ ...asked, grant, organisation: '', organisations: new Map() }));

/** The grant by which this person may do this for the organisation now; undefined: they may not. */
export function administeredBy(
  grants: readonly Administration[],
  asked: Omit<AdministrationFacts, 'grant'>,
  checks: readonly AdministrationCheck[] = administrationChecks,
): Administration | undefined {
  return grants.find((grant) => checks.every(({ test }) => test({ ...asked, grant })));
}

// What an administrator of some organisations may write of a person or a unit: one list of checks, each of which a test can drop.
import { accountNamespace, normaliseIdentity } from './identity.ts';
import type { PersonRecord } from './ports.ts';
import { isWhollyInside, type Reach, reaches, seenPerson } from './reach.ts';
import type { FullPersonEntry, UnitEntry } from './schemas.ts';
import { isMarked } from './take-in.ts';

/** Why a write is not for whoever asks. `notFound`: to them there is no such thing. */
export type WriteRefusal =
  | 'notFound'
  | 'outside'
  | 'self'
  | 'administers'
  | 'shared'
  | 'protected'
  | 'attributes'
  | 'logins'
  | 'lastAssignment'
  | 'hubOnly';

export interface PersonWriteFacts {
  readonly reach: Reach;
  /** As it is stored; absent: nobody has this id. */
  readonly before: PersonRecord | undefined;
  /** As it is to be; absent: they are to be closed and nothing else. */
  readonly wanted: FullPersonEntry | undefined;
  /** The person who asks, when it is one. */
  readonly asker: string | undefined;
  /** Somebody who administers anything, the hub or an organisation: now or later. */
  readonly administers: boolean;
  /** Namespaces of providers that the organisations within reach run themselves. */
  readonly ownNamespaces: ReadonlySet<string>;
}

export interface PersonWriteCheck {
  readonly name: string;
  readonly clause: string;
  readonly code: WriteRefusal;
  /** Where in the document; absent = the whole. */
  readonly at?: readonly string[];
  /** Also asked of those who look after the whole directory and configure nothing. */
  readonly ofAll?: boolean;
  /** True when the write passes. Nothing is asked of those who may do everything. */
  readonly test: (facts: PersonWriteFacts) => boolean;
}

const isClosing = ({ wanted, before }: PersonWriteFacts): boolean =>
  wanted === undefined || (before !== undefined && wanted.closed !== before.closed);

/** Whether anything changes that follows the person everywhere, beside assignments. */
function changesPerson(facts: PersonWriteFacts): boolean {
  const { reach, before, wanted } = facts;
  if (before === undefined) return false;
  if (isClosing(facts)) return true;
  const seen = seenPerson(reach, before);
  if (wanted === undefined || seen === undefined || wanted.passwordFile !== undefined) return true;
  return (
    wanted.givenName !== before.givenName ||
    wanted.familyName !== before.familyName ||
    wanted.locale !== before.locale ||
    wanted.protectedIdentity !== before.protectedIdentity ||
    wanted.username !== seen.username ||
    changedNamespaces(wanted, seen).length > 0
  );
}

/** Namespaces in which identities come or go. */
function changedNamespaces(wanted: FullPersonEntry, before: PersonRecord | undefined): readonly string[] {
  const stored = (before?.identities ?? []).filter(({ namespace }) => namespace !== accountNamespace);
  const kept = new Set(wanted.identities.flatMap((one) => ('hidden' in one ? [one.namespace] : [])));
  const given = wanted.identities.flatMap((one) => {
    if (!('value' in one)) return [];
    const normal = normaliseIdentity(one.namespace, one.value);
    return [{ namespace: one.namespace, lookup: normal.ok ? normal.value : one.value }];
  });
  const same = (a: { namespace: string; lookup: string }, b: { namespace: string; lookup: string }): boolean =>
    a.namespace === b.namespace && a.lookup === b.lookup;
  const added = given.filter((one) => !stored.some((other) => same(one, other)));
  // What the person or a source put there stays, said or not (apps/hub/apply).
  const gone = stored.filter(
    (one) =>
      one.source !== 'self' &&
      !isMarked(one.source) &&
      !kept.has(one.namespace) &&
      !given.some((other) => same(one, other)),
  );
  return [...added, ...gone].map(({ namespace }) => namespace);
}

/** In security order: what must not be seen comes before what is only refused. */
export const personWriteChecks: readonly PersonWriteCheck[] = [
  {
    name: 'personWrite.inside',
    clause: 'V3: what is outside does not exist',
    code: 'notFound',
    test: ({ reach, before }) => before === undefined || seenPerson(reach, before) !== undefined,
  },
  {
    name: 'personWrite.assignmentsInside',
    clause: 'V3: never an assignment outside the organisation',
    code: 'outside',
    at: ['assignments'],
    test: ({ reach, wanted }) => (wanted?.assignments ?? []).every(({ organisation }) => reaches(reach, organisation)),
  },
  {
    name: 'personWrite.notSelf',
    clause: 'V3: nobody raises themselves',
    code: 'self',
    ofAll: true,
    test: ({ asker, before }) => before === undefined || before.id !== asker,
  },
  {
    name: 'personWrite.hasAssignment',
    clause: 'V3: a person of the organisation has a place in it; an end is said with `until`',
    code: 'lastAssignment',
    at: ['assignments'],
    test: ({ reach, before, wanted }) =>
      wanted === undefined ||
      wanted.assignments.length > 0 ||
      (before?.told ?? []).some(({ organisation }) => reaches(reach, organisation)),
  },
  {
    name: 'personWrite.protected',
    clause: 'K11: whoever is protected is changed by the hub’s administrators alone',
    code: 'protected',
    test: ({ before, wanted }) => before?.protectedIdentity !== true || wanted === undefined,
  },
  {
    name: 'personWrite.raising',
    clause: 'V3: whoever keeps the directory makes nobody an administrator of the hub',
    code: 'attributes',
    at: ['attributes', 'administrator'],
    ofAll: true,
    test: ({ before, wanted }) =>
      wanted === undefined ||
      (wanted.attributes['administrator'] ?? false) === (before?.attributes['administrator'] ?? false),
  },
  {
    name: 'personWrite.attributes',
    clause: 'V3: attributes count everywhere, and one of them makes an administrator of the hub',
    code: 'attributes',
    at: ['attributes'],
    test: ({ reach, before, wanted }) =>
      wanted === undefined || sameAttributes(wanted.attributes, before && seenPerson(reach, before)?.attributes),
  },
  {
    name: 'personWrite.shared',
    clause: 'V3; A7: who also works elsewhere is not this organisation’s to rename, close or let in',
    code: 'shared',
    test: (facts) => facts.before === undefined || isWhollyInside(facts.reach, facts.before) || !changesPerson(facts),
  },
  {
    name: 'personWrite.administers',
    clause: 'V3: whoever can log in as an administrator is one; closing takes only away',
    code: 'administers',
    ofAll: true,
    test: (facts) => !facts.administers || !changesPerson(facts) || facts.wanted === undefined,
  },
  {
    name: 'personWrite.logins',
    clause: 'V3: identities at the organisation’s own providers; A1: nobody else’s identity is taken beforehand',
    code: 'logins',
    at: ['identities'],
    test: ({ before, reach, wanted, ownNamespaces }) =>
      wanted === undefined ||
      changedNamespaces(wanted, before && seenPerson(reach, before)).every((namespace) => ownNamespaces.has(namespace)),
  },
  {
    name: 'personWrite.username',
    clause: 'V3; A1: a password that somebody else has seen opens nothing that was there before',
    code: 'logins',
    at: ['username'],
    test: ({ before, reach, wanted }) =>
      wanted === undefined ||
      before === undefined ||
      (wanted.username === seenPerson(reach, before)?.username && wanted.passwordFile === undefined),
  },
];

const sameAttributes = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>> = {}): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

/** The first check that the write fails; undefined: it may be. Whoever configures the hub and keeps its directory may do all. */
export const personWriteRefusal = (
  facts: PersonWriteFacts,
  checks: readonly PersonWriteCheck[] = personWriteChecks,
): PersonWriteCheck | undefined =>
  facts.reach.directory === 'all' && facts.reach.catalogue
    ? undefined
    : checks.find(({ ofAll, test }) => (facts.reach.directory !== 'all' || ofAll === true) && !test(facts));

/**
 * The person as the whole of them is to be: what whoever asks cannot see stays as it is. Identities that are not
 * shown are named as kept, so that nothing takes them for removed.
 */
export function wholePerson(reach: Reach, before: PersonRecord | undefined, wanted: FullPersonEntry): FullPersonEntry {
  if (before === undefined || isWhollyInside(reach, before)) return wanted;
  const outside = before.assignments.filter(({ organisation }) => !reaches(reach, organisation));
  const namespaces = [...new Set(before.identities.map(({ namespace }) => namespace))];
  return {
    ...wanted,
    attributes: { ...before.attributes },
    identities: namespaces
      .filter((namespace) => namespace !== accountNamespace)
      .map((namespace) => ({ namespace, hidden: true })),
    ...(before.username === undefined ? {} : { username: before.username }),
    assignments: [...wanted.assignments, ...outside.map(writtenAssignment)],
  };
}

/** An assignment as a document has it. */
function writtenAssignment(assignment: PersonRecord['assignments'][number]): FullPersonEntry['assignments'][number] {
  const { id, organisation, role, unit, title, hsaId, hprNumber, from, until } = assignment;
  return {
    id,
    organisation,
    role,
    ...(unit === undefined ? {} : { unit }),
    ...(title === undefined ? {} : { title }),
    ...(hsaId === undefined ? {} : { hsaId }),
    ...(hprNumber === undefined ? {} : { hprNumber }),
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}

/** Why a unit may not be written or removed so; undefined: it may. */
export function unitWriteRefusal(
  reach: Reach,
  before: { readonly organisation: string } | undefined,
  wanted: Pick<UnitEntry, 'organisation'> | undefined,
): WriteRefusal | undefined {
  if (before !== undefined && !reaches(reach, before.organisation)) return 'notFound';
  if (wanted !== undefined && !reaches(reach, wanted.organisation)) return 'outside';
  return undefined;
}

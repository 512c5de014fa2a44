// Compares people with what is stored, a batch at a time, and says what to save.
import { Secret } from '../../../base/secret.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import {
  accountNamespace,
  isMarked,
  newsOf,
  type PasswordAccount,
  type PersonRecord,
  type StoredIdentity,
} from '../../../core/directory/index.ts';
import { selfSource } from '../../../core/linking/index.ts';
import { type Hashing, passwordFault, passwordFaultTexts } from '../../../edge/connectors/password/index.ts';
import type { Queryable } from '../../../edge/store/hub/audit-insert.ts';
import { directoryReader } from '../../../edge/store/hub/directory.ts';
import { holders, type PersonSave } from '../../../edge/store/hub/directory-write.ts';
import type { IdentityVault } from '../../../edge/store/hub/identity-vault.ts';
import { passwordsOf } from '../../../edge/store/hub/password.ts';
import { type ChangedMember, type ChangeLog, compare } from './changes.ts';
import { broughtConflicts, type ConflictRules, conflictFaults, conflictReports } from './conflict-faults.ts';
import type { FileProblem } from './entry.ts';
import { type PersonReading, shownIdentity, type WantedPerson } from './person-entry.ts';
import type { SeenNews } from './sync-endings.ts';

/** A password to set: from a file, or to be made and shown once. */
export interface PasswordWish {
  readonly person: string;
  readonly username: string;
  readonly from:
    | { readonly kind: 'file'; readonly password: Secret<string> }
    | { readonly kind: 'make' }
    | { readonly kind: 'keep'; readonly account: PasswordAccount };
}

export interface PeoplePlan {
  readonly save: readonly PersonSave[];
  readonly passwords: readonly PasswordWish[];
  readonly withoutPassword: readonly string[];
  readonly problems: readonly FileProblem[];
  /** What it ends. */
  readonly news: readonly SeenNews[];
  /** Assignments that a rule keeps apart and that it only tells of. */
  readonly reports: readonly AuditRecord[];
}

/** What was seen in earlier batches: nobody is there twice. Short texts, so that a hundred thousand people take little. */
export class SeenPeople {
  readonly #seen = new Set<string>();
  /** True the first time. */
  add(what: string): boolean {
    if (this.#seen.has(what)) return false;
    this.#seen.add(what);
    return true;
  }
  has(what: string): boolean {
    return this.#seen.has(what);
  }
}

export async function planPeople(
  readings: readonly PersonReading[],
  given: {
    client: Queryable;
    vault: IdentityVault;
    hashing: Hashing;
    seen: SeenPeople;
    log: ChangeLog;
    now: number;
    apart: ConflictRules;
  },
): Promise<PeoplePlan> {
  const { client, vault, seen } = given;
  const problems: FileProblem[] = readings.flatMap((reading) => (reading.kind === 'wrong' ? reading.problems : []));
  const wanted = readings.flatMap((reading) => (reading.kind === 'wanted' ? [reading.wanted] : []));
  const kept = readings.flatMap((reading) => (reading.kind === 'kept' ? [reading] : []));
  const ids = [...wanted.map(({ person }) => person.id), ...kept.map(({ id }) => id)];
  const stored = new Map((await directoryReader(client).people(ids)).map((record) => [record.id, record]));
  const accounts = new Map((await passwordsOf(client, ids)).map((account) => [account.person, account]));
  const held = await holders(
    client,
    wanted.flatMap(({ identities, username }) => [
      ...identities.flatMap(({ namespace, lookups }) => lookups.map((lookup) => ({ namespace, lookup }))),
      ...(username === undefined ? [] : [{ namespace: accountNamespace, lookup: username }]),
    ]),
    wanted.flatMap(({ assignments }) => assignments.map(({ id }) => id)),
  );

  problems.push(...keepMasked(kept, stored, seen, given.log));
  const save: PersonSave[] = [];
  const passwords: PasswordWish[] = [];
  const withoutPassword: string[] = [];
  const news: SeenNews[] = [];
  const reports: AuditRecord[] = [];
  for (const one of wanted) {
    const before = stored.get(one.person.id);
    const together = broughtConflicts(one, before, given.apart, given.now);
    const faults = [
      ...repeats(one, seen),
      ...conflicts(one, held),
      ...keptFaults(one, before),
      ...conflictFaults(one, together, given.apart.rules),
    ];
    const password = await planPassword(one, accounts.get(one.person.id), given.hashing);
    if ('problem' in password) faults.push(password.problem);
    problems.push(...faults);
    if (faults.length > 0 || 'problem' in password) continue;

    const links = planLinks(one, before, vault);
    const members = [...difference(one, before), ...links.members, ...password.members];
    if (before && members.length === 0) given.log.unchanged('person');
    else {
      given.log.add({
        action: before ? 'change' : 'create',
        kind: 'person',
        id: one.person.id,
        members: one.person.protectedIdentity ? masked(members) : members,
      });
      news.push(...endsOf(one, before, given.now));
      reports.push(...conflictReports(one.person.id, together, given.now));
      save.push({ person: one.person, assignments: one.assignments, link: links.link, unlink: links.unlink });
      if (password.wish) passwords.push(password.wish);
      if (password.remove) withoutPassword.push(one.person.id);
    }
  }
  return { save, passwords, withoutPassword, problems, news, reports };
}

/** What the change ends of what somebody has. */
function endsOf(one: WantedPerson, before: PersonRecord | undefined, now: number): readonly SeenNews[] {
  if (before === undefined) return [];
  const all = (assignments: PersonRecord['assignments']) => [...assignments, ...before.told];
  const after = { person: one.person, assignments: all(one.assignments) };
  const ends = newsOf({ person: before, assignments: all(before.assignments) }, after, now);
  return ends === undefined ? [] : [{ ...ends, assignments: all(before.assignments) }];
}

/** People that an export masked: they are there, and stay as they are. */
function keepMasked(
  kept: readonly Extract<PersonReading, { kind: 'kept' }>[],
  stored: ReadonlyMap<string, PersonRecord>,
  seen: SeenPeople,
  log: ChangeLog,
): readonly FileProblem[] {
  return kept.flatMap(({ id, entry }) => {
    if (!seen.add(`p ${id}`)) return [entry.problem(['id'], `${id} is there twice`)];
    if (!stored.has(id)) return [entry.problem(['hidden'], 'nobody has this id: write the person out')];
    log.unchanged('person');
    return [];
  });
}

function* repeats(
  { entry, person, identities, assignments, username }: WantedPerson,
  seen: SeenPeople,
): Generator<FileProblem> {
  if (!seen.add(`p ${person.id}`)) yield entry.problem(['id'], `${person.id} is there twice`);
  for (const { namespace, lookups, at } of identities) {
    if (!seen.add(`i ${namespace} ${lookups[0]}`))
      yield entry.problem(['identities', at], `this ${namespace} is there twice`);
  }
  for (const [at, { id }] of assignments.entries()) {
    if (!seen.add(`a ${id}`)) yield entry.problem(['assignments', at, 'id'], `assignment ${id} is there twice`);
  }
  if (username !== undefined && !seen.add(`u ${username}`))
    yield entry.problem(['username'], `${username} is there twice`);
}

const taken = (problem: FileProblem): FileProblem => ({ ...problem, taken: true });

function* conflicts(
  { entry, person, identities, assignments, username }: WantedPerson,
  held: Awaited<ReturnType<typeof holders>>,
): Generator<FileProblem> {
  const other = (holder: string | undefined) => holder !== undefined && holder !== person.id;
  for (const { namespace, lookups, at } of identities) {
    const holder = lookups.map((lookup) => held.identities.get(`${namespace} ${lookup}`)).find(other);
    if (holder)
      yield taken(
        entry.problem(['identities', at], `this ${namespace} belongs to person ${holder}: take it from there first`),
      );
  }
  for (const [at, { id }] of assignments.entries()) {
    const holder = held.assignments.get(id);
    if (other(holder))
      yield taken(
        entry.problem(['assignments', at, 'id'], `assignment ${id} is person ${holder}'s: choose another id`),
      );
  }
  const holder = username === undefined ? undefined : held.identities.get(`${accountNamespace} ${username}`);
  if (other(holder)) yield taken(entry.problem(['username'], `${username} is person ${holder}'s`));
}

function* keptFaults(
  { entry, person, keptNamespaces }: WantedPerson,
  before: PersonRecord | undefined,
): Generator<FileProblem> {
  if (before?.mergedInto !== undefined && !person.closed)
    yield taken(
      entry.problem(
        ['id'],
        `turned out to be person ${before.mergedInto}: write \`closed: true\` or leave it out; \`tillit person unmerge\` makes two of them again`,
      ),
    );
  for (const { namespace, at } of keptNamespaces) {
    if (!before?.identities.some((identity) => identity.namespace === namespace)) {
      yield entry.problem(
        ['identities', at],
        `there is no ${namespace} to keep: write its value instead of \`hidden\``,
      );
    }
  }
}

const sameIdentity = (one: StoredIdentity, namespace: string, lookups: readonly string[]): boolean =>
  one.namespace === namespace && lookups.includes(one.lookup);

function planLinks(
  { identities, keptNamespaces }: WantedPerson,
  before: PersonRecord | undefined,
  vault: IdentityVault,
) {
  const current = (before?.identities ?? []).filter(({ namespace }) => namespace !== accountNamespace);
  const added = identities.filter(
    ({ namespace, lookups }) => !current.some((one) => sameIdentity(one, namespace, lookups)),
  );
  // What people added themselves is theirs: a file that does not name it leaves it, one that does finds it there.
  const gone = current.filter(
    (one) =>
      one.source !== selfSource &&
      // What a source vouches for is its to take.
      !isMarked(one.source) &&
      !keptNamespaces.some(({ namespace }) => namespace === one.namespace) &&
      !identities.some(({ namespace, lookups }) => sameIdentity(one, namespace, lookups)),
  );
  const members: ChangedMember[] = [
    ...gone.map(({ namespace, lookup }) => ({
      path: `identities.${namespace}`,
      from: shownIdentity(namespace, lookup),
    })),
    ...added.map(({ namespace, value }) => ({ path: `identities.${namespace}`, to: shownIdentity(namespace, value) })),
  ];
  return { link: added.map(({ namespace, value }) => vault.row({ namespace, value })), unlink: gone, members };
}

/** Everything but identities and the login, as a document of one form on both sides. */
function difference({ person, assignments }: WantedPerson, before: PersonRecord | undefined): readonly ChangedMember[] {
  const byId = (items: WantedPerson['assignments']) =>
    Object.fromEntries(
      items.map(({ id, person: _person, from, until, ...rest }) => [
        id,
        { ...rest, from: iso(from), until: iso(until) },
      ]),
    );
  const old =
    before &&
    (({
      identities: _identities,
      username: _username,
      told: _told,
      namedBy: _namedBy,
      mergedInto: _merged,
      ...rest
    }: PersonRecord) => ({
      ...rest,
      assignments: byId(before.assignments),
    }))(before);
  return compare(old, { ...person, assignments: byId(assignments) });
}

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());

type PlannedPassword =
  | { readonly members: readonly ChangedMember[]; readonly wish?: PasswordWish; readonly remove?: boolean }
  | { readonly problem: FileProblem };

async function planPassword(
  one: WantedPerson,
  account: PasswordAccount | undefined,
  hashing: Hashing,
): Promise<PlannedPassword> {
  const { username, entry, passwordFile, person } = one;
  if (username === undefined) {
    return account ? { members: [{ path: 'username', from: account.username }], remove: true } : { members: [] };
  }
  const renamed: ChangedMember[] =
    account?.username === username ? [] : [{ path: 'username', from: account?.username, to: username }];
  if (passwordFile === undefined) {
    if (!account)
      return {
        members: [...renamed, { path: 'password', to: '(made now and shown once)' }],
        wish: { person: person.id, username, from: { kind: 'make' } },
      };
    return renamed.length === 0
      ? { members: [] }
      : { members: renamed, wish: { person: person.id, username, from: { kind: 'keep', account } } };
  }
  let password: Secret<string>;
  try {
    password = new Secret(
      entry
        .read(passwordFile)
        .toString('utf8')
        .replace(/\r?\n$/, ''),
    );
  } catch (error) {
    return { problem: entry.problem(['passwordFile'], error instanceof Error ? error.message : String(error)) };
  }
  const fault = passwordFault(password, [username, person.givenName, person.familyName]);
  if (fault) return { problem: entry.problem(['passwordFile'], passwordFaultTexts[fault]) };
  const same = account !== undefined && (await hashing.verify(account.hash, password));
  if (same && renamed.length === 0) return { members: [] };
  return {
    members: [...renamed, ...(same ? [] : [{ path: 'password', to: '(from its file)' }])],
    wish: { person: person.id, username, from: { kind: 'file', password } },
  };
}

/** Of a protected person, only which members change (K11). */
const masked = (members: readonly ChangedMember[]): readonly ChangedMember[] =>
  members.map(({ path, from, to }) => ({
    path,
    ...(from === undefined ? {} : { from: '(protected)' }),
    ...(to === undefined ? {} : { to: '(protected)' }),
  }));

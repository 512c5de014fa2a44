// Applies what is given in one transaction: everything is read and compared, and then it is all made true, or nothing is.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import type { Keyring } from '../../../base/sealing/index.ts';
import type { Secret } from '../../../base/secret.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { HeldChange, Measure } from '../../../core/brake/index.ts';
import { type AccountRule, compileCatalogue, type StoredItem } from '../../../core/catalogue/index.ts';
import { generatePassword, type Hashing } from '../../../edge/connectors/password/index.ts';
import { accountsClosed } from '../../../edge/store/hub/account-closings.ts';
import { insertAudit, inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { readItems, readRevision, writeItems } from '../../../edge/store/hub/catalogue.ts';
import { directoryReader } from '../../../edge/store/hub/directory.ts';
import {
  closePeople,
  freeNumbers,
  removeOrganisations,
  removeUnits,
  saveOrganisations,
  savePeople,
  saveUnits,
  stillUsed,
} from '../../../edge/store/hub/directory-write.ts';
import { replaceHeld } from '../../../edge/store/hub/held-changes.ts';
import { type AppliedWrites, noWrites } from '../../../edge/store/hub/held-writes.ts';
import { type IdentityVault, identityVault } from '../../../edge/store/hub/identity-vault.ts';
import { locks } from '../../../edge/store/hub/locks.ts';
import { removePassword, savePassword } from '../../../edge/store/hub/password.ts';
import { planCatalogue } from './catalogue-plan.ts';
import { type Change, type ChangeCounts, ChangeLog } from './changes.ts';
import { type ConflictRules, conflictRules } from './conflict-faults.ts';
import type { ApplyInput, FileProblem } from './entry.ts';
import { planOrganisations, planUnits } from './organisation-plan.ts';
import { type PasswordWish, planPeople, SeenPeople } from './people-plan.ts';
import { type PersonContext, type PersonReading, readPerson } from './person-entry.ts';
import { holdSync, planSyncEndings, type SeenNews, type SyncPlan } from './sync-endings.ts';

export interface ApplyOptions {
  readonly pool: pg.Pool;
  readonly keyring: Keyring;
  readonly hashing: Hashing;
  readonly clock: Clock;
  readonly input: ApplyInput | ((client: pg.PoolClient) => Promise<ApplyInput>);
  /** Runs at the end of the transaction of what was done or is held, and becomes true with it. */
  readonly finish?: ((client: pg.PoolClient, outcome: Applied | Held) => Promise<void>) | undefined;
  /** `plan`: say what would change, and change nothing. */
  readonly mode: 'plan' | 'commit';
  /** Remove (people: close) what sections of the files no longer have. */
  readonly prune: boolean;
  /** Who applies, for the audit, for example `anna@host`. */
  readonly who: string;
  /** The same as accounts: whose person has one of these usernames does not approve what waits. */
  readonly usernames?: readonly string[] | undefined;
  /** The same by their ids. */
  readonly bringers?: readonly string[] | undefined;
  /** Columns of the trail's record. */
  readonly by?: Pick<AuditRecord, 'person' | 'application' | 'session' | 'reference'> | undefined;
  /** Called for each change as it is found. */
  readonly onChange?: ((change: Change) => void) | undefined;
  /** Called now and then with how many people were read. */
  readonly onProgress?: ((people: number) => void) | undefined;
  /** The digest of a plan that was looked at: when it is not what comes out now, nothing is done. */
  readonly expected?: string | undefined;
}

export interface Applied {
  readonly ok: true;
  readonly total: number;
  readonly counts: ChangeCounts;
  /** Tells two plans apart. */
  readonly digest: string;
  /** The catalogue's revision afterwards. */
  readonly revision: number;
  /** Passwords that were made, to be shown once. */
  readonly made: readonly { readonly username: string; readonly password: Secret<string> }[];
  /** It would end so many people that it waits, or (a plan) would wait, for two approvals. */
  readonly waits?: Measure | undefined;
  /** Changes that waited and were replaced by this one. */
  readonly replaced: readonly string[];
}

/** Nothing was changed: it is held, and done when two people have approved it. */
export interface Held extends Pick<Applied, 'total' | 'counts' | 'made' | 'replaced'> {
  readonly ok: false;
  readonly held: HeldChange;
}

export type ApplyOutcome =
  | Applied
  | Held
  | { readonly ok: false; readonly problems: readonly FileProblem[] }
  | { readonly ok: false; readonly changedMeanwhile: true };

const batchSize = 1000;
const mostProblems = 100;

/** The change waits: it is undone as far as it went. */
class MustWait extends Error {
  readonly sync: SyncPlan;
  readonly applied: Applied;
  constructor(sync: SyncPlan, applied: Applied) {
    super('must wait');
    this.sync = sync;
    this.applied = applied;
  }
}

/** Undoes the transaction and carries the answer out. */
class Undone extends Error {
  readonly outcome: ApplyOutcome;
  constructor(outcome: ApplyOutcome) {
    super('undone');
    this.outcome = outcome;
  }
}

/** Applies what is given, or says what is wrong with it. The same a second time changes nothing. */
export async function applyInput(options: ApplyOptions): Promise<ApplyOutcome> {
  try {
    return await inTransaction(options.pool, async (client) => {
      // One after the other: what is read from here on is what the change is made on.
      await client.query('SELECT pg_advisory_xact_lock($1)', [locks.apply]);
      const { input } = options;
      const outcome = await applyOrHold(client, options, typeof input === 'function' ? await input(client) : input);
      await options.finish?.(client, outcome);
      return outcome;
    });
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
}

async function applyOrHold(client: pg.PoolClient, options: ApplyOptions, read: ApplyInput): Promise<Applied | Held> {
  const { keyring, who, prune, usernames = [], bringers = [], clock } = options;
  await client.query('SAVEPOINT apply');
  const tried = async (given: ApplyOptions, into?: AppliedWrites): Promise<Applied | MustWait> => {
    try {
      return await applyWithin(client, given, read, into);
    } catch (error) {
      if (!(error instanceof MustWait)) throw error;
      await client.query('ROLLBACK TO SAVEPOINT apply');
      return error;
    }
  };
  const first = await tried(options);
  if (!(first instanceof MustWait)) return first;
  // Once more, and written down this time: a change that waits is seldom, and all others need no memory for it.
  const writes = noWrites();
  const again = await tried({ ...options, onChange: undefined, onProgress: undefined }, writes);
  if (!(again instanceof MustWait)) throw new Error('a change came out another way the second time');
  const { total, counts, digest: changes, made } = again.applied;
  const covers = read.covers ?? [...read.sections];
  const given = { changes, files: read.files, prune, covers, who, usernames, bringers, keyring, now: clock() };
  const { held, replaced } = await holdSync(client, again.sync, writes, given);
  return { ok: false, held, total, counts, made, replaced: replaced.map(({ id }) => id) };
}

async function applyWithin(
  client: pg.PoolClient,
  options: ApplyOptions,
  read: ApplyInput,
  into?: AppliedWrites,
): Promise<Applied> {
  const { prune, hashing, clock, mode, pool, keyring } = options;
  const { entries, sections } = read;
  const log = new ChangeLog(options.onChange ?? (() => undefined));
  const reader = directoryReader(client);
  const stored = await readItems(client);
  const brands = new Set([
    ...stored.filter(({ kind }) => kind === 'brand').map(({ id }) => id),
    ...entries
      .filter(({ section }) => section === 'brands')
      .map(({ value }) => String((value as { id?: unknown } | null)?.id)),
  ]);

  const organisationsBefore = await reader.organisations();
  // A plan's changes are shown in this order: what goes away before what comes.
  const organisations = planOrganisations({
    entries,
    sections,
    stored: organisationsBefore,
    prune,
    remove: read.remove,
    log,
    brands,
  });
  const units = planUnits({
    entries,
    sections,
    stored: await reader.units(),
    prune,
    remove: read.remove,
    log,
    organisations: organisations.after,
  });
  const catalogue = await planCatalogue({
    entries,
    sections,
    stored,
    organisations: new Set(organisations.after.keys()),
    prune,
    remove: read.remove,
    hashing,
    keyring: options.keyring,
    log,
  });
  const problems = [...organisations.problems, ...units.problems, ...catalogue.problems];
  if (problems.length > 0) throw new Undone({ ok: false, problems });

  await freeNumbers(client, [...organisations.remove, ...organisations.save.map(({ id }) => id)]);
  await saveOrganisations(client, organisations.save);
  await saveUnits(client, units.save);
  const vault = identityVault(options.keyring);
  const context = { organisations: organisations.after, units: units.after, vault };
  const items = itemsAfter(stored, catalogue);
  const apart = { rules: conflictRules(items), organisations: organisations.after };
  const { made, news } = await applyPeople(client, options, { ...context, apart }, log, read, into);
  for (const [kind, ids] of [
    ['unit', units.remove],
    ['organisation', organisations.remove],
  ] as const) {
    const used = await stillUsed(client, kind, ids);
    if (used.length > 0) {
      const message = `${kind} ${used.slice(0, 5).join(', ')} cannot be removed: people or ${kind}s refer to it`;
      throw new Undone({ ok: false, problems: [{ file: 'the database', message }] });
    }
    await (kind === 'unit' ? removeUnits(client, ids) : removeOrganisations(client, ids));
  }

  // Asked of another connection: it sees everything as it was before.
  const now = clock();
  const before = { client: pool, rules: rulesOf(stored) };
  const sync = await planSyncEndings(pool, news, {
    organisations: new Map(organisationsBefore.map((each) => [each.id, each])),
    items,
    accounts: await accountsClosed(before, { client, rules: rulesOf(items) }, now),
    keyring,
    now,
  });
  const { waits } = sync.measure;
  const result = {
    ok: true as const,
    total: log.total,
    counts: log.counts,
    digest: log.digest(),
    made,
    replaced: [],
    ...(waits ? { waits: sync.measure } : {}),
  };
  if (options.expected !== undefined && options.expected !== result.digest)
    throw new Undone({ ok: false, changedMeanwhile: true });
  if (mode === 'plan') throw new Undone({ ...result, revision: await readRevision(client) });
  if (into !== undefined) {
    into.organisations = organisations;
    into.units = units;
    into.catalogue = catalogue;
    into.body = appliedBody(options, read, log);
  }
  if (waits) throw new MustWait(sync, { ...result, revision: await readRevision(client) });
  // What waits and covers the same was made for what was there before this one, also when this one finds nothing to do.
  const replaced = (
    await replaceHeld(client, { source: 'apply', covers: read.covers ?? [...sections], by: options.who }, clock())
  ).map(({ id }) => id);
  if (log.total === 0) return { ...result, replaced, revision: await readRevision(client) };
  const isCatalogueChanged = catalogue.save.length + catalogue.remove.length > 0;
  const revision = isCatalogueChanged
    ? await writeItems(client, catalogue.save, catalogue.remove)
    : await readRevision(client);
  const body = { ...appliedBody(options, read, log), revision };
  await insertAudit(client, [{ kind: 'admin.applied', at: clock(), outcome: 'ok', ...options.by, body }]);
  return { ...result, replaced, revision };
}

const appliedBody = ({ who, prune }: ApplyOptions, { files }: ApplyInput, log: ChangeLog): AuditRecord['body'] => ({
  who,
  files,
  prune,
  counts: log.counts,
  changed: log.named,
});

/** Rules that give accounts in other systems. */
function rulesOf(items: readonly StoredItem[]): readonly AccountRule[] {
  if (!items.some(({ kind }) => kind === 'accountRule')) return [];
  const compiled = compileCatalogue(0, items);
  return compiled.ok ? [...compiled.snapshot.accountRules.values()] : [];
}

/** The catalogue as it will be. */
function itemsAfter(
  stored: readonly StoredItem[],
  { save, remove }: Awaited<ReturnType<typeof planCatalogue>>,
): readonly StoredItem[] {
  const keyOf = ({ kind, id }: Pick<StoredItem, 'kind' | 'id'>) => `${kind} ${id}`;
  const gone = new Set([...save, ...remove].map(keyOf));
  return [...stored.filter((item) => !gone.has(keyOf(item))), ...save];
}

async function applyPeople(
  client: pg.PoolClient,
  options: ApplyOptions,
  context: PersonContext & { readonly vault: IdentityVault; readonly apart: ConflictRules },
  log: ChangeLog,
  read: ApplyInput,
  into: AppliedWrites | undefined,
): Promise<{ readonly made: Applied['made']; readonly news: readonly SeenNews[] }> {
  if (!read.sections.has('people')) return { made: [], news: [] };
  const { hashing, clock, mode } = options;
  const seen = new SeenPeople();
  const problems: FileProblem[] = [];
  const made: { username: string; password: Secret<string> }[] = [];
  const news: SeenNews[] = [];
  let count = 0;
  const take = async (batch: readonly PersonReading[]) => {
    const now = clock();
    const { vault, apart } = context;
    const plan = await planPeople(batch, { client, vault, hashing, seen, log, now, apart });
    problems.push(...plan.problems);
    news.push(...plan.news);
    into?.people.push(...plan.save);
    into?.withoutPassword.push(...plan.withoutPassword);
    count += batch.length;
    options.onProgress?.(count);
    if (problems.length > 0) return;
    // A plan is made true as well and then undone: it says what the database would say. Only hashing is left out.
    await savePeople(client, plan.save, 'apply', now);
    if (plan.reports.length > 0) await insertAudit(client, plan.reports);
    for (const person of plan.withoutPassword) await removePassword(client, person, now);
    if (mode === 'plan') return;
    for (const wish of plan.passwords) {
      const password = await setPassword(client, wish, hashing, now, into);
      if (password) made.push({ username: wish.username, password });
    }
  };
  let batch: PersonReading[] = [];
  for await (const entry of read.people()) {
    batch.push('message' in entry ? { kind: 'wrong', problems: [entry] } : readPerson(entry, context));
    if (batch.length === batchSize) {
      await take(batch);
      batch = [];
    }
    if (problems.length >= mostProblems) break;
  }
  if (batch.length > 0) await take(batch);
  if (problems.length > 0) throw new Undone({ ok: false, problems: problems.slice(0, mostProblems) });
  if (options.prune) news.push(...(await closeOthers(client, seen, log, clock(), into)));
  return { made, news };
}

/** People are closed, not removed: the trail still tells who they were. */
async function closeOthers(
  client: pg.PoolClient,
  seen: SeenPeople,
  log: ChangeLog,
  now: number,
  into: AppliedWrites | undefined,
): Promise<readonly SeenNews[]> {
  const reader = directoryReader(client);
  const news: SeenNews[] = [];
  for (let after = ''; ; ) {
    const people = await reader.peopleAfter(after, batchSize);
    // Whom a source brought no file needs to name.
    const others = people.filter(({ id, closed, namedBy }) => !closed && namedBy === undefined && !seen.has(`p ${id}`));
    const gone = others.map(({ id }) => id);
    for (const { id, assignments, told } of others)
      news.push({ person: id, closed: true, left: [], renamed: false, assignments: [...assignments, ...told] });
    into?.close.push(...gone);
    for (const id of gone) log.add({ action: 'close', kind: 'person', id, members: [] });
    await closePeople(client, gone, now);
    if (people.length < batchSize) return news;
    after = people.at(-1)?.id ?? '';
  }
}

/** Sets one password; answers it when it was made here. */
async function setPassword(
  client: pg.PoolClient,
  wish: PasswordWish,
  hashing: Hashing,
  now: number,
  into: AppliedWrites | undefined,
): Promise<Secret<string> | undefined> {
  const { person, username, from } = wish;
  const password = from.kind === 'make' ? generatePassword() : from.kind === 'file' ? from.password : undefined;
  const kept = from.kind === 'keep' ? from.account : undefined;
  const hash = password ? await hashing.hash(password) : (kept?.hash ?? '');
  const save = { person, username, hash, oneTime: kept?.oneTime ?? false, expiresAt: kept?.expiresAt, source: 'apply' };
  into?.passwords.push(save);
  const saved = await savePassword(client, save, now);
  if (!saved)
    throw new Undone({
      ok: false,
      problems: [{ file: 'the database', message: `username ${username} is somebody else's`, taken: true }],
    });
  return from.kind === 'make' ? password : undefined;
}

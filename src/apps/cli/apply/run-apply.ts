// Applies files in one transaction: everything is read and compared, and then it is all made true, or nothing is.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import type { Keyring } from '../../../base/sealing/index.ts';
import type { Secret } from '../../../base/secret.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import { generatePassword, type Hashing } from '../../../edge/connectors/password/index.ts';
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
import { type IdentityVault, identityVault } from '../../../edge/store/hub/identity-vault.ts';
import { locks } from '../../../edge/store/hub/locks.ts';
import { removePassword, savePassword } from '../../../edge/store/hub/password.ts';
import { planCatalogue } from './catalogue-plan.ts';
import { type Change, type ChangeCounts, ChangeLog } from './changes.ts';
import type { FileProblem } from './entry.ts';
import { planOrganisations, planUnits } from './organisation-plan.ts';
import { type PasswordWish, planPeople, SeenPeople } from './people-plan.ts';
import { type PersonContext, type PersonReading, readPerson } from './person-entry.ts';
import { type ReadFiles, readFiles, readPeople } from './read-files.ts';

export interface ApplyOptions {
  readonly pool: pg.Pool;
  readonly keyring: Keyring;
  readonly hashing: Hashing;
  readonly clock: Clock;
  /** Paths, in order. A section may be in one file alone or spread over several. */
  readonly files: readonly string[];
  /** `plan`: say what would change, and change nothing. */
  readonly mode: 'plan' | 'commit';
  /** Remove (people: close) what sections of the files no longer have. */
  readonly prune: boolean;
  /** Who applies, for the audit, for example `anna@host`. */
  readonly who: string;
  /** Called for each change as it is found. */
  readonly onChange?: (change: Change) => void;
  /** Called now and then with how many people were read. */
  readonly onProgress?: (people: number) => void;
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
}

export type ApplyOutcome =
  | Applied
  | { readonly ok: false; readonly problems: readonly FileProblem[] }
  | { readonly ok: false; readonly changedMeanwhile: true };

const batchSize = 1000;
const mostProblems = 100;

/** Undoes the transaction and carries the answer out. */
class Undone extends Error {
  readonly outcome: ApplyOutcome;
  constructor(outcome: ApplyOutcome) {
    super('undone');
    this.outcome = outcome;
  }
}

/** Applies the files, or says what is wrong with them. A second run of the same files changes nothing. */
export async function runApply(options: ApplyOptions): Promise<ApplyOutcome> {
  const read = await readFiles(options.files);
  if (read.problems.length > 0) return { ok: false, problems: read.problems };
  try {
    return await inTransaction(options.pool, (client) => applyWithin(client, options, read));
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
}

async function applyWithin(client: pg.PoolClient, options: ApplyOptions, read: ReadFiles): Promise<Applied> {
  const { prune, hashing, clock, mode } = options;
  const { entries, sections } = read;
  const log = new ChangeLog(options.onChange ?? (() => undefined));
  await client.query('SELECT pg_advisory_xact_lock($1)', [locks.apply]);
  const reader = directoryReader(client);
  const stored = await readItems(client);
  const brands = new Set([
    ...stored.filter(({ kind }) => kind === 'brand').map(({ id }) => id),
    ...entries
      .filter(({ section }) => section === 'brands')
      .map(({ value }) => String((value as { id?: unknown } | null)?.id)),
  ]);

  // A plan's changes are shown in this order: what goes away before what comes.
  const organisations = planOrganisations({
    entries,
    sections,
    stored: await reader.organisations(),
    prune,
    log,
    brands,
  });
  const units = planUnits({
    entries,
    sections,
    stored: await reader.units(),
    prune,
    log,
    organisations: organisations.after,
  });
  const catalogue = await planCatalogue({
    entries,
    sections,
    stored,
    organisations: new Set(organisations.after.keys()),
    prune,
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
  const made = await applyPeople(client, options, context, log, read);
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

  const result = { ok: true as const, total: log.total, counts: log.counts, digest: log.digest(), made };
  if (options.expected !== undefined && options.expected !== result.digest)
    throw new Undone({ ok: false, changedMeanwhile: true });
  if (mode === 'plan') throw new Undone({ ...result, revision: await readRevision(client) });
  if (log.total === 0) return { ...result, revision: await readRevision(client) };
  const isCatalogueChanged = catalogue.save.length + catalogue.remove.length > 0;
  const revision = isCatalogueChanged
    ? await writeItems(client, catalogue.save, catalogue.remove)
    : await readRevision(client);
  await insertAudit(client, [appliedEvent(options, read, log, revision, clock())]);
  return { ...result, revision };
}

const appliedEvent = (
  { who, prune }: ApplyOptions,
  { files }: ReadFiles,
  log: ChangeLog,
  revision: number,
  at: number,
): AuditRecord => ({
  kind: 'admin.applied',
  at,
  outcome: 'ok',
  body: { who, files, prune, revision, counts: log.counts, changed: log.named },
});

async function applyPeople(
  client: pg.PoolClient,
  options: ApplyOptions,
  context: PersonContext & { readonly vault: IdentityVault },
  log: ChangeLog,
  read: ReadFiles,
): Promise<Applied['made']> {
  if (!read.sections.has('people')) return [];
  const { hashing, clock, mode } = options;
  const seen = new SeenPeople();
  const problems: FileProblem[] = [];
  const made: { username: string; password: Secret<string> }[] = [];
  let count = 0;
  const take = async (batch: readonly PersonReading[]) => {
    const plan = await planPeople(batch, { client, vault: context.vault, hashing, seen, log });
    problems.push(...plan.problems);
    count += batch.length;
    options.onProgress?.(count);
    if (problems.length > 0) return;
    // A plan is made true as well and then undone: it says what the database would say. Only hashing is left out.
    const now = clock();
    await savePeople(client, plan.save, 'apply', now);
    for (const person of plan.withoutPassword) await removePassword(client, person, now);
    if (mode === 'plan') return;
    for (const wish of plan.passwords) {
      const password = await setPassword(client, wish, hashing, now);
      if (password) made.push({ username: wish.username, password });
    }
  };
  let batch: PersonReading[] = [];
  for await (const entry of readPeople(options.files, read.files)) {
    batch.push('message' in entry ? { kind: 'wrong', problems: [entry] } : readPerson(entry, context));
    if (batch.length === batchSize) {
      await take(batch);
      batch = [];
    }
    if (problems.length >= mostProblems) break;
  }
  if (batch.length > 0) await take(batch);
  if (problems.length > 0) throw new Undone({ ok: false, problems: problems.slice(0, mostProblems) });
  if (options.prune) await closeOthers(client, seen, log, clock());
  return made;
}

/** People are closed, not removed: the trail still tells who they were. */
async function closeOthers(client: pg.PoolClient, seen: SeenPeople, log: ChangeLog, now: number): Promise<void> {
  const reader = directoryReader(client);
  for (let after = ''; ; ) {
    const people = await reader.peopleAfter(after, batchSize);
    const gone = people.filter(({ id, closed }) => !closed && !seen.has(`p ${id}`)).map(({ id }) => id);
    for (const id of gone) log.add({ action: 'close', kind: 'person', id, members: [] });
    await closePeople(client, gone, now);
    if (people.length < batchSize) return;
    after = people.at(-1)?.id ?? '';
  }
}

/** Sets one password; answers it when it was made here. */
async function setPassword(
  client: pg.PoolClient,
  wish: PasswordWish,
  hashing: Hashing,
  now: number,
): Promise<Secret<string> | undefined> {
  const { person, username, from } = wish;
  const password = from.kind === 'make' ? generatePassword() : from.kind === 'file' ? from.password : undefined;
  const kept = from.kind === 'keep' ? from.account : undefined;
  const hash = password ? await hashing.hash(password) : (kept?.hash ?? '');
  const saved = await savePassword(
    client,
    { person, username, hash, oneTime: kept?.oneTime ?? false, expiresAt: kept?.expiresAt, source: 'apply' },
    now,
  );
  if (!saved)
    throw new Undone({
      ok: false,
      problems: [{ file: 'the database', message: `username ${username} is somebody else's` }],
    });
  return from.kind === 'make' ? password : undefined;
}

// Reads a source with a change feed: page by page, each in one transaction; nothing is concluded from a reading that is broken off.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import { newId, type Random } from '../../../base/ids.ts';
import { asProblem } from '../../../base/problem.ts';
import type { CatalogueSnapshot, FedPeople, PersonSourceRecord } from '../../../core/catalogue/index.ts';
import {
  entryKey,
  entryNamespace,
  type FedEntry,
  feedRule,
  isOfEntries,
  type PeopleFeed,
  type TakeIn,
  type TakeInRule,
  takeIn,
  weigh,
  withValues,
} from '../../../core/directory/index.ts';
import type { IdentityVault } from '../../../edge/store/hub/identity-vault.ts';
import {
  aloneWithFeed,
  feedState,
  linkedEntries,
  noteTry,
  outcomeOf,
  overwritten,
  takeInPage,
} from '../../../edge/store/hub/people-feed.ts';
import type { TakeInWork } from '../../../edge/store/hub/take-in.ts';
import { eventsOf, ranksOf } from './take-in.ts';

export interface FeedParts {
  readonly pool: pg.Pool;
  readonly vault: IdentityVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly snapshot: () => CatalogueSnapshot;
  readonly feedOf: (record: PersonSourceRecord) => PeopleFeed;
}

export interface FeedWish {
  /** Everybody, whatever changed. */
  readonly full?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** Told what came of each person whom it touched. */
  readonly told?: ((taken: TakeIn) => void) | undefined;
}

export interface Synced {
  readonly kind: 'changes' | 'everybody';
  readonly why?: string | undefined;
  readonly entries: number;
  readonly created: number;
  readonly changed: number;
  /** People with an assignment that the source gives no more; it ends unless the brake holds it. */
  readonly ended: number;
  readonly refused: number;
}

const atOnce = 200;

/** Reads one source to the end. Undefined: another hub or command does. Rejects when the source does not answer whole. */
export async function syncFeed(
  parts: FeedParts,
  record: PersonSourceRecord,
  wish: FeedWish = {},
): Promise<Synced | undefined> {
  const { people } = record;
  if (people === undefined) throw new Error(`person source ${record.id} has no change feed`);
  const run = () => readToEnd(parts, { ...record, people }, wish);
  return wish.dryRun ? await run() : await aloneWithFeed(parts.pool, record.id, run);
}

async function readToEnd(
  parts: FeedParts,
  record: PersonSourceRecord & { readonly people: FedPeople },
  { full = false, dryRun = false, told }: FeedWish,
): Promise<Synced> {
  const { pool, vault, clock } = parts;
  const source = record.id;
  const begunAt = clock();
  if (!dryRun) await noteTry(pool, source, begunAt, undefined);
  const { cursor: from, fullAt } = await feedState(pool, source);
  const isDue = fullAt === undefined || begunAt - fullAt >= record.people.fullSeconds * 1000;
  const read = await parts.feedOf(record).read(full || isDue ? undefined : from);
  const counts = { created: 0, changed: 0, ended: 0, refused: 0 };
  const seen = new Set<string>();
  const take = async (works: readonly TakeInWork[], end?: Parameters<typeof takeInPage>[2]['end']): Promise<void> => {
    const taken = await takeInPage(pool, vault, { source, from, works, end, dryRun });
    if (taken === undefined) throw new Error(`person source ${source}: another hub has read on`);
    for (const one of taken) {
      const outcome = outcomeOf(one);
      if (outcome === undefined) continue;
      counts[outcome] += 1;
      told?.(one);
    }
  };
  // A page is kept back until the next one comes: the last goes together with the new place in the feed.
  let waiting: readonly TakeInWork[] = [];
  for await (const page of read.pages)
    for (let at = 0; at < page.length; at += atOnce) {
      const entries = page.slice(at, at + atOnce);
      for (const { object } of entries) seen.add(object);
      if (waiting.length > 0) await take(waiting);
      waiting = await worksOf(parts, record, entries);
    }
  if (read.kind === 'everybody') {
    const linked = await linkedEntries(pool, source);
    if (seen.size === 0 && linked.size > 0)
      throw asProblem(
        new Error(`person source ${source} shows nobody, and ${linked.size} were there: nothing is concluded`),
      );
    const gone = [...linked.keys()].filter((object) => !seen.has(object)).map((object) => ({ object }));
    for (let at = 0; at < gone.length; at += atOnce) {
      if (waiting.length > 0) await take(waiting);
      waiting = await worksOf(parts, record, gone.slice(at, at + atOnce));
    }
  }
  waiting = [...waiting, ...(await writtenOver(parts, source))];
  const isFull = read.kind === 'everybody';
  const synced = { kind: read.kind, why: read.why, entries: seen.size };
  await take(waiting, {
    cursor: read.cursor,
    isFull,
    begunAt,
    events(last) {
      const all = { ...counts };
      for (const outcome of last.map(outcomeOf)) if (outcome !== undefined) all[outcome] += 1;
      const isQuiet = !isFull && Object.values(all).every((one) => one === 0);
      return isQuiet
        ? []
        : [{ kind: 'hub.sourceSynced', at: begunAt, outcome: 'ok', body: { source, ...synced, ...all } }];
    },
  });
  return { ...synced, ...counts };
}

/** Entries that are somebody's here, or that may become somebody's. */
async function worksOf(
  parts: FeedParts,
  record: PersonSourceRecord & { readonly people: FedPeople },
  entries: readonly FedEntry[],
): Promise<readonly TakeInWork[]> {
  const { pool, snapshot, clock, random } = parts;
  const { people, id: source } = record;
  const linked = await linkedEntries(
    pool,
    source,
    entries.map(({ object }) => object),
  );
  const now = clock();
  const rule: TakeInRule = {
    source,
    identifier: entryNamespace(source),
    organisations: people.organisations,
    roles: [],
  };
  const ranks = ranksOf(snapshot());
  const conflicts = [...snapshot().assignmentConflicts.values()];
  return entries.flatMap(({ object, record: told }) => {
    const person = linked.get(object);
    if (told === undefined && person === undefined) return [];
    const records = told === undefined ? [] : [told];
    const asked = [entryKey(source, object)];
    const commissions = told?.commissions ?? [];
    return [
      {
        keys: [...asked, ...(told?.identifiers ?? [])],
        person,
        organisationNumbers: [...new Set(commissions.map(({ provider }) => provider.organisationNumber))],
        unitIds: [...new Set(commissions.flatMap(({ unit }) => unit?.id ?? []))],
        rule: feedRule(source),
        source,
        conflicts,
        now,
        decide: (read) =>
          takeIn({
            ...read,
            ranks,
            rule,
            records,
            asked,
            covers: isOfEntries([object]),
            creates: people.creates,
            newId: newId(now, random),
            now,
          }),
        events: (taken) =>
          eventsOf(taken, { rule: { id: feedRule(source), source }, about: undefined, now, check: undefined }),
      },
    ];
  });
}

/** People of whom a file wrote over what this source says: the words there are weighed anew. */
async function writtenOver({ pool, snapshot, clock }: FeedParts, source: string): Promise<readonly TakeInWork[]> {
  const ranks = ranksOf(snapshot());
  const now = clock();
  return (await overwritten(pool, source)).map((person) => ({
    keys: [],
    person,
    organisationNumbers: [],
    unitIds: [],
    rule: feedRule(source),
    source,
    conflicts: [],
    now,
    decide: ({ known: [known] }) => {
      if (known === undefined) return { kind: 'refused', reason: 'notInSource', people: [] };
      const { values, words } = weigh({
        person: known.person,
        namedBy: known.namedBy,
        words: known.words ?? [],
        ranks,
      });
      return {
        kind: 'taken',
        id: person,
        isNew: false,
        person: withValues(known.person, values),
        words,
        link: [],
        unlink: [],
        units: [],
        assignments: [],
        missing: [],
        changed: ['name'],
      };
    },
    events: (taken) =>
      eventsOf(taken, { rule: { id: feedRule(source), source }, about: undefined, now, check: undefined }),
  }));
}

/** One round over all sources whose turn it is. A source that fails is told of, noted, and read again at its next turn. */
export async function syncDueFeeds(parts: FeedParts, failed: (source: string, fault: string) => void): Promise<void> {
  const { pool, clock, snapshot } = parts;
  for (const record of snapshot().personSources.values()) {
    if (record.people === undefined || record.closed) continue;
    const { triedAt } = await feedState(pool, record.id);
    if (triedAt !== undefined && clock() - triedAt < record.people.syncSeconds * 1000) continue;
    try {
      await syncFeed(parts, record);
    } catch (thrown) {
      const fault = asProblem(thrown).detail ?? (thrown instanceof Error ? thrown.message : 'unknown');
      failed(record.id, fault);
      await noteTry(pool, record.id, clock(), fault);
    }
  }
}

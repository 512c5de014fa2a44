// Endings that the hub finds itself: passed through the brake, and told at once or held for two approvals.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import { dayMs, hourMs } from '../../../base/clock.ts';
import { newId, newReference } from '../../../base/ids.ts';
import { type Keyring, seal } from '../../../base/sealing/index.ts';
import { type HeldSource, heldMs, measure } from '../../../core/brake/index.ts';
import type { CardProfile, HolderEnding } from '../../../core/catalogue/index.ts';
import { topOf } from '../../../core/directory/index.ts';
import { type EndedPerson, endingStep, planEndings } from '../../../core/ordering/index.ts';
import { inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { takeCardStep } from '../../../edge/store/hub/card-steps.ts';
import { cardById, openCardsOf } from '../../../edge/store/hub/cards.ts';
import {
  cardsWithOldNames,
  employersOf,
  employmentsRunOut,
  licencesLost,
  licencesLostSince,
} from '../../../edge/store/hub/ending-watch.ts';
import { holdChange, isHeldBack, wasRefusedSince } from '../../../edge/store/hub/held-changes.ts';
import { type ToldNews, tellHolderNews } from '../../../edge/store/hub/holder-news.ts';
import { locks } from '../../../edge/store/hub/locks.ts';
import {
  commissionsEndedSince,
  endCommissions,
  type MissingPerson,
  missingCommissions,
} from '../../../edge/store/hub/missing-commissions.ts';
import { activePeople, liveSessions, organisationsById } from '../../../edge/store/hub/population.ts';
import { documentSealing, heldPurpose } from '../sealing.ts';

export interface WatchParts {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly seals: Keyring;
  readonly profiles: () => ReadonlyMap<string, CardProfile>;
}

/** Profiles whose cards end with this. */
export const profilesEndedBy = (
  profiles: ReadonlyMap<string, CardProfile>,
  what: CardProfile['endsBy'][number],
): readonly string[] => [...profiles.values()].filter(({ endsBy }) => endsBy.includes(what)).map(({ id }) => id);

/** After a refusal, more of the same is gathered for so long before it is brought in: a fault of a register comes in bites. */
const pauseMs = hourMs;

type Source = Exclude<HeldSource, 'apply'>;

interface Found<Person extends ToldNews> {
  readonly people: readonly Person[];
  /** People whom the same source has ended lately: they count. */
  readonly lately: readonly string[];
}

/** One kind of ending: where it comes from, how it is found, and what makes it true. */
export interface Ending<Person extends ToldNews> {
  readonly source: Source;
  readonly why: Extract<HolderEnding, 'employmentEnded' | 'licenceLost'>;
  readonly find: (client: pg.PoolClient, now: number) => Promise<Found<Person>>;
  readonly tell: (client: pg.PoolClient, people: readonly Person[], now: number) => Promise<void>;
  /** Waits for its turn, where somebody waits for the outcome; else a round that finds another at work is left out. */
  readonly waits?: boolean;
}

/** Tells the news of these people, or holds them all when they are too many. While a change of this source waits, nothing more is told. */
export async function throughBrake<Person extends ToldNews>(
  { pool, clock, seals, profiles }: WatchParts,
  { source, why, find, tell, waits }: Ending<Person>,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    if (waits) await client.query('SELECT pg_advisory_xact_lock($1)', [locks.endings]);
    else {
      const got = await client.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [locks.endings]);
      if (got.rows[0]?.got !== true) return;
    }
    const now = clock();
    const { people, lately } = await find(client, now);
    if (people.length === 0) return;
    const text = JSON.stringify(people);
    const digest = createHash('sha256').update(text).digest('hex');
    if (await isHeldBack(client, source, digest)) return;

    const organisations = await organisationsById(client);
    const everybody = [...new Set([...people.map(({ person }) => person), ...lately])];
    const employers = await employersOf(client, everybody, now);
    const topsOf = (person: string, left: readonly string[] = []) =>
      [...new Set([...left, ...(employers.get(person) ?? [])].map((id) => topOf(id, organisations)))].sort();
    const ended = people.map(({ person, news }): EndedPerson => {
      const left = news.flatMap((each) => each.organisations ?? []);
      const tops = left.length > 0 ? [...new Set(left.map((id) => topOf(id, organisations)))].sort() : topsOf(person);
      return { person, why, tops, news: news.map((each) => ({ ...each, person })) };
    });
    const before = lately.map((person) => ({ person, tops: topsOf(person) }));
    const measured = measure([...ended, ...before], await activePeople(client, organisations, now));
    if (!measured.waits) return tell(client, people, now);
    if (await wasRefusedSince(client, source, now - pauseMs)) return;

    const ids = people.map(({ person }) => person);
    const plan = planEndings(ended, {
      cards: await openCardsOf(client, ids),
      sessions: await liveSessions(client, ids, documentSealing(seals).open, now),
      profiles: profiles(),
      now,
    });
    const id = newId(now);
    const held = {
      id,
      source,
      covers: [source],
      digest,
      broughtBy: 'hub',
      bringers: [],
      people: measured.people,
      over: measured.over ?? { people: measured.people, of: 0 },
      tops: [...new Set(plan.flatMap(({ tops }) => tops))].sort(),
      heldAt: now,
      expiresAt: now + heldMs,
      state: 'waiting',
      approvals: [],
    } as const;
    await holdChange(client, { held, plan, sealed: seal(seals, heldPurpose, id, gzipSync(text)) }, now);
  });
}

/** Employments that ran out by their own date, or went some other way than by a told change. */
export const endRunOutEmployments = (parts: WatchParts): Promise<void> =>
  throughBrake<ToldNews>(parts, {
    source: 'employments',
    why: 'employmentEnded',
    tell: tellHolderNews,
    find: async (client, now) => ({
      people: (await employmentsRunOut(client, profilesEndedBy(parts.profiles(), 'employmentEnded'), now)).map(
        ({ person, organisations }) => ({ person, news: [{ what: 'employmentEnded', organisations }] }),
      ),
      lately: [],
    }),
  });

/** Licences that the register said have ended; all of a day count together, since holders are asked about in small bites. */
export const endLostLicences = (parts: WatchParts): Promise<void> =>
  throughBrake<ToldNews>(parts, {
    source: 'licences',
    why: 'licenceLost',
    tell: tellHolderNews,
    find: async (client, now) => ({
      people: (await licencesLost(client, profilesEndedBy(parts.profiles(), 'licenceLost'))).map((person) => ({
        person,
        news: [{ what: 'licenceLost' }],
      })),
      lately: await licencesLostSince(client, now - dayMs),
    }),
  });

/** Commissions that sources no longer give (`waits`: at a login, which goes by the outcome). */
export const endMissingCommissions = (parts: WatchParts, waits = false): Promise<void> =>
  throughBrake<MissingPerson>(parts, {
    source: 'sources',
    why: 'employmentEnded',
    waits,
    tell: endCommissions,
    find: async (client, now) => ({
      people: await missingCommissions(client, now),
      lately: await commissionsEndedSince(client, now - dayMs, now),
    }),
  });

const aRound = 200;

/** Cards with an old name whose days are over end. Each was let through, or approved, when the name came. */
export async function endOldNames({ pool, clock, profiles }: WatchParts): Promise<void> {
  for (const id of await cardsWithOldNames(pool, clock(), aRound)) {
    const card = await cardById(pool, id);
    if (card === undefined) continue;
    const from = { reference: newReference() };
    const wish = { from, input: { ending: 'nameChanged' as const }, now: clock(), profiles: profiles() };
    await takeCardStep(pool, id, endingStep(card), wish);
  }
}

// Renewals of many cards: the draft with every card that it is about, the job's own steps, and how far it has come.
import type pg from 'pg';
import { dayMs, type EpochMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import type { CardProfile } from '../../../core/catalogue/index.ts';
import {
  type Acting,
  type Card,
  type CardFacts,
  decideOrder,
  decideRenewal,
  type RenewalAction,
  type RenewalChange,
  type RenewalCounts,
  type RenewalDecision,
  type RenewalFacts,
  type RenewalItemState,
  type RenewalJob,
  type RenewalState,
  renewalOrder,
} from '../../../core/ordering/index.ts';
import { organisationsUpward } from './administrations.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { type ActingFrom, actingFor } from './card-steps.ts';
import { cardsOfAll, cardsRunningOut } from './cards.ts';
import { directoryReader } from './directory.ts';

interface JobRow {
  readonly id: string;
  readonly state: RenewalState;
  readonly revision: number;
  readonly organisation: string;
  readonly profile: string;
  readonly expiring_before: Date;
  readonly asked_by: string;
  readonly drafted_at: Date;
  readonly approved_by: string | null;
  readonly running_since: Date | null;
  readonly ended_at: Date | null;
}

const read = (row: JobRow): RenewalJob => ({
  id: row.id,
  state: row.state,
  revision: row.revision,
  organisation: row.organisation,
  profile: row.profile,
  expiringBefore: row.expiring_before.getTime(),
  askedBy: row.asked_by,
  draftedAt: row.drafted_at.getTime(),
  approvedBy: row.approved_by ?? undefined,
  runningSince: row.running_since?.getTime(),
  endedAt: row.ended_at?.getTime(),
});

/** `lock`: its steps are taken one after the other. */
export async function renewalById(client: Queryable, id: string, lock = false): Promise<RenewalJob | undefined> {
  const sql = `SELECT * FROM hub.card_renewal WHERE id = $1${lock ? ' FOR UPDATE' : ''}`;
  const [row] = (await client.query<JobRow>(sql, [id])).rows;
  return row && read(row);
}

/** Jobs of these organisations and below, the newest first; drafts are their makers' alone. */
export async function renewalsOf(
  client: Queryable,
  organisations: readonly string[],
  person: string,
  limit: number,
): Promise<readonly RenewalJob[]> {
  const result = await client.query<JobRow>(
    `WITH RECURSIVE down AS (
       SELECT id FROM hub.organisation WHERE id = ANY($1) UNION SELECT o.id FROM hub.organisation o JOIN down ON o.parent = down.id)
     SELECT j.* FROM hub.card_renewal j JOIN down ON down.id = j.organisation
     WHERE j.state <> 'draft' OR j.asked_by = $2 ORDER BY j.drafted_at DESC, j.id DESC LIMIT $3`,
    [organisations, person, limit],
  );
  return result.rows.map(read);
}

/** How many cards of the job are in each state. */
export async function renewalCounts(client: Queryable, job: string): Promise<RenewalCounts> {
  const result = await client.query<{ state: RenewalItemState; cards: number }>(
    'SELECT state, count(*)::int AS cards FROM hub.card_renewal_item WHERE job = $1 GROUP BY state',
    [job],
  );
  const counts = { waiting: 0, done: 0, failed: 0, excluded: 0 };
  for (const { state, cards } of result.rows) counts[state] = cards;
  return counts;
}

/** A draft is kept for a day, what waits for a second officer for a month, what is over for a year. */
const keptDays: Readonly<Record<RenewalState, number | undefined>> = {
  draft: 1,
  asked: 30,
  running: undefined,
  paused: undefined,
  stopped: 365,
  done: 365,
};

async function save(client: Queryable, job: RenewalJob, now: EpochMs): Promise<void> {
  const days = keptDays[job.state];
  const time = (at: EpochMs | undefined) => (at === undefined ? null : new Date(at));
  await client.query(
    `INSERT INTO hub.card_renewal (id, state, revision, organisation, profile, expiring_before, asked_by, drafted_at, approved_by,
       running_since, ended_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, revision = excluded.revision, approved_by = excluded.approved_by,
       running_since = excluded.running_since, ended_at = excluded.ended_at, expires_at = excluded.expires_at`,
    [
      job.id,
      job.state,
      job.revision,
      job.organisation,
      job.profile,
      time(job.expiringBefore),
      job.askedBy,
      time(job.draftedAt),
      job.approvedBy ?? null,
      time(job.runningSince),
      time(job.endedAt),
      time(days === undefined ? undefined : now + days * dayMs),
    ],
  );
}

/** Makes a step of the job true, with its trail. */
export async function writeRenewal(
  client: Queryable,
  { job, event, retries }: RenewalChange,
  now: EpochMs,
  from: Pick<ActingFrom, 'session' | 'reference'>,
): Promise<void> {
  await save(client, job, now);
  if (retries)
    await client.query(
      "UPDATE hub.card_renewal_item SET state = 'waiting', reason = NULL, attempts = 0, changed_at = $2 WHERE job = $1 AND state = 'failed'",
      [job.id, new Date(now)],
    );
  await insertAudit(client, [{ ...event, session: from.session, reference: from.reference }]);
}

/** Cards that one job may be about: more are several jobs. */
export const mostInRenewal = 20_000;
const pageOfCards = 500;

export interface RenewalDraftWish {
  readonly from: ActingFrom & { readonly person: string };
  readonly organisation: string;
  readonly profile: CardProfile;
  readonly expiringBefore: EpochMs;
  readonly now: EpochMs;
}

/** Writes down every card that a job would be about, and for each that it would pass over why; answers its id, or that there are too many. */
export const draftRenewal = (pool: pg.Pool, wish: RenewalDraftWish): Promise<string | undefined> =>
  inTransaction(pool, async (client) => {
    const { now, organisation, profile, from } = wish;
    const job: RenewalJob = {
      id: newId(now),
      state: 'draft',
      revision: 1,
      organisation,
      profile: profile.id,
      expiringBefore: wish.expiringBefore,
      askedBy: from.person,
      draftedAt: now,
    };
    await save(client, job, now);
    const acting = await actingFor(client, from);
    const organisations = new Map((await directoryReader(client).organisations()).map((one) => [one.id, one]));
    const search = { organisation, profile: profile.id, after: now, before: wish.expiringBefore };
    let place = 0;
    for (let beyond: Card | undefined; ; ) {
      const cards = await cardsRunningOut(client, { ...search, beyond }, pageOfCards);
      if (place + cards.length > mostInRenewal) {
        // Nothing of it stays.
        await client.query('DELETE FROM hub.card_renewal WHERE id = $1', [job.id]);
        return undefined;
      }
      const items = (await draftItems(client, job, cards, { acting, profile, organisations, now })).map((item) => {
        place += 1;
        return { ...item, place };
      });
      await client.query(
        `INSERT INTO hub.card_renewal_item (job, place, card, renewal, state, reason, changed_at)
         SELECT $1, i.place, i.card, i.renewal, i.state, i.reason, $3
         FROM json_to_recordset($2::json) AS i(place int, card text, renewal text, state text, reason text)`,
        [job.id, JSON.stringify(items), new Date(now)],
      );
      beyond = cards.at(-1);
      if (beyond === undefined || cards.length < pageOfCards) return job.id;
    }
  });

/** The same decision as at the time of the order, over the facts of many cards at once. */
async function draftItems(
  client: Queryable,
  job: RenewalJob,
  cards: readonly Card[],
  given: { readonly acting: Acting; readonly profile: CardProfile } & Pick<CardFacts, 'organisations' | 'now'>,
) {
  const holders = [...new Set(cards.map(({ holder }) => holder))];
  const people = new Map((await directoryReader(client).people(holders)).map((person) => [person.id, person]));
  const byHolder = Map.groupBy(await cardsOfAll(client, holders), ({ holder }) => holder);
  return cards.map((card) => {
    const holder = people.get(card.holder);
    const order = renewalOrder(job, newId(given.now), card, given.now);
    const facts = {
      ...given,
      card: order,
      holder,
      assignments: holder?.assignments ?? [],
      others: byHolder.get(card.holder) ?? [],
      input: {},
    };
    const decision = decideOrder(facts);
    return decision.kind === 'done'
      ? { card: card.id, renewal: order.id, state: 'waiting' }
      : { card: card.id, renewal: order.id, state: 'excluded', reason: decision.code };
  });
}

/** All that a decision on the job looks at. */
export async function renewalFacts(
  client: Queryable,
  job: RenewalJob,
  given: {
    readonly from: ActingFrom & { readonly person: string };
    readonly profiles: ReadonlyMap<string, CardProfile>;
    readonly now: EpochMs;
  },
  seen?: number,
): Promise<RenewalFacts | undefined> {
  const acting = await actingFor(client, given.from);
  if (acting.kind !== 'person') return undefined;
  return {
    now: given.now,
    job,
    counts: await renewalCounts(client, job.id),
    profile: given.profiles.get(job.profile),
    person: acting.person,
    grants: acting.grants,
    organisations: await organisationsUpward(client, job.organisation),
    seen,
  };
}

/** Takes a step of the job. */
export const takeRenewalStep = (
  pool: pg.Pool,
  id: string,
  action: RenewalAction,
  given: Parameters<typeof renewalFacts>[2],
  seen?: number,
): Promise<RenewalDecision | { readonly kind: 'unknown' }> =>
  inTransaction(pool, async (client) => {
    const job = await renewalById(client, id, true);
    const facts = job && (await renewalFacts(client, job, given, seen));
    if (facts === undefined) return { kind: 'unknown' };
    const decision = decideRenewal(action, facts);
    if (decision.kind === 'done') await writeRenewal(client, decision, given.now, given.from);
    return decision;
  });

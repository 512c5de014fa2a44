// Renews the next cards of whatever jobs run: claims, orders, their trail and the ends of the items are one transaction.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import { newReference } from '../../../base/ids.ts';
import type { CardProfile } from '../../../core/catalogue/index.ts';
import {
  type Acting,
  type CardFacts,
  decideOrder,
  decideRenewalEnd,
  type RenewalItemState,
  type RenewalJob,
  renewalOrder,
  renewalRefused,
} from '../../../core/ordering/index.ts';
import { organisationsUpward } from './administrations.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { renewalById, renewalCounts, writeRenewal } from './card-renewals.ts';
import { actingFor, cardFacts, lockHolder, writeStep } from './card-steps.ts';
import { cardById } from './cards.ts';

interface Claimed {
  readonly job: string;
  readonly place: number;
  readonly card: string;
  readonly renewal: string;
}

export interface LaneFacts {
  readonly now: EpochMs;
  readonly profiles: ReadonlyMap<string, CardProfile>;
}

/** The database takes a claim back from a hub that has been silent for so long in the middle of one card. */
const leaseSeconds = 15;
/** What breaks so often by itself is left as failed, so that it holds up nothing behind it. */
const mostAttempts = 3;

/**
 * The next cards, a few in one transaction. The claim is the lock on an item, which a hub that dies loses with its connection:
 * another hub then goes on with those very cards, of which nothing was written. Two hubs pass each other by. Answers how many
 * were seen to; 0: nothing waits.
 */
export async function renewNext(pool: pg.Pool, facts: LaneFacts, most: number): Promise<number> {
  let claimed: Claimed | undefined;
  try {
    return await inTransaction(pool, async (client) => {
      await client.query(`SET LOCAL idle_in_transaction_session_timeout = '${leaseSeconds}s'`);
      const known: Known = { jobs: new Map(), acting: new Map(), organisations: new Map() };
      for (let seen = 0; seen < most; seen += 1) {
        claimed = await claim(client);
        if (claimed === undefined) return seen;
        await renew(client, claimed, facts, known);
      }
      return most;
    });
  } catch (error) {
    // When the database is away this fails as well, and the item is as it was.
    if (claimed !== undefined) await noteAttempt(pool, claimed, facts.now);
    throw error;
  }
}

/** What is the same for many cards of one transaction; what may not change under it is locked. */
interface Known {
  readonly jobs: Map<string, RenewalJob | undefined>;
  readonly acting: Map<string, Acting>;
  readonly organisations: Map<string, CardFacts['organisations']>;
}

async function once<T>(known: Map<string, T>, key: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const value = await read();
  known.set(key, value);
  return value;
}

async function claim(client: Queryable): Promise<Claimed | undefined> {
  const result = await client.query<Claimed>(
    `SELECT i.job, i.place, i.card, i.renewal FROM hub.card_renewal j JOIN LATERAL (
       SELECT * FROM hub.card_renewal_item w WHERE w.job = j.id AND w.state = 'waiting' ORDER BY w.place LIMIT 1 FOR UPDATE SKIP LOCKED) i ON true
     WHERE j.state = 'running' ORDER BY j.id LIMIT 1`,
  );
  return result.rows[0];
}

async function renew(client: Queryable, claimed: Claimed, { now, profiles }: LaneFacts, known: Known): Promise<void> {
  const job = await once(known.jobs, claimed.job, () => renewalById(client, claimed.job));
  const before = await cardById(client, claimed.card);
  if (job === undefined || before === undefined) throw new Error(`the card of ${claimed.job} ${claimed.place} is gone`);
  await lockHolder(client, before.holder);
  const from = { person: job.askedBy, reference: newReference() };
  const wish = { from, input: { approvedBy: job.approvedBy }, now, profiles };
  const { organisation } = before;
  const facts = await cardFacts(client, renewalOrder(job, claimed.renewal, before, now), wish, undefined, {
    acting: await once(known.acting, job.askedBy, () => actingFor(client, from)),
    organisations: await once(known.organisations, organisation, () => organisationsUpward(client, organisation)),
  });
  const decision = decideOrder(facts);
  if (decision.kind === 'done') {
    await writeStep(client, decision, wish);
    await settle(client, claimed, 'done', now);
    return;
  }
  await insertAudit(client, [{ ...renewalRefused(job, before, decision.code, now), reference: from.reference }]);
  await settle(client, claimed, 'failed', now, decision.code);
}

const settle = (
  client: Queryable,
  { job, place }: Claimed,
  state: RenewalItemState,
  now: EpochMs,
  reason: string | null = null,
) =>
  client.query(
    'UPDATE hub.card_renewal_item SET state = $3, reason = $4, changed_at = $5 WHERE job = $1 AND place = $2',
    [job, place, state, reason, new Date(now)],
  );

const noteAttempt = (pool: pg.Pool, claimed: Claimed, now: EpochMs): Promise<void> =>
  inTransaction(pool, async (client) => {
    const result = await client.query<{ attempts: number }>(
      `UPDATE hub.card_renewal_item SET attempts = attempts + 1 WHERE job = $1 AND place = $2 AND state = 'waiting' RETURNING attempts`,
      [claimed.job, claimed.place],
    );
    if ((result.rows[0]?.attempts ?? 0) < mostAttempts) return;
    const [job, before] = [await renewalById(client, claimed.job), await cardById(client, claimed.card)];
    if (job !== undefined && before !== undefined)
      await insertAudit(client, [renewalRefused(job, before, 'renewal.internal', now)]);
    await settle(client, claimed, 'failed', now, 'renewal.internal');
  });

/** Ends the jobs that have nothing left; each once, however many hubs look. */
export async function endRenewals(pool: pg.Pool, now: EpochMs): Promise<void> {
  const over = await pool.query<{ id: string }>(
    `SELECT id FROM hub.card_renewal j WHERE state = 'running'
     AND NOT EXISTS (SELECT 1 FROM hub.card_renewal_item i WHERE i.job = j.id AND i.state = 'waiting')`,
  );
  for (const { id } of over.rows)
    await inTransaction(pool, async (client) => {
      const job = await renewalById(client, id, true);
      const end = job && decideRenewalEnd({ job, counts: await renewalCounts(client, id), now });
      if (end !== undefined) await writeRenewal(client, end, now, { reference: newReference() });
    });
}

// Renews the next card of whatever jobs run: its claim, the order, its trail and the item's end are one transaction.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import { newReference } from '../../../base/ids.ts';
import type { CardProfile } from '../../../core/catalogue/index.ts';
import {
  decideOrder,
  decideRenewalEnd,
  type RenewalItemState,
  renewalOrder,
  renewalRefused,
} from '../../../core/ordering/index.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { renewalById, renewalCounts, writeRenewal } from './card-renewals.ts';
import { cardFacts, lockHolder, writeStep } from './card-steps.ts';
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
 * One card. The claim is the lock on its item, which a hub that dies loses with its connection: another hub then goes on with
 * that very card, of which nothing was written. Two hubs pass each other by. Answers `nothing` when nothing waits.
 */
export async function renewNext(pool: pg.Pool, facts: LaneFacts): Promise<'done' | 'failed' | 'nothing'> {
  let claimed: Claimed | undefined;
  try {
    return await inTransaction(pool, async (client) => {
      await client.query(`SET LOCAL idle_in_transaction_session_timeout = '${leaseSeconds}s'`);
      claimed = await claim(client);
      return claimed === undefined ? 'nothing' : await renew(client, claimed, facts);
    });
  } catch (error) {
    // When the database is away this fails as well, and the item is as it was.
    if (claimed !== undefined) await noteAttempt(pool, claimed, facts.now);
    throw error;
  }
}

async function claim(client: Queryable): Promise<Claimed | undefined> {
  const result = await client.query<Claimed>(
    `SELECT i.job, i.place, i.card, i.renewal FROM hub.card_renewal j JOIN LATERAL (
       SELECT * FROM hub.card_renewal_item w WHERE w.job = j.id AND w.state = 'waiting' ORDER BY w.place LIMIT 1 FOR UPDATE SKIP LOCKED) i ON true
     WHERE j.state = 'running' ORDER BY j.id LIMIT 1`,
  );
  return result.rows[0];
}

async function renew(client: Queryable, claimed: Claimed, { now, profiles }: LaneFacts): Promise<'done' | 'failed'> {
  const [job, before] = [await renewalById(client, claimed.job), await cardById(client, claimed.card)];
  if (job === undefined || before === undefined) throw new Error(`the card of ${claimed.job} ${claimed.place} is gone`);
  await lockHolder(client, before.holder);
  const from = { person: job.askedBy, reference: newReference() };
  const wish = { from, input: { approvedBy: job.approvedBy }, now, profiles };
  const order = renewalOrder(job, claimed.renewal, before, now);
  const decision = decideOrder(await cardFacts(client, order, wish));
  if (decision.kind === 'done') {
    await writeStep(client, decision, wish);
    await settle(client, claimed, 'done', now);
    return 'done';
  }
  await insertAudit(client, [{ ...renewalRefused(job, before, decision.code, now), reference: from.reference }]);
  await settle(client, claimed, 'failed', now, decision.code);
  return 'failed';
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

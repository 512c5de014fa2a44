// Changes that wait for two approvals: held with their plan, replaced by a newer one, approved, refused, and run out.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import {
  approvalMs,
  decideHeld,
  type HeldAction,
  type HeldChange,
  type HeldDecision,
  type HeldPerson,
  type HeldSource,
  type HeldState,
  heldEvent,
  replaces,
} from '../../../core/brake/index.ts';
import type { OutboxKind } from '../../../core/outbox/index.ts';
import { grantsOf } from './administrations.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { organisationsById } from './population.ts';

interface Row {
  readonly id: string;
  readonly source: HeldSource;
  readonly covers: readonly string[];
  readonly digest: string;
  readonly brought_by: string;
  readonly bringers: readonly string[];
  readonly people: number;
  readonly over: HeldChange['over'];
  readonly tops: readonly string[];
  readonly held_at: Date;
  readonly expires_at: Date;
  readonly state: HeldState;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly reason: string | null;
  readonly approvals: readonly { readonly person: string; readonly at: number }[];
}

const columns = `h.id, h.source, h.covers, h.digest, h.brought_by, h.bringers, h.people, h.over, h.tops, h.held_at, h.expires_at, h.state,
  h.decided_at, h.decided_by, h.reason,
  (SELECT coalesce(json_agg(json_build_object('person', a.person, 'at', extract(epoch FROM a.at)::float8 * 1000) ORDER BY a.at, a.person), '[]')
   FROM hub.held_approval a WHERE a.held = h.id) AS approvals`;

const read = (row: Row): HeldChange => ({
  id: row.id,
  source: row.source,
  covers: row.covers,
  digest: row.digest,
  broughtBy: row.brought_by,
  bringers: row.bringers,
  people: row.people,
  over: row.over,
  tops: row.tops,
  heldAt: row.held_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  state: row.state,
  decidedAt: row.decided_at?.getTime(),
  decidedBy: row.decided_by ?? undefined,
  reason: row.reason ?? undefined,
  approvals: row.approvals,
});

/** One change. `lock`: nobody else decides on it before the caller's transaction is over. */
export async function heldById(client: Queryable, id: string, lock = false): Promise<HeldChange | undefined> {
  if (lock) await client.query('SELECT FROM hub.held_change WHERE id = $1 FOR UPDATE', [id]);
  const [row] = (await client.query<Row>(`SELECT ${columns} FROM hub.held_change h WHERE h.id = $1`, [id])).rows;
  return row && read(row);
}

/** Those that wait or were approved and are not carried out yet, and those decided since `since`; the newest first. */
export async function heldSince(client: Queryable, since: EpochMs): Promise<readonly HeldChange[]> {
  const result = await client.query<Row>(
    `SELECT ${columns} FROM hub.held_change h WHERE h.state IN ('waiting', 'approved') OR h.decided_at > $1 ORDER BY h.held_at DESC, h.id DESC LIMIT 200`,
    [new Date(since)],
  );
  return result.rows.map(read);
}

/** People of a plan after one of them, in order of id. */
export async function heldPeople(
  client: Queryable,
  id: string,
  after: string,
  limit: number,
): Promise<readonly HeldPerson[]> {
  const result = await client.query<HeldPerson>(
    `SELECT person, why, tops, cards, certificates, sessions, accounts FROM hub.held_person WHERE held = $1 AND person > $2 ORDER BY person LIMIT $3`,
    [id, after, limit],
  );
  return result.rows;
}

/** Whether somebody is among those whom a change ends. */
export const isInPlan = async (client: Queryable, id: string, person: string): Promise<boolean> =>
  (await client.query('SELECT FROM hub.held_person WHERE held = $1 AND person = $2', [id, person])).rowCount !== 0;

type HeldThing = 'people' | 'cards' | 'certificates' | 'sessions' | 'accounts';

/** How many people, cards, certificates, sessions and accounts a plan has. */
export async function heldCounts(client: Queryable, id: string): Promise<Readonly<Record<HeldThing, number>>> {
  const result = await client.query<Record<HeldThing, number>>(
    `SELECT count(*)::int AS people, coalesce(sum(cardinality(cards)), 0)::int AS cards,
       coalesce(sum(cardinality(certificates)), 0)::int AS certificates, coalesce(sum(cardinality(sessions)), 0)::int AS sessions,
       coalesce(sum(cardinality(accounts)), 0)::int AS accounts
     FROM hub.held_person WHERE held = $1`,
    [id],
  );
  return result.rows[0] ?? { people: 0, cards: 0, certificates: 0, sessions: 0, accounts: 0 };
}

/**
 * Whether what a source finds again and again is not to be brought in now: a change of it waits or is being carried out, or
 * this very one was refused.
 */
export async function isHeldBack(client: Queryable, source: HeldSource, digest: string): Promise<boolean> {
  const result = await client.query(
    `SELECT FROM hub.held_change WHERE source = $1 AND (state IN ('waiting', 'approved') OR state = 'refused' AND digest = $2) LIMIT 1`,
    [source, digest],
  );
  return result.rowCount !== 0;
}

/** Whether a change of this source was refused after that. */
export async function wasRefusedSince(client: Queryable, source: HeldSource, since: EpochMs): Promise<boolean> {
  const result = await client.query(
    `SELECT FROM hub.held_change WHERE source = $1 AND state = 'refused' AND decided_at > $2 LIMIT 1`,
    [source, new Date(since)],
  );
  return result.rowCount !== 0;
}

/** Drops what a newer change takes the place of, and says so in the trail. Answers what was dropped. */
export async function replaceHeld(
  client: Queryable,
  newer: Pick<HeldChange, 'source' | 'covers'> & { readonly id?: string | undefined; readonly by: string },
  now: EpochMs,
): Promise<readonly HeldChange[]> {
  const result = await client.query<Row>(
    `SELECT ${columns} FROM hub.held_change h WHERE h.source = $1 AND h.state IN ('waiting', 'approved') ORDER BY h.id FOR UPDATE OF h`,
    [newer.source],
  );
  const gone = result.rows.map(read).filter((older) => older.id !== newer.id && replaces(newer, older));
  for (const older of gone) await close(client, older, 'replaced', now, { replacedBy: newer.id ?? newer.by });
  return gone;
}

const endings = {
  replaced: 'admin.changeReplaced',
  expired: 'admin.changeExpired',
  failed: 'admin.changeCarriedOut',
  done: 'admin.changeCarriedOut',
} as const;

/** Ends a change that nobody decides on any more; what would carry it out is gone with it. */
async function close(
  client: Queryable,
  held: HeldChange,
  state: keyof typeof endings,
  now: EpochMs,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await client.query(
    'UPDATE hub.held_change SET state = $2, sealed = NULL, decided_at = coalesce(decided_at, $3) WHERE id = $1',
    [held.id, state, new Date(now)],
  );
  const event = heldEvent(endings[state], { ...held, state }, now, undefined, more);
  await insertAudit(client, [state === 'failed' ? { ...event, outcome: 'failed' } : event]);
}

/** Who brings the same change in is one of its bringers too: an approval of theirs no longer counts. */
async function addBringers(client: Queryable, id: string, bringers: readonly string[]): Promise<void> {
  await client.query(
    'UPDATE hub.held_change SET bringers = ARRAY(SELECT DISTINCT unnest(bringers || $2::text[]) ORDER BY 1) WHERE id = $1',
    [id, bringers],
  );
  await client.query('DELETE FROM hub.held_approval WHERE held = $1 AND person = ANY($2)', [id, bringers]);
}

/**
 * Holds a change with its plan. A change that waits already with the same digest is this one, and keeps its approvals;
 * any other that it covers is replaced. Answers the one that waits, and what it replaced.
 */
export async function holdChange(
  client: Queryable,
  given: { readonly held: HeldChange; readonly plan: readonly HeldPerson[]; readonly sealed: Buffer },
  now: EpochMs,
): Promise<{ readonly held: HeldChange; readonly replaced: readonly HeldChange[] }> {
  const { held, plan, sealed } = given;
  const same = await client.query<Row>(
    `SELECT ${columns} FROM hub.held_change h WHERE h.source = $1 AND h.digest = $2 AND h.state = 'waiting' AND h.expires_at > $3 FOR UPDATE OF h`,
    [held.source, held.digest, new Date(now)],
  );
  const [row] = same.rows;
  if (row !== undefined) {
    await addBringers(client, row.id, held.bringers);
    return { held: (await heldById(client, row.id)) ?? read(row), replaced: [] };
  }
  const replaced = await replaceHeld(client, { ...held, by: held.broughtBy }, now);
  await client.query(
    `INSERT INTO hub.held_change (id, source, covers, digest, brought_by, bringers, people, over, tops, held_at, expires_at, state, sealed)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $12)`,
    [
      held.id,
      held.source,
      held.covers,
      held.digest,
      held.broughtBy,
      held.bringers,
      held.people,
      JSON.stringify(held.over),
      held.tops,
      new Date(held.heldAt),
      new Date(held.expiresAt),
      sealed,
    ],
  );
  await client.query(
    `INSERT INTO hub.held_person (held, person, why, tops, cards, certificates, sessions, accounts)
     SELECT $2, r.person, r.why, r.tops, r.cards, r.certificates, r.sessions, r.accounts
     FROM json_to_recordset($1::json) AS r(person text, why text, tops text[], cards text[], certificates text[], sessions text[], accounts text[])`,
    [JSON.stringify(plan), held.id],
  );
  await insertAudit(client, [
    heldEvent('admin.changeHeld', held, now, undefined, {
      covers: held.covers,
      expiresAt: new Date(held.expiresAt).toISOString(),
    }),
  ]);
  return { held, replaced };
}

/** Drops what nobody decided in time. */
export const expireHeld = (pool: pg.Pool, now: EpochMs): Promise<number> =>
  inTransaction(pool, async (client) => {
    const result = await client.query<Row>(
      `SELECT ${columns} FROM hub.held_change h WHERE h.state = 'waiting' AND h.expires_at <= $1 ORDER BY h.id FOR UPDATE OF h SKIP LOCKED`,
      [new Date(now)],
    );
    for (const held of result.rows.map(read)) await close(client, held, 'expired', now);
    return result.rows.length;
  });

/** An operator drops a change that waits; false: it does not wait. */
export const withdrawHeld = (
  pool: pg.Pool,
  id: string,
  by: { readonly who: string; readonly reason: string },
  now: EpochMs,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const held = await heldById(client, id, true);
    if (held?.state !== 'waiting') return false;
    const after: HeldChange = { ...held, state: 'refused', decidedAt: now, reason: by.reason };
    await client.query(
      'UPDATE hub.held_change SET state = $2, sealed = NULL, decided_at = $3, reason = $4 WHERE id = $1',
      [id, after.state, new Date(now), by.reason],
    );
    await insertAudit(client, [heldEvent('admin.changeRefused', after, now, undefined, { who: by.who })]);
    return true;
  });

/** How many wait, and since when the oldest; for metrics. */
export async function heldWaiting(
  client: Queryable,
  now: EpochMs,
): Promise<{ readonly waiting: number; readonly approved: number; readonly oldestSeconds: number }> {
  const result = await client.query<{ waiting: number; approved: number; oldest: Date | null }>(
    `SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting, count(*) FILTER (WHERE state = 'approved')::int AS approved, min(held_at) AS oldest
     FROM hub.held_change WHERE state IN ('waiting', 'approved')`,
  );
  const { waiting = 0, approved = 0, oldest = null } = result.rows[0] ?? {};
  return { waiting, approved, oldestSeconds: oldest === null ? 0 : Math.max(0, (now - oldest.getTime()) / 1000) };
}

/** Who decides, from which session, and how strongly they are proven. */
export interface HeldWish {
  readonly person: string;
  readonly session: string;
  readonly reference: string;
  readonly isProven: boolean;
  readonly reason?: string | undefined;
  readonly now: EpochMs;
}

/** One decision: change, approval, trail and the work that follows become true together, or nothing does. */
export const decideHeldChange = (
  pool: pg.Pool,
  id: string,
  action: HeldAction,
  wish: HeldWish,
): Promise<HeldDecision | { readonly kind: 'unknown' }> =>
  inTransaction(pool, async (client) => {
    const { now, person, session, reference } = wish;
    const held = await heldById(client, id, true);
    if (held === undefined) return { kind: 'unknown' };
    const found = await client.query<{ id: string; closed: boolean }>(
      'SELECT id, closed FROM hub.person WHERE id = $1 FOR SHARE',
      [person],
    );
    const decision = decideHeld(action, {
      now,
      held,
      person: found.rows[0] ?? { id: person, closed: true },
      grants: await grantsOf(client, person, true),
      organisations: await organisationsById(client),
      isAffected: await isInPlan(client, id, person),
      isProven: wish.isProven,
      reason: wish.reason,
    });
    if (decision.kind === 'refused') return decision;
    const { held: after, event, carriesOut } = decision;
    await client.query(
      'UPDATE hub.held_change SET state = $2, decided_at = $3, decided_by = $4, reason = $5 WHERE id = $1',
      [
        id,
        after.state,
        after.decidedAt === undefined ? null : new Date(after.decidedAt),
        after.decidedBy ?? null,
        after.reason ?? null,
      ],
    );
    if (action === 'refuse') await client.query('UPDATE hub.held_change SET sealed = NULL WHERE id = $1', [id]);
    else {
      await client.query('DELETE FROM hub.held_approval WHERE held = $1 AND at <= $2', [
        id,
        new Date(now - approvalMs),
      ]);
      await client.query('INSERT INTO hub.held_approval (held, person, at, session) VALUES ($1, $2, $3, $4)', [
        id,
        person,
        new Date(now),
        session,
      ]);
    }
    await insertAudit(client, [{ ...event, session, reference }]);
    if (carriesOut) {
      const kind: OutboxKind = 'heldChange';
      await client.query('INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES ($1, $2, $3, $4, now())', [
        `held ${id}`,
        kind,
        `held ${id}`,
        JSON.stringify({ held: id }),
      ]);
    }
    return decision;
  });

/** An approved change and what carries it out; undefined: it is over, or was never approved. Locks it. */
export async function approvedChange(
  client: Queryable,
  id: string,
): Promise<{ readonly held: HeldChange; readonly sealed: Buffer } | undefined> {
  const held = await heldById(client, id, true);
  const result = await client.query<{ sealed: Buffer | null }>('SELECT sealed FROM hub.held_change WHERE id = $1', [
    id,
  ]);
  const sealed = result.rows[0]?.sealed ?? undefined;
  return held?.state === 'approved' && sealed !== undefined ? { held, sealed } : undefined;
}

/** Says in the caller's transaction that it was carried out. */
export const carriedOut = (client: Queryable, held: HeldChange, now: EpochMs): Promise<void> =>
  close(client, held, 'done', now);

/** It cannot be carried out: what was approved no longer fits what is there. */
export const couldNotCarryOut = (pool: pg.Pool, id: string, why: string, now: EpochMs): Promise<void> =>
  inTransaction(pool, async (client) => {
    const held = await heldById(client, id, true);
    if (held?.state === 'approved') await close(client, held, 'failed', now, { failure: why.slice(0, 300) });
  });

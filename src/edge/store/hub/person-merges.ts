// Makes two people one, or two again, in one transaction: what hangs on the other moves, the other is closed, both trails tell (V4).
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import {
  type MergeFacts,
  type Moved,
  mergeChecks,
  objections,
  type UnmergeFacts,
  unmergeChecks,
} from '../../../core/directory/index.ts';
import type { OutboxKind } from '../../../core/outbox/index.ts';
import { insertAudit, inTransaction } from './audit-insert.ts';
import { closePeople } from './directory-write.ts';
import type { IdentityVault } from './identity-vault.ts';
import { locks } from './locks.ts';
import { mergeFacts, unmergeFacts } from './merge-facts.ts';

export interface MergeWish {
  readonly keep: string;
  readonly other: string;
  readonly reason: string;
  readonly who: string;
  readonly rules: MergeFacts['rules'];
  readonly now: EpochMs;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
}

export type MergeOutcome =
  | { readonly kind: 'done'; readonly id: string; readonly moved: Moved }
  | { readonly kind: 'refused'; readonly because: readonly string[] };

/** Undoes the transaction of a dry run and carries its answer out. */
class Undone extends Error {
  readonly outcome: MergeOutcome;
  constructor(outcome: MergeOutcome) {
    super('undone');
    this.outcome = outcome;
  }
}

async function together(
  pool: pg.Pool,
  dryRun: boolean,
  work: (client: pg.PoolClient) => Promise<MergeOutcome>,
): Promise<MergeOutcome> {
  try {
    return await inTransaction(pool, async (client) => {
      // Merges and applied files come one after the other.
      await client.query('SELECT pg_advisory_xact_lock($1)', [locks.apply]);
      const outcome = await work(client);
      if (dryRun) throw new Undone(outcome);
      return outcome;
    });
  } catch (thrown) {
    if (thrown instanceof Undone) return thrown.outcome;
    throw thrown;
  }
}

/** A source that tells of one of the two at this moment waits, or is waited for: the same locks in the same order as taking in. */
async function lockIdentities(client: pg.PoolClient, people: readonly string[]): Promise<void> {
  await client.query(
    `SELECT pg_advisory_xact_lock(k.key) FROM (SELECT DISTINCT hashtextextended(l.namespace || ' ' || l.lookup, 0) AS key
       FROM hub.link l WHERE l.person = ANY($1) AND l.until IS NULL ORDER BY 1 OFFSET 0) k`,
    [people],
  );
  await client.query('SELECT id FROM hub.person WHERE id = ANY($1) ORDER BY id FOR UPDATE', [people]);
}

/** Moves what is live from one person to another: each link ends, and one like it begins (K10). */
async function moveLinks(
  client: pg.PoolClient,
  from: string,
  to: string,
  now: EpochMs,
  only?: readonly string[],
): Promise<Moved['links']> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM hub.link WHERE person = $1 AND until IS NULL AND ($2::text[] IS NULL OR id = ANY($2)) ORDER BY id`,
    [from, only ?? null],
  );
  const links = rows.map(({ id }) => ({ from: id, to: newId(now) }));
  await client.query(
    `UPDATE hub.link SET until = $2, ended_by = 'administrator' WHERE id = ANY($1) AND until IS NULL`,
    [links.map((link) => link.from), new Date(now)],
  );
  await client.query(
    `INSERT INTO hub.link (id, namespace, lookup, person, source, since, provider, issuer, ceiling)
     SELECT r."to", l.namespace, l.lookup, $2, l.source, $3, l.provider, l.issuer, l.ceiling
     FROM json_to_recordset($1::json) AS r("from" text, "to" text) JOIN hub.link l ON l.id = r."from"`,
    [JSON.stringify(links), to, new Date(now)],
  );
  return links;
}

/** Makes `other` a part of `keep`, or says everything that stands against it. */
export const mergePeople = (pool: pg.Pool, vault: IdentityVault, wish: MergeWish): Promise<MergeOutcome> =>
  together(pool, wish.dryRun, async (client) => {
    const { keep, other, reason, who, now } = wish;
    await lockIdentities(client, [keep, other]);
    const facts = await mergeFacts(client, vault, wish);
    const because = objections(facts, mergeChecks);
    if (because.length > 0) return { kind: 'refused', because };
    const assignments = await client.query<{ id: string }>(
      'UPDATE hub.assignment SET person = $2 WHERE person = $1 RETURNING id',
      [other, keep],
    );
    const passwords = await client.query<{ username: string }>(
      'UPDATE hub.password SET person = $2 WHERE person = $1 RETURNING username',
      [other, keep],
    );
    const moved: Moved = {
      links: await moveLinks(client, other, keep, now),
      assignments: assignments.rows.map(({ id }) => id).sort(),
      usernames: passwords.rows.map(({ username }) => username).sort(),
      told: await moveTold(client, other, keep),
    };
    await closePeople(client, [other], now);
    await client.query('UPDATE hub.person SET merged_into = $2 WHERE id = $1', [other, keep]);
    const id = newId(now);
    await client.query(
      'INSERT INTO hub.person_merge (id, keep, other, at, by, reason, moved) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [id, keep, other, new Date(now), who, reason, JSON.stringify(moved)],
    );
    const body = { merge: id, who, reason, keep, other, moved };
    await insertAudit(
      client,
      [keep, other].map((person) => ({
        kind: 'person.merged' as const,
        at: now,
        outcome: 'ok' as const,
        person,
        body,
      })),
    );
    return { kind: 'done', id, moved };
  });

/** Where a source told of both, the kept person's word stays. */
async function moveTold(client: pg.PoolClient, from: string, to: string): Promise<Moved['told']> {
  const { rows } = await client.query<{ source: string; rule: string; told_at: Date; kept: boolean }>(
    `WITH gone AS (DELETE FROM hub.told_person WHERE person = $1 RETURNING *),
       came AS (INSERT INTO hub.told_person (person, source, rule, told_at, asked_at)
         SELECT $2, source, rule, told_at, asked_at FROM gone ON CONFLICT DO NOTHING RETURNING source)
     SELECT g.source, g.rule, g.told_at, c.source IS NOT NULL AS kept FROM gone g LEFT JOIN came c USING (source) ORDER BY 1`,
    [from, to],
  );
  return rows.map(({ source, rule, told_at, kept }) => ({ source, rule, toldAt: told_at.getTime(), kept }));
}

async function moveToldBack(client: pg.PoolClient, from: string, to: string, told: Moved['told']): Promise<void> {
  await client.query('DELETE FROM hub.told_person WHERE person = $1 AND source = ANY($2)', [
    from,
    told.filter(({ kept }) => kept).map(({ source }) => source),
  ]);
  await client.query(
    `INSERT INTO hub.told_person (person, source, rule, told_at, asked_at)
     SELECT $2, r.source, r.rule, to_timestamp(r."toldAt" / 1000.0), to_timestamp(r."toldAt" / 1000.0)
     FROM json_to_recordset($1::json) AS r(source text, rule text, "toldAt" float8) ON CONFLICT DO NOTHING`,
    [JSON.stringify(told), to],
  );
}

export type UnmergeWish = Pick<MergeWish, 'reason' | 'who' | 'now' | 'dryRun'> & { readonly id: string };

/** Makes two of one again, while everything that moved is where it went; or says what is not. */
export const unmergePeople = (pool: pg.Pool, wish: UnmergeWish): Promise<MergeOutcome> =>
  together(pool, wish.dryRun, async (client) => {
    const { id, reason, who, now } = wish;
    const { rows } = await client.query<{ people: string[] }>(
      'SELECT ARRAY[keep, other] AS people FROM hub.person_merge WHERE id = $1 FOR UPDATE',
      [id],
    );
    await lockIdentities(client, rows[0]?.people ?? []);
    const facts: UnmergeFacts = await unmergeFacts(client, wish);
    const because = objections(facts, unmergeChecks);
    const { merge } = facts;
    if (because.length > 0 || merge === undefined) return { kind: 'refused', because };
    const { keep, other, moved } = merge;
    await client.query('UPDATE hub.person SET closed = false, merged_into = NULL WHERE id = $1', [other]);
    await moveLinks(
      client,
      keep,
      other,
      now,
      moved.links.map(({ to }) => to),
    );
    await client.query('UPDATE hub.assignment SET person = $3 WHERE person = $1 AND id = ANY($2)', [
      keep,
      moved.assignments,
      other,
    ]);
    await client.query('UPDATE hub.password SET person = $3 WHERE person = $1 AND username = ANY($2)', [
      keep,
      moved.usernames,
      other,
    ]);
    await moveToldBack(client, keep, other, moved.told);
    await client.query('UPDATE hub.person_merge SET undone_at = $2, undone_by = $3, undone_reason = $4 WHERE id = $1', [
      id,
      new Date(now),
      who,
      reason,
    ]);
    // Sessions of the kept person may rest on a login that is the other's again.
    const kind: OutboxKind = 'personSplit';
    await client.query('INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES ($1, $2, $3, $4, now())', [
      `split ${newId(now)}`,
      kind,
      `split ${keep}`,
      JSON.stringify({ person: keep }),
    ]);
    const body = { merge: id, who, reason, keep, other };
    await insertAudit(
      client,
      [keep, other].map((person) => ({
        kind: 'person.unmerged' as const,
        at: now,
        outcome: 'ok' as const,
        person,
        body,
      })),
    );
    return { kind: 'done', id, moved };
  });

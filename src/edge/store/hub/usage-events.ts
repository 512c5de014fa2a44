// Reported uses: the tickets that they name, and keeping each once.
import { hash } from 'node:crypto';
import type pg from 'pg';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { IssuedTicket } from '../../../core/audit/usage/index.ts';
import { insertAudit, inTransaction } from './audit-insert.ts';
import { nextLeafOf } from './audit-query.ts';

/** What the trail has of these tickets, by id; of one that was renewed or told twice, the first. */
export async function issuedTickets(pool: pg.Pool, ids: readonly string[]): Promise<ReadonlyMap<string, IssuedTicket>> {
  if (ids.length === 0) return new Map();
  return inTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const issued = `ticket = ANY ($1::text[]) AND kind IN ('ticket.issued', 'ticket.refreshed')`;
    const untaken = (which: string): string =>
      `SELECT id, ticket FROM (SELECT id, kind, ticket FROM hub.audit_findable WHERE ${which} OFFSET 0) u WHERE ${issued}`;
    const { rows } = await client.query<Omit<IssuedTicket, 'at'> & { at: Date }>(
      `SELECT f.ticket AS id, e.at, e.application, e.person, e.organisation, e.session, e.reference,
         hub.audit_body(e.text) ->> 'audience' AS audience
       FROM (SELECT id, ticket FROM hub.audit_find WHERE ${issued}
         UNION ALL ${untaken('leaf_index >= $2::bigint')} UNION ALL ${untaken('leaf_index IS NULL')}) f
       JOIN hub.audit_event e ON e.id = f.id WHERE e.text IS NOT NULL ORDER BY e.id DESC`,
      [ids, await nextLeafOf(client)],
    );
    return new Map(
      rows.map(({ id, at, application, audience, person, organisation, session, reference }) => [
        id,
        {
          id,
          at: at.getTime(),
          application: application ?? undefined,
          audience: audience ?? undefined,
          person: person ?? undefined,
          organisation: organisation ?? undefined,
          session: session ?? undefined,
          reference: reference ?? undefined,
        },
      ]),
    );
  });
}

export interface KeptUsage {
  readonly id: string;
  readonly record: AuditRecord;
}

/** Keeps what was not kept before, with what else is to be recorded; answers the ids that are new. All or nothing. */
export async function keepUsage(
  pool: pg.Pool,
  application: string,
  uses: readonly KeptUsage[],
  others: readonly AuditRecord[],
  now: number,
): Promise<ReadonlySet<string>> {
  // Sorted: two requests with the same events wait for one another and never crosswise.
  const hashes = new Map(uses.map(({ id }) => [hash('sha256', id, 'base64url'), id]));
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ event: string }>(
      `INSERT INTO hub.usage_reported (application, event, at)
       SELECT $1, event, $3 FROM unnest($2::text[]) AS event ON CONFLICT DO NOTHING RETURNING event`,
      [application, [...hashes.keys()].sort(), new Date(now)],
    );
    const fresh = new Set(rows.flatMap(({ event }) => hashes.get(event) ?? []));
    const records = [...uses.filter(({ id }) => fresh.has(id)).map(({ record }) => record), ...others];
    if (records.length > 0) await insertAudit(client, records);
    return fresh;
  });
}

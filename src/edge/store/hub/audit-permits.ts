// Every yes of policy since an instant, with the attributes that its person has today: for trying other rules on them.
import type pg from 'pg';

export interface FoundPermit {
  readonly text: string;
  /** Null for a machine, and for a person who is gone. */
  readonly attributes: Readonly<Record<string, string | boolean>> | null;
}

const page = 1000;

/** Logins that were let in, renewed tickets and tickets of machines, oldest first, a page at a time so that memory stays flat. */
export async function* eachPermit(
  pool: pg.Pool,
  from: Date,
  of: { readonly applications?: readonly string[]; readonly person?: string } = {},
): AsyncGenerator<FoundPermit> {
  let after = '0';
  const named = [
    ...(of.applications === undefined ? [] : [{ sql: 'e.application = ANY', value: of.applications }]),
    ...(of.person === undefined ? [] : [{ sql: 'e.person = ANY', value: [of.person] }]),
  ];
  const more = named.map(({ sql }, index) => `AND ${sql}($${index + 3})`).join(' ');
  for (;;) {
    const { rows } = await pool.query<FoundPermit & { id: string }>(
      `SELECT e.id, e.text, p.attributes FROM hub.audit_event e LEFT JOIN hub.person p ON p.id = e.person
       WHERE e.id > $1::bigint AND e.at >= $2 AND e.text IS NOT NULL
         AND e.outcome = 'ok' ${more}
         AND (e.kind IN ('journey.finished', 'ticket.refreshed') OR (e.kind = 'ticket.issued' AND e.person IS NULL))
       ORDER BY e.id LIMIT ${page}`,
      [after, from, ...named.map(({ value }) => value)],
    );
    yield* rows;
    if (rows.length < page) return;
    after = rows.at(-1)?.id ?? after;
  }
}

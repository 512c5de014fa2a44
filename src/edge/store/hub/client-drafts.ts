// Drafts of clients: reads for the API that takes them and for the pages where they are decided.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { Organisation } from '../../../core/directory/index.ts';
import type { ClientDraft, DraftReads } from '../../../core/grants/index.ts';
import type { Queryable } from './audit-insert.ts';

interface DraftRow {
  readonly id: string;
  readonly system: string;
  readonly organisation: string;
  readonly thumbprint: string;
  readonly asks: ClientDraft['asks'];
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly decision: ClientDraft['decision'] | null;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly reason: string | null;
}

const read = (row: DraftRow): ClientDraft => ({
  id: row.id,
  system: row.system,
  organisation: row.organisation,
  thumbprint: row.thumbprint,
  asks: row.asks,
  createdAt: row.created_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  decision: row.decision ?? undefined,
  decidedAt: row.decided_at?.getTime(),
  decidedBy: row.decided_by ?? undefined,
  reason: row.reason ?? undefined,
});

/** One draft. `lock`: nobody else decides it before the caller's transaction is over. */
export async function draftById(client: Queryable, id: string, lock = false): Promise<ClientDraft | undefined> {
  const sql = `SELECT * FROM hub.client_draft WHERE id = $1${lock ? ' FOR UPDATE' : ''}`;
  const [row] = (await client.query<DraftRow>(sql, [id])).rows;
  return row && read(row);
}

/** Drafts that wait at these organisations or at any below them, the oldest first. */
export async function waitingDrafts(
  client: Queryable,
  organisations: readonly string[],
  now: EpochMs,
): Promise<readonly ClientDraft[]> {
  if (organisations.length === 0) return [];
  const result = await client.query<DraftRow>(
    `WITH RECURSIVE down AS (
       SELECT id FROM hub.organisation WHERE id = ANY($1) UNION SELECT o.id FROM hub.organisation o JOIN down ON o.parent = down.id)
     SELECT d.* FROM hub.client_draft d JOIN down ON down.id = d.organisation
     WHERE d.decision IS NULL AND d.expires_at > $2 ORDER BY d.created_at, d.id LIMIT 200`,
    [organisations, new Date(now)],
  );
  return result.rows.map(read);
}

/** Port: drafts as the API sees them. */
export const clientDraftReads = (pool: pg.Pool): DraftReads => ({
  async draftOfKey(thumbprint) {
    const result = await pool.query<DraftRow>('SELECT * FROM hub.client_draft WHERE thumbprint = $1', [thumbprint]);
    const [row] = result.rows;
    return row && read(row);
  },
  async waiting(system, organisation, now) {
    const result = await pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM hub.client_draft
       WHERE organisation = $2 AND system = $1 AND decision IS NULL AND expires_at > $3`,
      [system, organisation, new Date(now)],
    );
    return result.rows[0]?.n ?? 0;
  },
  async organisationByNumber(number) {
    const result = await pool.query<Organisation>(
      'SELECT id, name, number, closed FROM hub.organisation WHERE number = $1',
      [number],
    );
    return result.rows[0];
  },
});

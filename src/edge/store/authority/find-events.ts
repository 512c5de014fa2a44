// The trail of one person, reference or certificate, oldest first: the authority's part of a card's whole story (B2).
import type pg from 'pg';

export interface TrailSearch {
  readonly person?: string | undefined;
  readonly reference?: string | undefined;
  /** Lower-case hexadecimal. */
  readonly serial?: string | undefined;
}

export interface FoundEvent {
  /** The exact text that is sealed. */
  readonly text: string;
  /** Its place in the sealed log; undefined in the second before it is sealed. */
  readonly leaf: number | undefined;
}

/** Serials of an issuer's certificates that have not ended. */
export async function serialsOf(pool: Pick<pg.Pool, 'query'>, issuer: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ serial: string }>(
    'SELECT serial FROM authority.certificate WHERE issuer = $1 AND not_after > now()',
    [issuer],
  );
  return rows.map(({ serial }) => serial);
}

const most = 1000;

/** Events that fit all that is given, at most a thousand. */
export async function findEvents(
  pool: Pick<pg.Pool, 'query'>,
  { person, reference, serial }: TrailSearch,
): Promise<readonly FoundEvent[]> {
  const { rows } = await pool.query<{ text: string; leaf_index: string | null }>(
    `SELECT text, leaf_index FROM authority.audit_event
     WHERE text IS NOT NULL AND ($1::text IS NULL OR person = $1) AND ($2::text IS NULL OR reference = $2)
       AND ($3::text IS NULL OR text::jsonb -> 'body' ->> 'serial' = $3)
     ORDER BY id LIMIT ${most}`,
    [person ?? null, reference ?? null, serial ?? null],
  );
  return rows.map(({ text, leaf_index }) => ({ text, leaf: leaf_index === null ? undefined : Number(leaf_index) }));
}

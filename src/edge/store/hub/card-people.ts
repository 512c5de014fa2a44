// People for whom a card may be ordered: those with an assignment now, by words of their name.
import type { EpochMs } from '../../../base/clock.ts';
import { shownName } from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';

export interface EmployedRow {
  readonly person: string;
  readonly name: string;
  readonly organisation: string;
  readonly organisationName: string;
  readonly title: string | undefined;
}

/** `words` as `searchWords` makes them. Open people at these organisations and below, each employer once; a protected identity is found by name and shown masked (K11). */
export async function employedNamed(
  client: Queryable,
  organisations: readonly string[],
  words: readonly string[],
  now: EpochMs,
  limit: number,
): Promise<readonly EmployedRow[]> {
  if (organisations.length === 0 || words.length === 0) return [];
  const result = await client.query<{
    id: string;
    given_name: string;
    family_name: string;
    protected_identity: boolean;
    organisation: string;
    organisation_name: string;
    title: string | null;
  }>(
    `WITH RECURSIVE down AS (
       SELECT id, name FROM hub.organisation WHERE id = ANY($1) AND NOT closed
       UNION SELECT o.id, o.name FROM hub.organisation o JOIN down ON o.parent = down.id WHERE NOT o.closed)
     SELECT p.id, p.given_name, p.family_name, p.protected_identity, d.id AS organisation, d.name AS organisation_name, min(a.title) AS title
     FROM hub.assignment a JOIN down d ON d.id = a.organisation JOIN hub.person p ON p.id = a.person
     WHERE NOT p.closed AND (a.valid_from IS NULL OR a.valid_from <= $3) AND (a.valid_until IS NULL OR a.valid_until > $3)
       AND NOT EXISTS (SELECT 1 FROM unnest($2::text[]) w WHERE strpos(hub.folded(p.given_name || ' ' || p.family_name), w) = 0)
     GROUP BY p.id, d.id, d.name ORDER BY p.family_name, p.given_name, p.id, d.id LIMIT $4`,
    [organisations, words, new Date(now), limit],
  );
  return result.rows.map((row) => ({
    person: row.id,
    name: shownName({
      id: row.id,
      givenName: row.given_name,
      familyName: row.family_name,
      protectedIdentity: row.protected_identity,
      closed: false,
      attributes: {},
    }),
    organisation: row.organisation,
    organisationName: row.organisation_name,
    title: row.title ?? undefined,
  }));
}

// Reads links as records: those of a person, one by its id, and the newest of an identity.
import type { IdentityLink, IdentityLinks } from '../../../core/linking/index.ts';
import type { Queryable } from './audit-insert.ts';

interface LinkRow {
  readonly id: string;
  readonly namespace: string;
  readonly lookup: string;
  readonly person: string;
  readonly source: string;
  readonly since: Date;
  readonly until: Date | null;
  readonly provider: string | null;
  readonly issuer: string | null;
  readonly ceiling: IdentityLink['ceiling'] | null;
  readonly session: string | null;
  readonly ended_by: IdentityLink['endedBy'] | null;
}

const columns = 'id, namespace, lookup, person, source, since, until, provider, issuer, ceiling, session, ended_by';

const toLink = ({ since, until, ended_by, provider, issuer, ceiling, session, ...row }: LinkRow): IdentityLink => ({
  ...row,
  since: since.getTime(),
  until: until?.getTime(),
  provider: provider ?? undefined,
  issuer: issuer ?? undefined,
  ceiling: ceiling ?? undefined,
  session: session ?? undefined,
  endedBy: ended_by ?? undefined,
});

/** Port: links as records. */
export const identityLinks = (pool: Queryable): IdentityLinks => ({
  async byId(id) {
    const result = await pool.query<LinkRow>(`SELECT ${columns} FROM hub.link WHERE id = $1`, [id]);
    return result.rows[0] && toLink(result.rows[0]);
  },
  async ofPerson(person, endedSince) {
    const result = await pool.query<LinkRow>(
      `SELECT ${columns} FROM hub.link WHERE person = $1 AND (until IS NULL OR until >= $2) ORDER BY since DESC, id`,
      [person, new Date(endedSince)],
    );
    return result.rows.map(toLink);
  },
  async latest(namespace, lookup) {
    const result = await pool.query<LinkRow>(
      `SELECT ${columns} FROM hub.link WHERE namespace = $1 AND lookup = $2 ORDER BY since DESC, id DESC LIMIT 1`,
      [namespace, lookup],
    );
    return result.rows[0] && toLink(result.rows[0]);
  },
});

/** When each of a person's links was last used to log in, as far as the trail reaches. */
export async function lastUsed(pool: Queryable, person: string): Promise<ReadonlyMap<string, number>> {
  const result = await pool.query<{ link: string; at: Date }>(
    `SELECT link, max(at) AS at FROM (
       SELECT at, text FROM hub.audit_event WHERE person = $1 AND kind = 'journey.linked' AND text IS NOT NULL ORDER BY at DESC LIMIT 500
     ) e, LATERAL json_array_elements_text(e.text::json -> 'body' -> 'links') AS link GROUP BY link`,
    [person],
  );
  return new Map(result.rows.map(({ link, at }) => [link, at.getTime()]));
}

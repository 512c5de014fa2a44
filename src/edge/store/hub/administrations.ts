// Grants of administration: whose, over what; given, taken back, and ended with the person.
import type { EpochMs } from '../../../base/clock.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { Administration, Organisation, Person } from '../../../core/directory/index.ts';
import { insertAudit, type Queryable } from './audit-insert.ts';

interface Row {
  readonly id: string;
  readonly person: string | null;
  readonly client: string | null;
  readonly role: string;
  /** Null: the whole hub. */
  readonly organisation: string | null;
  readonly valid_from: Date;
  readonly valid_until: Date;
  readonly granted_by: string;
  readonly reason: string;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
}

// A role that this program does not know (of a newer one beside it) has no tasks: core/directory refuses it.
const read = (row: Row): Administration => ({
  id: row.id,
  person: row.person ?? undefined,
  ...(row.client === null ? {} : { client: row.client }),
  role: row.role as Administration['role'],
  scope: row.organisation === null ? { kind: 'hub' } : { kind: 'organisation', organisation: row.organisation },
  from: row.valid_from.getTime(),
  until: row.valid_until.getTime(),
  grantedBy: row.granted_by,
  reason: row.reason,
  endedAt: row.ended_at?.getTime(),
  endedBy: row.ended_by ?? undefined,
});

/** Grants of a person. `lock`: none of them is taken back before the caller's transaction is over. */
export async function grantsOf(client: Queryable, person: string, lock = false): Promise<readonly Administration[]> {
  const sql = `SELECT * FROM hub.administration WHERE person = $1 ORDER BY id${lock ? ' FOR SHARE' : ''}`;
  return (await client.query<Row>(sql, [person])).rows.map(read);
}

/** Grants of a program. */
export async function grantsOfClient(client: Queryable, id: string): Promise<readonly Administration[]> {
  const result = await client.query<Row>('SELECT * FROM hub.administration WHERE client = $1 ORDER BY id', [id]);
  return result.rows.map(read);
}

/** Which of these people have a grant of whatever kind that holds now or later. */
export async function administeringPeople(
  client: Queryable,
  people: readonly string[],
  now: EpochMs,
): Promise<ReadonlySet<string>> {
  const result = await client.query<{ person: string }>(
    'SELECT DISTINCT person FROM hub.administration WHERE person = ANY($1) AND ended_at IS NULL AND valid_until > $2',
    [people, new Date(now)],
  );
  return new Set(result.rows.map(({ person }) => person));
}

/** Every grant, or those over these organisations. */
export async function grantsOver(
  client: Queryable,
  organisations?: readonly string[],
): Promise<readonly Administration[]> {
  const result = await client.query<Row>(
    'SELECT * FROM hub.administration WHERE $1::text[] IS NULL OR organisation = ANY($1) ORDER BY organisation, id',
    [organisations ?? null],
  );
  return result.rows.map(read);
}

/** An organisation and everything that it is part of. */
export async function organisationsUpward(
  client: Queryable,
  organisation: string,
): Promise<ReadonlyMap<string, Organisation>> {
  const result = await client.query<Organisation & { readonly number: string | null; readonly parent: string | null }>(
    `WITH RECURSIVE up AS (
       SELECT * FROM hub.organisation WHERE id = $1 UNION SELECT o.* FROM hub.organisation o JOIN up ON o.id = up.parent)
     SELECT id, name, number, parent, closed FROM up`,
    [organisation],
  );
  return new Map(
    result.rows.map(({ number, parent, ...rest }) => [
      rest.id,
      { ...rest, number: number ?? undefined, parent: parent ?? undefined },
    ]),
  );
}

export async function saveGrant(client: Queryable, grant: Administration, now: EpochMs): Promise<void> {
  await client.query(
    `INSERT INTO hub.administration (id, person, client, role, organisation, valid_from, valid_until, granted_by, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      grant.id,
      grant.person ?? null,
      grant.client ?? null,
      grant.role,
      grant.scope.kind === 'hub' ? null : grant.scope.organisation,
      new Date(grant.from),
      new Date(grant.until),
      grant.grantedBy,
      grant.reason,
    ],
  );
  const { id, role, from, until, reason, grantedBy } = grant;
  const times = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
  await insertAudit(client, [
    record('admin.administrationGranted', grant, now, {
      grant: id,
      role,
      ...times,
      reason,
      who: grantedBy,
    }),
  ]);
}

/** Takes back a grant, or all of these people. Answers those that were live until then; each is in the trail. */
export async function endGrants(
  client: Queryable,
  which: { readonly id: string } | { readonly people: readonly string[] },
  by: { readonly who: string; readonly reason: string },
  now: EpochMs,
): Promise<readonly Administration[]> {
  const [column, values] = 'id' in which ? (['id', [which.id]] as const) : (['person', which.people] as const);
  const result = await client.query<Row>(
    `UPDATE hub.administration SET ended_at = $2, ended_by = $3
     WHERE ${column} = ANY($1) AND ended_at IS NULL AND valid_until > $2 RETURNING *`,
    [values, new Date(now), by.who],
  );
  const ended = result.rows.map(read);
  await insertAudit(
    client,
    ended.map((grant) => record('admin.administrationEnded', grant, now, { grant: grant.id, ...by })),
  );
  return ended;
}

const record = (
  kind: AuditRecord['kind'],
  { person, client, scope }: Administration,
  at: EpochMs,
  body: AuditRecord['body'],
): AuditRecord => ({
  kind,
  at,
  outcome: 'ok',
  person,
  application: client,
  organisation: scope.kind === 'hub' ? undefined : scope.organisation,
  body: { ...body, ...(scope.kind === 'hub' ? { scope: 'hub' } : {}) },
});

/** People by id, for a page that says who may. */
export async function peopleNamed(pool: Queryable, ids: readonly string[]): Promise<readonly Person[]> {
  const result = await pool.query<{ person: Person }>(
    `SELECT json_build_object('id', id, 'givenName', given_name, 'familyName', family_name, 'closed', closed,
       'protectedIdentity', protected_identity, 'attributes', attributes) AS person FROM hub.person WHERE id = ANY($1) ORDER BY id`,
    [ids],
  );
  return result.rows.map(({ person }) => person);
}

// Reads of the directory: a person with all that a decision looks at, who an identity belongs to, and whole lists.
import type {
  Assignment,
  DirectoryReader,
  HeldAccount,
  LoginNews,
  Organisation,
  Person,
  PersonFacts,
  PersonReader,
  PersonRecord,
  SubjectKey,
  ToldPerson,
  Unit,
} from '../../../core/directory/index.ts';
import type { FoundIdentity, IdentityLookup } from '../../../core/linking/index.ts';
import type { Assurance } from '../../../wire/codes/index.ts';
import type { Queryable } from './audit-insert.ts';
import type { IdentityVault } from './identity-vault.ts';
import { sharedRead } from './shared-read.ts';

const ms = (column: string) => `extract(epoch FROM ${column}) * 1000`;
export const personJson = `json_strip_nulls(json_build_object('id', p.id, 'givenName', p.given_name, 'familyName', p.family_name, 'locale', p.locale,
  'closed', p.closed, 'protectedIdentity', p.protected_identity)) AS person, p.attributes`;
export const assignmentJson = `json_strip_nulls(json_build_object('id', a.id, 'person', a.person, 'organisation', a.organisation, 'unit', a.unit, 'role', a.role,
  'title', a.title, 'hsaId', a.hsa_id, 'hprNumber', a.hpr_number, 'from', ${ms('a.valid_from')}, 'until', ${ms('a.valid_until')},
  'source', a.source, 'commission', a.commission, 'missingSince', ${ms('a.missing_since')}))`;
export const organisationJson = `json_strip_nulls(json_build_object('id', o.id, 'name', o.name, 'number', o.number, 'parent', o.parent, 'brand', o.brand, 'closed', o.closed))`;
export const unitJson = `json_strip_nulls(json_build_object('id', u.id, 'organisation', u.organisation, 'name', u.name, 'parent', u.parent, 'source', u.source))`;
const assignmentsOf = `(SELECT coalesce(json_agg(${assignmentJson} ORDER BY a.id), '[]') FROM hub.assignment a WHERE a.person = p.id) AS assignments`;

// Organisations and units come with all that they are part of: rules and brands look upwards.
/** Columns of a person's facts, one row for the person whose id stands in `id` (an expression of the outer statement). */
export const personFactsSql = (id: string): string => `
  SELECT ${personJson}, ${assignmentsOf},
    (WITH RECURSIVE up AS (
        SELECT o.* FROM hub.organisation o WHERE o.id IN (SELECT organisation FROM hub.assignment WHERE person = p.id)
        UNION SELECT o.* FROM hub.organisation o JOIN up ON o.id = up.parent)
      SELECT coalesce(json_agg(${organisationJson}), '[]') FROM up o) AS organisations,
    (WITH RECURSIVE up AS (
        SELECT u.* FROM hub.unit u WHERE u.id IN (SELECT unit FROM hub.assignment WHERE person = p.id)
        UNION SELECT u.* FROM hub.unit u JOIN up ON u.id = up.parent)
      SELECT coalesce(json_agg(${unitJson}), '[]') FROM up u) AS units,
    (SELECT coalesce(json_agg(DISTINCT l.namespace), '[]') FROM hub.link l WHERE l.person = p.id AND l.until IS NULL) AS namespaces,
    (SELECT json_agg(json_strip_nulls(json_build_object('link', l.id, 'what', l.tell, 'at', ${ms('coalesce(l.until, l.since)')}, 'namespace', l.namespace,
        'provider', l.provider, 'session', l.session)) ORDER BY coalesce(l.until, l.since)) FROM hub.link l WHERE l.person = p.id AND l.tell IS NOT NULL) AS news,
    (SELECT json_agg(json_strip_nulls(json_build_object('target', c.target, 'loginName', c.login_name, 'principal', c.principal, 'sid', c.sid, 'until', ${ms('c.until')})) ORDER BY c.target)
      FROM hub.account c WHERE c.person = p.id AND c.state = 'open' AND c.confirmed AND c.login_name IS NOT NULL) AS accounts,
    (SELECT json_agg(json_build_object('source', t.source, 'rule', t.rule, 'at', ${ms(`greatest(t.told_at, CASE WHEN t.rule LIKE 'feed %' THEN (SELECT f.synced_at FROM hub.people_feed f WHERE f.source = t.source) END)`)}, 'names', p.named_by IS NOT DISTINCT FROM t.source)
        ORDER BY t.source) FROM hub.told_person t WHERE t.person = p.id) AS told
  FROM hub.person p WHERE p.id = ${id} LIMIT 1`;

/** What `personFactsSql` answers. */
export interface PersonFactsRow {
  readonly person: Omit<Person, 'attributes'>;
  readonly attributes: Person['attributes'];
  readonly assignments: readonly Assignment[];
  readonly organisations: readonly Organisation[];
  readonly units: readonly Unit[];
  readonly namespaces: readonly string[];
  readonly news: readonly LoginNews[] | null;
  readonly accounts: readonly HeldAccount[] | null;
  readonly told: readonly ToldPerson[] | null;
}

const byId = <T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]));

/** A person's facts out of the columns of `personFactsSql`. */
export const readPersonFacts = (row: PersonFactsRow): PersonFacts => ({
  person: { ...row.person, attributes: row.attributes },
  assignments: row.assignments,
  organisations: byId(row.organisations),
  units: byId(row.units),
  namespaces: row.namespaces,
  ...(row.news === null ? {} : { news: row.news }),
  ...(row.accounts === null ? {} : { accounts: row.accounts }),
  ...(row.told === null ? {} : { told: row.told }),
});

/** Port: a person's facts, in one round trip that concurrent requests share. */
export function personReader(pool: Queryable): PersonReader {
  const read = sharedRead<string, PersonFactsRow & { readonly n: number }>(pool, {
    name: 'people-facts',
    text: `SELECT k.n::int AS n, f.* FROM unnest($1::text[]) WITH ORDINALITY AS k(id, n) CROSS JOIN LATERAL (${personFactsSql('k.id')}) f`,
    columns: (ids) => [ids],
  });
  return {
    async facts(id): Promise<PersonFacts | undefined> {
      const row = await read(id);
      return row && readPersonFacts(row);
    },
  };
}

/** Port: whose identities these are now, in one round trip. Answers each under the value that it was asked by. */
export const identityLookup = (pool: Queryable, vault: IdentityVault): IdentityLookup => ({
  async find(keys: readonly SubjectKey[]): Promise<readonly FoundIdentity[]> {
    const wanted = keys.flatMap((key, index) =>
      vault.lookups(key).map((lookup) => ({ index, namespace: key.namespace, lookup })),
    );
    if (wanted.length === 0) return [];
    const result = await pool.query<{
      index: number;
      person: string;
      closed: boolean;
      link: string;
      ceiling: Assurance | null;
      issuer: string | null;
    }>({
      name: 'identity-lookup',
      text: `SELECT w.index, l.person, p.closed, l.id AS link, l.ceiling, l.issuer
        FROM unnest($1::int[], $2::text[], $3::text[]) AS w(index, namespace, lookup)
        JOIN hub.link l ON l.namespace = w.namespace AND l.lookup = w.lookup AND l.until IS NULL
        JOIN hub.person p ON p.id = l.person ORDER BY w.index`,
      values: [
        wanted.map(({ index }) => index),
        wanted.map(({ namespace }) => namespace),
        wanted.map(({ lookup }) => lookup),
      ],
    });
    return result.rows.flatMap(({ index, person, closed, link, ceiling, issuer }) => {
      const key = keys[index];
      return key ? [{ ...key, person, closed, link, ceiling: ceiling ?? undefined, issuer: issuer ?? undefined }] : [];
    });
  },
});

const recordSql = `
  SELECT ${personJson}, ${assignmentsOf}, p.named_by, p.merged_into,
    (SELECT coalesce(json_agg(json_build_object('namespace', l.namespace, 'lookup', l.lookup, 'source', l.source) ORDER BY l.namespace, l.lookup), '[]')
      FROM hub.link l WHERE l.person = p.id AND l.until IS NULL) AS identities,
    (SELECT w.username FROM hub.password w WHERE w.person = p.id ORDER BY w.username LIMIT 1) AS username
  FROM hub.person p`;

interface RecordRow extends Pick<PersonFactsRow, 'person' | 'attributes' | 'assignments'> {
  readonly identities: PersonRecord['identities'];
  readonly username: string | null;
  readonly named_by: string | null;
  readonly merged_into: string | null;
}

const toRecord = ({
  person,
  attributes,
  assignments,
  identities,
  username,
  named_by,
  merged_into,
}: RecordRow): PersonRecord => ({
  ...person,
  attributes,
  assignments: assignments.filter(({ source }) => source === undefined),
  told: assignments.filter(({ source }) => source !== undefined),
  ...(merged_into === null ? {} : { mergedInto: merged_into }),
  namedBy: named_by ?? undefined,
  identities,
  username: username ?? undefined,
});

/** Port: the directory as a whole. */
export const directoryReader = (client: Queryable): DirectoryReader => ({
  async organisations() {
    const result = await client.query<{ doc: Organisation }>(
      `SELECT ${organisationJson} AS doc FROM hub.organisation o ORDER BY o.id`,
    );
    return result.rows.map(({ doc }) => doc);
  },
  async units() {
    const result = await client.query<{ doc: Unit }>(
      `SELECT ${unitJson} AS doc FROM hub.unit u WHERE u.source IS NULL ORDER BY u.id`,
    );
    return result.rows.map(({ doc }) => doc);
  },
  async people(ids) {
    const result = await client.query<RecordRow>({
      name: 'people-by-id',
      text: `${recordSql} WHERE p.id = ANY($1)`,
      values: [ids],
    });
    return result.rows.map(toRecord);
  },
  async peopleAfter(id, limit) {
    const result = await client.query<RecordRow>({
      name: 'people-after',
      text: `${recordSql} WHERE p.id > $1 ORDER BY p.id LIMIT $2`,
      values: [id, limit],
    });
    return result.rows.map(toRecord);
  },
});

/** People with the attribute `administrator: true`, closed ones too, in order of id. */
export async function administrators(client: Queryable): Promise<readonly PersonRecord[]> {
  const result = await client.query<RecordRow>(
    `${recordSql} WHERE p.attributes @> '{"administrator": true}' ORDER BY p.id`,
  );
  return result.rows.map(toRecord);
}

/** Sealed values of these identities, for an export of personal numbers that was asked for and is audited. */
export async function sealedIdentities(
  client: Queryable,
  keys: readonly { readonly namespace: string; readonly lookup: string }[],
): Promise<readonly { readonly namespace: string; readonly lookup: string; readonly sealed: Buffer | null }[]> {
  const result = await client.query<{ namespace: string; lookup: string; sealed: Buffer | null }>(
    `SELECT i.namespace, i.lookup, i.sealed FROM hub.identity i
     JOIN unnest($1::text[], $2::text[]) AS w(namespace, lookup) ON i.namespace = w.namespace AND i.lookup = w.lookup`,
    [keys.map(({ namespace }) => namespace), keys.map(({ lookup }) => lookup)],
  );
  return result.rows;
}

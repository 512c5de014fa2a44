// Reads what people share with one another: grouped by value in the database, so that the cost grows with the people and not with their pairs (V4).
import {
  type Candidate,
  personalNumberNamespaces,
  type SharedKind,
  type SharedValue,
} from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';
import type { IdentityVault } from './identity-vault.ts';

/** A value that more people have tells nothing of any two of them: a ward's telephone, a shared mailbox. */
export const mostSharing = 20;

export interface SharedRead {
  readonly shared: readonly SharedValue[];
  readonly candidates: ReadonlyMap<string, Candidate>;
  /** Values that more than `mostSharing` people have. */
  readonly tooCommon: number;
}

// In the database's words what `foldedName` does: near enough to bring those together whom it compares.
const folded = `regexp_replace(regexp_replace(normalize(lower((p.given_name || ' ' || p.family_name) COLLATE hub.names) COLLATE "C", NFKD), '[\\u0300-\\u036f]', '', 'g'), '[\\s.,''’-]+', ' ', 'g')`;

const sharedSql = `
  WITH keys AS (
    SELECT l.person, 'number' AS kind, l.namespace || ' ' || coalesce(r.lookup, l.lookup) AS value
      FROM hub.link l LEFT JOIN json_to_recordset($2::json) AS r(namespace text, old text, lookup text) ON r.namespace = l.namespace AND r.old = l.lookup
      WHERE l.namespace = ANY($1)
    UNION ALL SELECT l.person, 'hsaId', upper(l.lookup) FROM hub.link l WHERE l.namespace = 'hsa-id'
    UNION ALL SELECT a.person, 'hsaId', upper(a.hsa_id) FROM hub.assignment a WHERE a.hsa_id IS NOT NULL
    UNION ALL SELECT a.person, 'hprNumber', a.hpr_number FROM hub.assignment a WHERE a.hpr_number IS NOT NULL
    UNION ALL SELECT p.id, 'mail', lower(p.attributes ->> 'mail' COLLATE "C") FROM hub.person p WHERE p.attributes ->> 'mail' <> ''
    UNION ALL SELECT p.id, 'telephone', right(regexp_replace(p.attributes ->> 'telephone', '\\D', '', 'g'), 9) FROM hub.person p
      WHERE length(regexp_replace(p.attributes ->> 'telephone', '\\D', '', 'g')) >= 7
    UNION ALL SELECT p.id, 'nameAndBirth', ${folded} || ' ' || (p.attributes ->> 'birthDate') FROM hub.person p WHERE p.attributes ->> 'birthDate' <> ''
  )
  SELECT k.kind, count(DISTINCT k.person)::int AS n,
    CASE WHEN count(DISTINCT k.person) <= $3 THEN array_agg(DISTINCT k.person) END AS people
  FROM keys k JOIN hub.person p ON p.id = k.person AND NOT p.closed
  GROUP BY k.kind, k.value COLLATE "C" HAVING count(DISTINCT k.person) > 1`;

/** Open people and what they share. National numbers are compared by keyed lookup; those under an older key by what they would be under the new one. */
export async function readShared(client: Queryable, vault: IdentityVault): Promise<SharedRead> {
  const renewed = await underOlderKeys(client, vault);
  const { rows } = await client.query<{ kind: SharedKind; n: number; people: string[] | null }>(sharedSql, [
    personalNumberNamespaces,
    JSON.stringify(renewed),
    mostSharing,
  ]);
  const shared = rows.flatMap(({ kind, people }) => (people === null ? [] : [{ kind, people }]));
  const ids = [...new Set(shared.flatMap(({ people }) => people))];
  return {
    shared,
    candidates: await candidatesOf(client, ids, renewed),
    tooCommon: rows.filter(({ people }) => people === null).length,
  };
}

export interface Renewed {
  readonly namespace: string;
  readonly old: string;
  readonly lookup: string;
}

/** National numbers whose lookup was made with a key that is not in use any more. One key ever: there are none. */
export async function underOlderKeys(client: Queryable, vault: IdentityVault): Promise<readonly Renewed[]> {
  if (!vault.hasOlderKeys) return [];
  const { rows } = await client.query<{ namespace: string; lookup: string; sealed: Buffer | null }>(
    'SELECT i.namespace, i.lookup, i.sealed FROM hub.identity i WHERE i.namespace = ANY($1)',
    [personalNumberNamespaces],
  );
  return rows.flatMap(({ namespace, lookup: old, sealed }) => {
    const value = vault.reveal({ namespace, lookup: old, sealed });
    const [lookup] = value === undefined ? [] : vault.lookups({ namespace, value });
    return lookup === undefined || lookup === old ? [] : [{ namespace, old, lookup }];
  });
}

/** These people as they are compared. */
export async function candidatesOf(
  client: Queryable,
  ids: readonly string[],
  renewed: readonly Renewed[] = [],
): Promise<ReadonlyMap<string, Candidate>> {
  const now = new Map(renewed.map(({ namespace, old, lookup }) => [`${namespace} ${old}`, lookup]));
  const { rows } = await client.query<{
    person: Candidate['person'];
    organisations: string[];
    numbers: readonly { readonly namespace: string; readonly lookup: string }[];
  }>(
    `SELECT json_build_object('id', p.id, 'givenName', p.given_name, 'familyName', p.family_name, 'protectedIdentity', p.protected_identity) AS person,
       ARRAY(SELECT DISTINCT a.organisation FROM hub.assignment a WHERE a.person = p.id AND (a.valid_until IS NULL OR a.valid_until > now()) ORDER BY 1) AS organisations,
       (SELECT coalesce(json_agg(json_build_object('namespace', l.namespace, 'lookup', l.lookup)), '[]') FROM hub.link l
         WHERE l.person = p.id AND l.until IS NULL AND l.namespace = ANY($2)) AS numbers
     FROM hub.person p WHERE p.id = ANY($1)`,
    [ids, personalNumberNamespaces],
  );
  return new Map(
    rows.map(({ person, organisations, numbers }) => [
      person.id,
      {
        person,
        organisations,
        numbers: new Map(
          numbers.map(({ namespace, lookup }) => [namespace, now.get(`${namespace} ${lookup}`) ?? lookup]),
        ),
      },
    ]),
  );
}

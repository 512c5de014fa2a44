// Pages of the directory and of the catalogue for administrators: by id, so that a page begins where the one before ended.
import type { CatalogueKind } from '../../../core/catalogue/index.ts';
import type { PersonRecord } from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';
import { directoryReader } from './directory.ts';

/** What a page is narrowed by. */
export interface PageSearch {
  readonly after: string;
  readonly limit: number;
  /** In an id or a name. */
  readonly text?: string | undefined;
  readonly closed?: boolean | undefined;
}

const likeText = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** People in order of id. A protected person is not found by name (K11). `organisations`: only those who have an assignment there. */
export async function searchPeople(
  client: Queryable,
  {
    after,
    limit,
    text,
    closed,
    organisations,
  }: PageSearch & { readonly organisations?: readonly string[] | undefined },
): Promise<readonly PersonRecord[]> {
  const result = await client.query<{ id: string }>(
    `SELECT p.id FROM hub.person p
     WHERE p.id > $1 AND ($3::boolean IS NULL OR p.closed = $3)
       AND ($4::text[] IS NULL OR EXISTS (SELECT FROM hub.assignment a WHERE a.person = p.id AND a.organisation = ANY($4)))
       AND ($5::text IS NULL OR p.id ILIKE $5 OR (NOT p.protected_identity AND (p.given_name || ' ' || p.family_name) ILIKE $5))
     ORDER BY p.id LIMIT $2`,
    [after, limit, closed ?? null, organisations ?? null, text === undefined ? null : likeText(text)],
  );
  const ids = result.rows.map(({ id }) => id);
  const found = new Map((await directoryReader(client).people(ids)).map((one) => [one.id, one]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Items of one kind in order of id. `organisation`: of that one. */
export async function searchItems(
  client: Queryable,
  kind: CatalogueKind,
  { after, limit, text, closed, organisation }: PageSearch & { readonly organisation?: string | undefined },
): Promise<readonly { readonly id: string; readonly doc: unknown }[]> {
  const result = await client.query<{ id: string; doc: unknown }>(
    `SELECT id, doc FROM hub.catalogue_item
     WHERE kind = $1 AND id > $2 AND ($4::boolean IS NULL OR coalesce((doc ->> 'closed')::boolean, false) = $4)
       AND ($5::text IS NULL OR doc ->> 'organisation' = $5)
       AND ($6::text IS NULL OR id ILIKE $6 OR doc ->> 'name' ILIKE $6)
     ORDER BY id LIMIT $3`,
    [kind, after, limit, closed ?? null, organisation ?? null, text === undefined ? null : likeText(text)],
  );
  return result.rows;
}

/** One item's document. */
export async function itemDocument(client: Queryable, kind: CatalogueKind, id: string): Promise<unknown> {
  const sql = 'SELECT doc FROM hub.catalogue_item WHERE kind = $1 AND id = $2';
  return (await client.query<{ doc: unknown }>(sql, [kind, id])).rows[0]?.doc;
}

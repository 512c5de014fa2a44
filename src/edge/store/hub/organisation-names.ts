// Organisations by name: of those that a list shows, and those that somebody may choose among.
import type { Queryable } from './audit-insert.ts';

/** Id -> name; each once, however often it is asked for. */
export async function organisationNames(
  client: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const result = await client.query<{ id: string; name: string }>(
    'SELECT id, name FROM hub.organisation WHERE id = ANY($1)',
    [[...new Set(ids)]],
  );
  return new Map(result.rows.map(({ id, name }) => [id, name]));
}

/** These and everything below them, the open ones, in the order of their names. */
export async function organisationsBelow(
  client: Queryable,
  organisations: readonly string[],
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const result = await client.query<{ id: string; name: string }>(
    `WITH RECURSIVE down AS (
       SELECT id, name FROM hub.organisation WHERE id = ANY($1) AND NOT closed
       UNION SELECT o.id, o.name FROM hub.organisation o JOIN down ON o.parent = down.id WHERE NOT o.closed)
     SELECT id, name FROM down ORDER BY name, id`,
    [organisations],
  );
  return result.rows;
}

// Organisations that somebody may choose among: those they have a task over, and everything below.
import type { Queryable } from './audit-insert.ts';

/** Open ones, by name. */
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

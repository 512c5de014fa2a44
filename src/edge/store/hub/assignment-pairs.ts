// Reads people who hold, or will hold, more than one assignment: those of whom a rule may keep two apart.
import type { Assignment, Person } from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';
import { assignmentJson, personJson } from './directory.ts';

export interface PersonWithSeveral {
  readonly person: Person;
  readonly assignments: readonly Assignment[];
}

/** The next open ones after an id, in order of id. */
export async function peopleWithSeveral(
  client: Queryable,
  after: string,
  limit: number,
): Promise<readonly PersonWithSeveral[]> {
  const { rows } = await client.query<{
    person: Omit<Person, 'attributes'>;
    attributes: Person['attributes'];
    assignments: readonly Assignment[];
  }>(
    `SELECT ${personJson}, h.assignments FROM hub.person p, LATERAL (
       SELECT count(*) AS n, json_agg(${assignmentJson} ORDER BY a.id) AS assignments FROM hub.assignment a
       WHERE a.person = p.id AND (a.valid_until IS NULL OR a.valid_until > now())) h
     WHERE p.id > $1 AND NOT p.closed AND h.n > 1 ORDER BY p.id LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ person, attributes, assignments }) => ({ person: { ...person, attributes }, assignments }));
}

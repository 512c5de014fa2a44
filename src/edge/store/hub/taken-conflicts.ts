// Assignments that a source gives beside others that a rule keeps apart: told of with the taking in, in its transaction (V4).
import type { EpochMs } from '../../../base/clock.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { AssignmentConflict } from '../../../core/catalogue/index.ts';
import { type Assignment, conflictEvent, findConflicts, newConflicts } from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';
import { type PersonFactsRow, personFactsSql, readPersonFacts } from './directory.ts';

/** Events of the conflicts that the person did not have with `before`. A source's word is never refused for them. */
export async function takenConflicts(
  client: Queryable,
  given: {
    readonly person: string;
    readonly source: string;
    readonly before: readonly Assignment[];
    readonly rules: readonly AssignmentConflict[];
    readonly now: EpochMs;
  },
): Promise<readonly AuditRecord[]> {
  const { person, source, before, rules, now } = given;
  if (rules.length === 0) return [];
  const { rows } = await client.query<PersonFactsRow>(personFactsSql('$1'), [person]);
  const [row] = rows;
  if (row === undefined) return [];
  const { assignments, organisations } = readPersonFacts(row);
  const shared = { organisations, rules, now };
  const found = newConflicts(
    findConflicts({ ...shared, assignments: before }),
    findConflicts({ ...shared, assignments }),
  );
  return found.map((one) => conflictEvent(one, { person, at: now, seen: 'source', body: { source } }));
}

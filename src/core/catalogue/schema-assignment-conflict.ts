// What the record of assignments that conflict may say.
import { list, oneOf, optional, record, type Static, text } from '../../base/schema/index.ts';
import { type AssignmentConflict, conflictEffects } from './assignment-conflict.ts';
import { id, instant, localizedName, references } from './schema-parts.ts';

export const assignmentConflictSchema = record({
  id: id(),
  name: localizedName('What people read'),
  between: list(
    record({
      organisations: { ...references('organisation', 'Organisations, with all below'), default: [] },
      roles: list(text({ title: 'Role', maxLength: 64 }), {
        title: 'Roles',
        uniqueItems: true,
        maxItems: 100,
        default: [],
      }),
    }),
    { title: 'Sorts of assignment of which one person has at most one', minItems: 2, maxItems: 50 },
  ),
  effect: oneOf(conflictEffects, { title: 'What follows' }),
  owner: text({ title: 'Owner', maxLength: 200 }),
  reason: text({ title: 'Reason', maxLength: 500 }),
  from: optional(instant('From')),
  until: optional(instant('Until')),
});

type Fits<Read extends Told, Told> = Read;
export type AssignmentConflictSchemaFits = Fits<Static<typeof assignmentConflictSchema>, AssignmentConflict>;

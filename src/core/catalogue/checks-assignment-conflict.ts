// The checks on assignments that conflict: what is named exists, each sort names something, and the time is one.
import type { AssignmentConflict, AssignmentSide } from './assignment-conflict.ts';
import type { CatalogueCheck } from './checks.ts';
import { instantOf } from './schema-parts.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

const each = (
  name: string,
  clause: string,
  test: (one: AssignmentConflict, organisations?: ReadonlySet<string>) => Iterable<Found>,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot, organisations }) {
    for (const one of snapshot.assignmentConflicts.values())
      for (const [path, message] of test(one, organisations))
        yield { kind: 'assignmentConflict', id: one.id, path, message };
  },
});

const told = ({ organisations, roles }: AssignmentSide): string =>
  JSON.stringify([[...organisations].sort(), [...roles].sort()]);

export const assignmentConflictChecks: readonly CatalogueCheck[] = [
  each('assignmentConflict.organisations', 'house: found by configured id', function* ({ between }, organisations) {
    for (const [side, one] of between.entries())
      for (const [index, organisation] of one.organisations.entries())
        if (organisations && !organisations.has(organisation))
          yield [['between', side, 'organisations', index], `there is no organisation ${organisation}`];
  }),
  each('assignmentConflict.sides', 'V4: a rule names what it means', function* ({ between }) {
    for (const [side, { organisations, roles }] of between.entries())
      if (organisations.length + roles.length === 0)
        yield [['between', side], 'names every assignment there is: say organisations or roles'];
  }),
  each('assignmentConflict.different', 'V4: a pair has two sides', function* ({ between }) {
    for (const [side, one] of between.entries())
      if (between.slice(0, side).some((other) => told(other) === told(one)))
        yield [['between', side], 'says the same as another one: whoever has two such assignments would conflict'];
  }),
  each('assignmentConflict.time', 'V4: a rule has a time', function* ({ from, until }) {
    for (const [member, text] of Object.entries({ from, until }))
      if (text !== undefined && instantOf(text) === undefined) yield [[member], `${text} is not in the calendar`];
    const [start, end] = [from, until].map((text) => (text === undefined ? undefined : instantOf(text)));
    if (start !== undefined && end !== undefined && end <= start) yield [['until'], 'is not after `from`'];
  }),
];

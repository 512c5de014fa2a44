// A sample of assignments that conflict, and its faults, one broken thing a row; read by the test of compiling.
import type { StoredItem } from './compile.ts';
import { type Fault, set } from './machine-faults.ts';

const rule = ['assignmentConflict', 'two-insurers'] as const;
const side = { organisations: ['hospital'], roles: ['handler'] };

export const assignmentConflictFaults: readonly Fault[] = [
  [
    'assignmentConflict.organisations',
    ...rule,
    set('between.0.organisations', ['x']),
    'between[0].organisations[0]',
    /no organisation x/,
  ],
  ['assignmentConflict.sides', ...rule, set('between.1', { roles: [] }), 'between[1]', /every assignment there is/],
  ['assignmentConflict.different', ...rule, set('between', [side, side]), 'between[1]', /the same as another/],
  ['assignmentConflict.time', ...rule, set('from', '2026-02-30'), 'from', /not in the calendar/],
  ['assignmentConflict.time', ...rule, set('until', '2025-01-01'), 'until', /not after/],
];

/** A new one each time: whoever gets it may break it. */
export const assignmentConflictSample = (): StoredItem => ({
  kind: 'assignmentConflict',
  id: 'two-insurers',
  doc: {
    id: 'two-insurers',
    name: { en: 'Nobody works for two insurers', sv: 'Ingen arbetar för två försäkringsgivare' },
    between: [
      { organisations: ['hospital'], roles: ['handler'] },
      { organisations: ['hospital'], roles: ['adviser'] },
    ],
    effect: 'report',
    owner: 'Legal department',
    reason: 'Insurers may not learn what the other knows',
    from: '2026-01-01',
  },
});

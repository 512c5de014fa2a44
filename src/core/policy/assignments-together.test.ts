// V4: assignments that a rule keeps apart, at login: which of them let in, and what is asked or said.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  apart,
  assignment,
  cecilia,
  ehr,
  hour,
  morning,
  person,
  policyFacts,
  proof,
} from '../../../test/fakes/ward.ts';
import type { AssignmentConflict } from '../catalogue/index.ts';
import { decide } from './decide.ts';

const three = person('three', {
  assignments: ['hospital', 'clinic', 'region'].map((organisation) => assignment('three', organisation)),
});
const said = (change: Parameters<typeof policyFacts>[2], who = cecilia, now = morning): string => {
  const decision = decide(
    policyFacts(who, [proof(who.person.id, 'password')], { assignmentConflicts: [apart()], ...change }),
    now,
  );
  return decision.kind === 'permit' ? 'permit' : `${decision.reason} ${decision.rules.join()}`.trim();
};
const refused = 'policy.assignmentsConflict two-insurers';

describe('assignments that a rule keeps apart', () => {
  const [hospital, clinic] = cecilia.assignments;
  const rows: readonly [
    what: string,
    change: Parameters<typeof policyFacts>[2],
    expected: string,
    who?: typeof cecilia,
  ][] = [
    ['neither lets in', { assignment: hospital }, refused],
    ['nor the other', { assignment: clinic }, refused],
    ['nor does leaving the choice open', {}, refused],
    [
      'also where the application counts one of them alone',
      { application: { ...ehr, organisation: 'clinic' }, assignment: clinic },
      refused,
    ],
    ['another one lets in', { assignment: three.assignments[2] }, 'permit', three],
    ['who has another one is asked', {}, 'policy.noAssignment', three],
    ['a rule that reports stops nobody', { assignmentConflicts: [apart({ effect: 'report' })] }, 'permit'],
    ['no rule', { assignmentConflicts: [] }, 'permit'],
  ];
  for (const [what, change, expected, who] of rows) test(what, () => assert.equal(said(change, who), expected));

  test('from the moment that both hold until one has ended', () => {
    const [from, until] = [morning + hour, morning + 2 * hour];
    const who = person('bea', {
      assignments: [assignment('bea', 'hospital', { until }), assignment('bea', 'clinic', { from })],
    });
    assert.deepEqual(
      [morning, from, until - 1, until].map((now) => said({}, who, now)),
      ['permit', refused, refused, 'permit'],
    );
  });

  test('each rule that is behind it is named', () => {
    const both: AssignmentConflict[] = [apart(), apart({ id: 'second' }), apart({ id: 'quiet', effect: 'report' })];
    assert.equal(said({ assignmentConflicts: both }), 'policy.assignmentsConflict second,two-insurers');
  });
});

// A decision about somebody with two assignments that a rule keeps apart.
import { apart, cecilia, policyFacts, proof } from './ward.ts';

/** The case of the check on them. */
export const apartCase = () => ({
  facts: policyFacts(cecilia, [proof('cecilia', 'password')], {
    assignment: cecilia.assignments[0],
    assignmentConflicts: [apart()],
  }),
  outcome: 'deny policy.assignmentsConflict',
  dropped: 'permit low',
});

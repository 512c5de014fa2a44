// Decisions about somebody whom a source told of: without an assignment there, and with a word that is too old.
import { bo, hour, morning, policyFacts, proof } from './ward.ts';

/** Told of an hour ago, and here by that word. */
export const word = { source: 'hsa', rule: 'hsa-people', at: morning - hour, names: true };
export const toldBo = { ...bo, assignments: bo.assignments.map((one) => ({ ...one, source: 'hsa' })), told: [word] };

/** A case for each of the checks on sources. */
export const sourceCases = () => ({
  sourceGives: {
    facts: policyFacts({ ...bo, assignments: [], told: [word] }, [proof('bo', 'password')]),
    outcome: 'deny policy.sourceGone',
    dropped: 'permit low',
  },
  sourceAnswers: {
    facts: policyFacts(toldBo, [proof('bo', 'password')], { stale: [word] }),
    outcome: 'deny policy.sourceSilent',
    dropped: 'permit low',
  },
});

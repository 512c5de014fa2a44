// K5: a source that does not answer: whose old word is gone by, for how long, and for which application.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toldBo, word } from '../../../test/fakes/told-policy.ts';
import { bo, ehr, morning, policyFacts, proof } from '../../../test/fakes/ward.ts';
import { decide } from './decide.ts';
import type { PolicyDecision } from './policy.ts';

const brief = (decision: PolicyDecision): string =>
  decision.kind === 'permit' ? `permit ${decision.permit.assurance}` : `${decision.kind} ${decision.reason}`;
const keeps = (keepHours: number) => ({ ...ehr, sourceOutage: { keepHours } });

describe('a source that does not answer', () => {
  const outages: readonly (readonly [what: string, change: Parameters<typeof policyFacts>[2], outcome: string])[] = [
    ['an application that keeps goes on', { application: keeps(2) }, 'permit low'],
    [
      'no longer than it says',
      { application: keeps(1), stale: [{ ...word, at: morning - 3_600_001 }] },
      'deny policy.sourceSilent',
    ],
    ['what a file gives is not held against the source', { assignment: bo.assignments[0] }, 'permit low'],
    ['a word that is not old is nobody’s concern', { stale: [] }, 'permit low'],
    [
      'of somebody whom a file named only its assignments count',
      { stale: [{ ...word, names: false }], assignment: undefined },
      'permit low',
    ],
  ];
  for (const [what, change, outcome] of outages)
    test(`${what}`, () => {
      const facts = policyFacts(toldBo, [proof('bo', 'password')], {
        stale: [word],
        assignment: toldBo.assignments[0],
        ...change,
      });
      assert.equal(brief(decide(facts, morning)), outcome);
    });
});

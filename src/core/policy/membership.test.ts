// Membership of a federation decides by the provider's organisation and by the chosen employer, never by what a card says (K3).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  assignment,
  bo,
  care,
  ehr,
  morning,
  ofClinic,
  policyFacts,
  proof,
  withRules,
} from '../../../test/fakes/ward.ts';
import { candidatesFor } from './candidates.ts';
import { decide } from './decide.ts';
import type { PolicyDecision } from './policy.ts';

const brief = (decision: PolicyDecision): string =>
  decision.kind === 'permit' ? `permit ${decision.permit.assurance}` : `${decision.kind} ${decision.reason}`;

describe('membership of a federation (K3)', () => {
  const atHospital = assignment('bo', 'hospital');
  const rows: [string, 'password' | 'simple', Parameters<typeof policyFacts>[2], string][] = [
    [
      'a card, and the chosen employer is a member',
      'simple',
      { federation: care('hospital'), assignment: atHospital },
      'permit substantial',
    ],
    [
      'a card, and one above the chosen employer is',
      'simple',
      { federation: care('region'), assignment: atHospital },
      'permit substantial',
    ],
    ['a card, and no employer was chosen', 'simple', { federation: care('hospital') }, 'deny policy.noAssignment'],
    [
      'a card, and the chosen employer is none',
      'simple',
      { federation: care('clinic'), assignment: atHospital },
      'deny policy.noAssignment',
    ],
    [
      "a member's provider, whatever is chosen",
      'password',
      { federation: care('clinic'), candidates: ofClinic('password') },
      'permit low',
    ],
    [
      "a member's provider, with an employer that is none",
      'password',
      { federation: care('clinic'), candidates: ofClinic('password'), assignment: atHospital },
      'deny policy.noAssignment',
    ],
    [
      'a provider of somebody who is none, and no other way in',
      'password',
      { federation: care('hospital'), candidates: ofClinic('password', 'card') },
      'deny policy.providerNotMember',
    ],
    ['no federation: nobody asks', 'password', { candidates: ofClinic('password') }, 'permit low'],
  ];
  for (const [name, kind, change, outcome] of rows) {
    test(`${name}: ${outcome}`, () => {
      const facts = policyFacts(bo, [proof('bo', kind)], { catalogue: withRules(), ...change });
      assert.equal(brief(decide(facts, morning)), outcome);
    });
  }

  test('who is asked for more is not offered the provider of somebody who is no member', () => {
    const facts = policyFacts(bo, [], { federation: care('hospital'), candidates: ofClinic('password') });
    const decision = decide(facts, morning);
    assert.ok(decision.kind === 'stepUp');
    assert.deepEqual(decision.providers, ['card']);
  });

  test('whatever is a member, who proved what, and what was chosen: no Permit without a member behind it', () => {
    const organisations = ['hospital', 'clinic', 'region'] as const;
    let permits = 0;
    fc.assert(
      fc.property(
        fc.record({
          members: fc.subarray([...organisations]),
          owner: fc.option(fc.constantFrom('hospital', 'clinic'), { nil: undefined }),
          kinds: fc.subarray(['password', 'simple', 'advanced'] as const, { minLength: 1 }),
          employers: fc.subarray([...organisations]),
          chosen: fc.option(fc.nat(2), { nil: undefined }),
        }),
        ({ members, owner, kinds, employers, chosen }) => {
          const who = { ...bo, assignments: employers.map((one) => assignment('bo', one)) };
          const candidates = candidatesFor(ehr, withRules()).map((one) =>
            one.provider === 'password' ? { ...one, organisation: owner } : one,
          );
          const picked = chosen === undefined ? undefined : who.assignments[chosen];
          const facts = policyFacts(
            who,
            kinds.map((kind) => proof('bo', kind)),
            {
              ...{ candidates, federation: care(...members), assignment: picked, catalogue: withRules() },
            },
          );
          const decision = decide(facts, morning);
          if (decision.kind !== 'permit') return;
          permits += 1;
          const above = { hospital: ['hospital', 'region'], clinic: ['clinic'], region: ['region'] } as const;
          const isIn = (one: string | undefined) =>
            (above[one as keyof typeof above] ?? []).some((each) => members.includes(each));
          const carrier = decision.permit.evidence[0]!;
          const byOwner = carrier.provider === 'password' && owner !== undefined && members.includes(owner);
          assert.ok(picked === undefined ? byOwner : isIn(picked.organisation));
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(permits > 100, `only ${permits} permits were drawn`);
  });
});

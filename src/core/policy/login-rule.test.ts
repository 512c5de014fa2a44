// The login rule of the project as data: who gets in by which method, on which device (H4).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anna, bo, hour, morning, policyFacts, proof } from '../../../test/fakes/ward.ts';
import type { deviceKinds } from '../../wire/codes/index.ts';
import { decide } from './decide.ts';
import type { PolicyDecision } from './policy.ts';

const brief = (decision: PolicyDecision): string =>
  decision.kind === 'permit' ? `permit ${decision.permit.assurance}` : `${decision.kind} ${decision.reason}`;

describe('the login rule (H4) as data', () => {
  const rows: [string, 'password' | 'simple' | 'advanced', (typeof deviceKinds)[number], string][] = [
    ['anna', 'password', 'fixed', 'stepUp policy.methodNotAllowed'],
    ['anna', 'password', 'portable', 'stepUp policy.methodNotAllowed'],
    ['anna', 'password', 'unknown', 'stepUp policy.methodNotAllowed'],
    ['anna', 'simple', 'fixed', 'permit substantial'],
    ['anna', 'advanced', 'fixed', 'permit high'],
    ['anna', 'advanced', 'portable', 'permit high'],
    ['anna', 'advanced', 'unknown', 'permit high'],
    ['bo', 'password', 'fixed', 'permit low'],
    ['bo', 'password', 'portable', 'stepUp policy.methodNotAllowed'],
    ['bo', 'password', 'unknown', 'stepUp policy.methodNotAllowed'],
    ['bo', 'simple', 'fixed', 'permit substantial'],
    ['bo', 'simple', 'portable', 'permit substantial'],
    ['bo', 'simple', 'unknown', 'permit substantial'],
  ];
  for (const [who, kind, device, outcome] of rows) {
    test(`${who} with ${kind} on a ${device} device: ${outcome}`, () => {
      const facts = policyFacts(who === 'anna' ? anna : bo, [proof(who, kind)], { device });
      const decision = decide(facts, morning);
      assert.equal(brief(decision), outcome);
      if (decision.kind === 'stepUp') assert.deepEqual(decision.methods, ['smartcard']);
    });
  }

  test('an advanced certificate that was shown counts, also when the directory does not know of it', () => {
    const shown = [proof('bo', 'advanced', { provenAt: morning - hour }), proof('bo', 'password')];
    const decision = decide(policyFacts(bo, shown), morning);
    const line = (decision.kind === 'permit' ? decision.permit.explanation : decision.explanation).lines.find(
      ({ rule: id }) => id === 'h4-advanced-certificate',
    );
    assert.equal(line?.matched, true);
  });
});

// The property that policy stands on: a Permit is never below what application, request and rules ask for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bo, ehr, morning, policyFacts, proof, withRules } from '../../../test/fakes/ward.ts';
import { type Assurance, assuranceLevels, connectorKinds, deviceKinds, reaches } from '../../wire/codes/index.ts';
import type { PolicyRule, RuleCondition, RuleEffect } from '../catalogue/index.ts';
import { decide } from './decide.ts';

const rule = (when: RuleCondition, effect: RuleEffect, id = 'r'): PolicyRule => ({
  id,
  title: `rule ${id}`,
  owner: 'Owner',
  when,
  // biome-ignore lint/suspicious/noThenProperty: a rule's effect, never awaited
  then: effect,
});

test('never below the minimum, whatever the facts', () => {
  const level = fc.constantFrom(...assuranceLevels);
  const effect: fc.Arbitrary<RuleEffect> = fc.oneof(
    fc.record({ kind: fc.constant('requireMethods' as const), methods: fc.subarray([...connectorKinds]) }),
    fc.record({ kind: fc.constant('requireAssurance' as const), assurance: level }),
    fc.record({ kind: fc.constant('maxAge' as const), seconds: fc.integer({ min: 0, max: 40_000 }) }),
    fc.constant({ kind: 'deny' as const }),
  );
  const condition = fc.record(
    {
      applications: fc.subarray(['ehr', 'other']),
      roles: fc.subarray(['doctor', 'nurse']),
      devices: fc.subarray([...deviceKinds]),
      networks: fc.subarray(['ward', 'guest']),
    },
    { requiredKeys: [] },
  );
  const rules = fc.array(fc.tuple(condition, effect), { maxLength: 3 });
  const evidence = fc.array(
    fc.record({
      holder: fc.constantFrom('bo', 'bo', 'bo', 'anna'),
      kind: fc.constantFrom('password' as const, 'simple' as const, 'advanced' as const),
      ageSeconds: fc.integer({ min: 0, max: 30_000 }),
      claimed: level,
    }),
    { maxLength: 4 },
  );
  let permits = 0;
  fc.assert(
    fc.property(
      fc.record({
        minimum: level,
        requested: fc.option(level, { nil: undefined }),
        rules,
        evidence,
        device: fc.constantFrom(...deviceKinds),
        fresh: fc.boolean(),
        maxAge: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined }),
      }),
      (drawn) => {
        const list = drawn.rules.map(([when, then], index) => rule(when, then, `r${index}`));
        const proofs = drawn.evidence.map(({ holder, kind, ageSeconds, claimed }) =>
          proof(holder, kind, { provenAt: morning - ageSeconds * 1000, assurance: claimed }),
        );
        const facts = policyFacts(bo, proofs, {
          application: { ...ehr, minimumAssurance: drawn.minimum },
          requested: drawn.requested,
          catalogue: withRules(...list),
          holders: new Map(proofs.map(({ id }, index) => [id, drawn.evidence[index]?.holder ?? ''])),
          device: drawn.device,
          fresh: drawn.fresh,
          maxAge: drawn.maxAge,
          since: morning - 60_000,
        });
        const decision = decide(facts, morning);
        if (decision.kind !== 'permit') return;
        permits += 1;
        const { permit } = decision;
        const devices = drawn.device === 'unknown' ? ['unknown', 'portable'] : [drawn.device];
        const holding = list.filter(
          ({ when }) =>
            when.applications?.includes('ehr') !== false &&
            when.roles?.includes('doctor') !== false &&
            when.networks?.includes('ward') !== false &&
            (when.devices === undefined || when.devices.some((kind) => devices.includes(kind))),
        );
        const carrier = permit.evidence[0]!;
        const ageSeconds = (morning - carrier.provenAt) / 1000;
        const here = ageSeconds <= 60;
        // Everybody whose evidence is there is the person of the permit.
        assert.ok(drawn.evidence.every(({ holder }) => holder === 'bo'));
        const wanted: Assurance[] = [drawn.minimum, drawn.requested ?? 'low'];
        for (const { then } of holding) {
          assert.notEqual(then.kind, 'deny');
          if (then.kind === 'requireAssurance') wanted.push(then.assurance);
          if (then.kind === 'requireMethods') assert.ok(then.methods.includes(carrier.connector));
          if (then.kind === 'maxAge') assert.ok(here || ageSeconds <= then.seconds);
        }
        for (const one of wanted) assert.ok(reaches(permit.assurance, one));
        assert.ok(reaches(carrier.assurance, permit.assurance));
        assert.ok(reaches(carrier.connector === 'password' ? 'low' : 'high', permit.assurance));
        assert.ok(!drawn.fresh || here);
        assert.ok(drawn.maxAge === undefined || here || ageSeconds <= drawn.maxAge);
        assert.ok(permit.assurance !== 'high' || here || ageSeconds <= 14_400);
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(permits > 100, `only ${permits} permits were drawn`);
});

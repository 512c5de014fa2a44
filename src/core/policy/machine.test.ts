// Which rules concern a machine, and that nothing but the decision makes its Permit.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { denyRule } from '../../../test/fakes/oidc-hub.ts';
import { application, minute, morning } from '../../../test/fakes/ward.ts';
import type { PolicyRule } from '../catalogue/policy-rule.ts';
import { decideMachine, isMachinePermit } from './machine.ts';

const robot = application('robot', { organisation: 'hospital' });
const deny = (change: Partial<PolicyRule>): PolicyRule => ({ ...denyRule(), ...change });
const ask = (rules: readonly PolicyRule[], change: Partial<Parameters<typeof decideMachine>[0]> = {}) =>
  decideMachine({ application: robot, apis: [], scopes: [], rules, catalogueRevision: 3, ...change }, morning);
const iso = (at: number) => new Date(at).toISOString();

describe('decideMachine', () => {
  test('permits when no rule refuses, and explains', () => {
    const decision = ask([denyRule('other')]);
    assert.equal(decision.kind, 'permit');
    if (decision.kind !== 'permit') return;
    assert.ok(isMachinePermit(decision.permit));
    assert.ok(!isMachinePermit({ ...decision.permit }), 'a copy is no Permit');
    assert.equal(decision.permit.explanation.catalogueRevision, 3);
    assert.deepEqual(decision.permit.explanation.lines, [
      { rule: 'stop', title: 'Stop', matched: false, because: 'applications' },
    ]);
  });

  for (const [what, rule, network, kind] of [
    ['everybody', deny({}), undefined, 'deny'],
    ['this application', denyRule('robot'), undefined, 'deny'],
    ['its organisation', deny({ when: { organisations: ['hospital'] } }), undefined, 'deny'],
    ['another organisation', deny({ when: { organisations: ['clinic'] } }), undefined, 'permit'],
    ['the network', deny({ when: { networks: ['guest'] } }), 'guest', 'deny'],
    ['another network', deny({ when: { networks: ['guest'] } }), 'ward', 'permit'],
    ['no known network', deny({ when: { networks: ['guest'] } }), undefined, 'permit'],
    ['people with a role', deny({ when: { roles: ['doctor'] } }), undefined, 'permit'],
    ['people with an attribute', deny({ when: { person: { x: [true] } } }), undefined, 'permit'],
    ['portable devices', deny({ when: { devices: ['portable'] } }), undefined, 'permit'],
    ['a method', deny({ when: { methods: ['password'] } }), undefined, 'permit'],
    ['from later on', deny({ from: iso(morning + minute) }), undefined, 'permit'],
    ['from now on', deny({ from: iso(morning) }), undefined, 'deny'],
    ['until now', deny({ until: iso(morning) }), undefined, 'permit'],
    ['until later', deny({ until: iso(morning + minute) }), undefined, 'deny'],
    ['a workplace', deny({ when: { workplaces: ['200000007'] } }), undefined, 'deny'],
    ['another workplace', deny({ when: { workplaces: ['200000015'] } }), undefined, 'permit'],
    ['no workplace', deny({ when: { workplaces: ['none'] } }), undefined, 'permit'],
    ['a profession', deny({ when: { professions: ['none'] } }), undefined, 'permit'],
    ['a purpose', deny({ when: { purposes: ['none'] } }), undefined, 'permit'],
    ['an effect for people', { ...deny({}), ['then' as const]: { kind: 'maxAge', seconds: 1 } }, undefined, 'permit'],
  ] as const) {
    test(`a rule about ${what}: ${kind}`, () => {
      assert.equal(ask([rule as PolicyRule], { network, workplaces: ['200000007'] }).kind, kind);
    });
  }

  test('a machine that names nobody has no workplace', () => {
    assert.equal(ask([deny({ when: { workplaces: ['none'] } })]).kind, 'deny');
  });

  test('a closed application is refused with its own reason', () => {
    const decision = ask([denyRule()], { application: { ...robot, closed: true } });
    assert.deepEqual(
      [decision.kind, decision.kind === 'deny' && decision.reason],
      ['deny', 'policy.applicationClosed'],
    );
  });
});

// K5: which proof may lead to a person, and which answer of a source is believed; each check is left out once to see a case turn.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { enrolmentRule, hsaKey, number, numberKey, otherNumber, record } from '../../../test/fakes/told-people.ts';
import { morning, proof } from '../../../test/fakes/ward.ts';
import type { EnrolmentRule } from '../catalogue/enrolment-rule.ts';
import {
  type Answered,
  askedBy,
  confirmChecks,
  enrolmentRuleFor,
  unconfirmed,
  type WayIn,
  wayInChecks,
} from './enrol.ts';
import type { Evidence } from './evidence.ts';

const a = 'SE2120000142-A';
const card = (change: Partial<Evidence> = {}): Evidence => {
  const made = proof(a, 'simple', change);
  return { ...made, certificate: made.certificate && { ...made.certificate, population: 'siths' } };
};
const saml = (change: Partial<Evidence> = {}): Evidence => ({
  ...proof(a, 'password'),
  connector: 'saml',
  provider: 'kommun',
  subject: hsaKey(a),
  assurance: 'substantial',
  ...change,
});
const derived = (): Evidence => {
  const made = card();
  const origin = { id: 'd', device: 'x', person: 'anna', assurance: 'substantial' as const };
  return { ...made, certificate: made.certificate && { ...made.certificate, derived: origin } };
};

describe('which rule a proof may go by', () => {
  const found = (
    evidence: Evidence,
    rule: Partial<EnrolmentRule> = {},
    provider: WayIn['provider'] = { id: 'kommun' },
  ) => enrolmentRuleFor(evidence, provider, [enrolmentRule(rule)])?.id;

  test('a card of a named population, a named provider, and one that a named record made', () => {
    assert.equal(found(card()), 'hsa-people');
    assert.equal(found(saml()), 'hsa-people');
    assert.equal(found(saml(), {}, { id: 'kommun:x', madeBy: 'kommun' }), 'hsa-people');
  });
  test('of several the first by its id', () => {
    const rules = [enrolmentRule({ id: 'b' }), enrolmentRule({ id: 'a' })];
    assert.equal(enrolmentRuleFor(card(), undefined, rules)?.id, 'a');
  });
  test('the source is asked by the identifiers of its namespace alone', () => {
    assert.deepEqual(askedBy(saml({ alternates: [numberKey(number)] }), enrolmentRule()), [hsaKey(a)]);
  });

  const no: readonly (readonly [check: string, when: string, Evidence, Partial<EnrolmentRule>, WayIn['provider']?])[] =
    [
      ['enrol.open', 'a closed rule', card(), { closed: true }],
      ['enrol.named', 'a card of another population', card(), { populations: ['other'] }],
      ['enrol.named', 'a provider that is not named', saml(), { providers: [] }],
      ['enrol.named', 'a card by the name of its provider alone', card(), { populations: [], providers: ['kommun'] }],
      ['enrol.notDerived', 'a certificate for a device', derived(), {}],
      ['enrol.level', 'a proof below the rule’s level', saml({ assurance: 'low' }), {}],
      ['enrol.identifier', 'a proof without the identifier', saml({ subject: numberKey(number) }), {}],
    ];
  for (const [check, when, evidence, rule, provider = { id: 'kommun' }] of no)
    test(`${check}: not ${when}; without the check it would`, () => {
      assert.equal(found(evidence, rule, provider), undefined);
      const fewer = wayInChecks.filter(({ name }) => name !== check);
      assert.equal(enrolmentRuleFor(evidence, provider, [enrolmentRule(rule)], fewer)?.id, 'hsa-people');
    });
  test('each check has a case', () =>
    assert.deepEqual(new Set(no.map(([check]) => check)), new Set(wayInChecks.map(({ name }) => name))));
});

describe('which answer is believed', () => {
  const answered = (change: Partial<Answered> = {}): Answered => ({
    proven: [hsaKey(a)],
    asked: [hsaKey(a)],
    records: [record(a)],
    now: morning,
    ...change,
  });
  const b = 'SE2120000142-B';
  const yes: readonly (readonly [string, Partial<Answered>])[] = [
    ['the record of who was proven', {}],
    ['with the number that was proven', { proven: [hsaKey(a), numberKey(number)] }],
    [
      'without a number where one was proven',
      { proven: [hsaKey(a), numberKey(number)], records: [record(a, { identifiers: [] })] },
    ],
    [
      'asked by a number: all records of it',
      { proven: [numberKey(number)], asked: [numberKey(number)], records: [record(a), record(b)] },
    ],
    ['at a sync, where nothing is proven', { proven: [] }],
  ];
  for (const [what, change] of yes) test(what, () => assert.equal(unconfirmed(answered(change)), undefined));

  const no: readonly (readonly [check: string, reason: string, when: string, Partial<Answered>])[] = [
    [
      'confirm.asked',
      'source.contradiction',
      'a record of somebody else beside it',
      { records: [record(a), record(b, { identifiers: [] })] },
    ],
    [
      'confirm.number',
      'source.contradiction',
      'another number than the proven one',
      { proven: [hsaKey(a), numberKey(otherNumber)] },
    ],
    ['confirm.real', 'source.notFound', 'nobody, at a sync', { proven: [], records: [] }],
    ['confirm.real', 'source.notFound', 'a record for tests', { proven: [], records: [record(a, { feigned: true })] }],
    [
      'confirm.hsaId',
      'source.notFound',
      'another HSA-ID of the same number',
      { proven: [hsaKey(a), numberKey(number)], asked: [numberKey(number)], records: [record(b)] },
    ],
  ];
  for (const [check, reason, when, change] of no)
    test(`${check}: not ${when}; without the check it would be`, () => {
      const fault = unconfirmed(answered(change));
      assert.deepEqual([fault?.name, fault?.reason], [check, reason]);
      const fewer = confirmChecks.filter(({ name }) => name !== check);
      assert.equal(unconfirmed(answered(change), fewer), undefined);
    });
  test('each check has a case', () =>
    assert.deepEqual(new Set(no.map(([check]) => check)), new Set(confirmChecks.map(({ name }) => name))));
});

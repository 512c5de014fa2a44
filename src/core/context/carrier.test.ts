// By which way details may come: each rule of the carriers is needed for a case.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CarrierFacts, carrierChecks, detailsOfAssertion } from './carrier.ts';
import { faultsOf } from './fault.ts';

const journal = { type: 'nhn:sfm:journal-id', value: {} };
const organisation = { type: 'helseid_authorization' };
const sound: CarrierFacts = { at: 'token', secret: false, plain: [], requestObject: {}, assertion: {}, sticky: [] };

const cases: readonly [check: string, code: string, facts: Partial<CarrierFacts>][] = [
  ['carrier.secret', 'HID-1008', { secret: true, plain: ['assertion_details'] }],
  ['carrier.plain', 'HID-1007', { plain: ['authorization_details'] }],
  ['carrier.objectName', 'HID-1007', { at: 'request', requestObject: { assertion_details: journal } }],
  ['carrier.oneName', 'HID-1007', { assertion: { assertion_details: journal, authorization_details: organisation } }],
  ['carrier.tokenAlone', 'HID-1007', { at: 'request', assertion: { assertion_details: journal } }],
  ['carrier.tokenAlone', 'HID-1009', { at: 'request', assertion: { assertion_details: [journal, organisation] } }],
  ['carrier.once', 'HID-DOUBLE-STRUCTURE', { assertion: { assertion_details: [journal] }, sticky: [journal.type] }],
  ['carrier.once', 'HID-DOUBLE-STRUCTURE', { assertion: { authorization_details: journal }, sticky: [journal.type] }],
];

describe('carriers', () => {
  for (const [check, code, change] of cases) {
    test(`${check}: ${JSON.stringify(change)}`, () => {
      const facts = { ...sound, ...change };
      assert.deepEqual(faultsOf(carrierChecks, facts).map((fault) => [fault.check, fault.code])[0], [check, code]);
      const left = faultsOf(
        carrierChecks.filter(({ name }) => name !== check),
        facts,
      );
      assert.ok(!left.some((fault) => fault.check === check));
    });
  }

  test('every check has a case', () => {
    assert.deepEqual(
      carrierChecks.map(({ name }) => name).filter((name) => !cases.some(([check]) => check === name)),
      [],
    );
  });

  for (const [what, facts] of [
    ['nothing', {}],
    ['an object in an assertion at the token endpoint', { assertion: { assertion_details: journal } }],
    ['the older name there', { assertion: { authorization_details: [journal] } }],
    ['a request object', { at: 'request', requestObject: { authorization_details: journal } }],
    ['another type than the grant holds', { assertion: { assertion_details: journal }, sticky: [organisation.type] }],
    ['null, as absent', { assertion: { assertion_details: journal, authorization_details: null } }],
  ] as const) {
    test(`takes ${what}`, () => {
      assert.deepEqual(faultsOf(carrierChecks, { ...sound, ...facts }), []);
    });
  }

  test('an assertion is read by either name', () => {
    assert.equal(detailsOfAssertion({ assertion_details: journal }), journal);
    assert.equal(detailsOfAssertion({ authorization_details: journal, assertion_details: null }), journal);
    assert.equal(detailsOfAssertion({}), undefined);
  });
});

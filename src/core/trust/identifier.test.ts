// Identifier rules: what each pattern takes and refuses; the corpus holds the faults of encoding.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { attributeOids, type DistinguishedName } from '../../base/x509/index.ts';
import type { IdentifierRule } from '../catalogue/snapshot.ts';
import { isSwedishPersonalNumber, readIdentifier, readIdentifiers } from './identifier.ts';

const now = Date.UTC(2026, 5, 1);
const named = (value: string): DistinguishedName => ({
  der: Buffer.alloc(0),
  rdns: [[{ oid: attributeOids.serialNumber, value, faults: [] }]],
});
const rule = (pattern: IdentifierRule['pattern'], custom?: string): IdentifierRule => ({
  attribute: attributeOids.serialNumber,
  pattern,
  custom,
  namespace: 'n',
});
const value = (pattern: IdentifierRule['pattern'], text: string, custom?: string) => {
  const reading = readIdentifier(rule(pattern, custom), named(text), now);
  return reading.ok ? reading.value : undefined;
};

describe('hsaId', () => {
  test('is asserted in upper case', () => assert.equal(value('hsaId', 'se2321000156-a1b2'), 'SE2321000156-A1B2'));
  for (const bad of [
    'SE232100015-1',
    'SE2321000156',
    'SE2321000156-',
    'SE2321000156-Å',
    'SE2321000156-1234567890123456789',
    'TSTNMT2321000156-1077',
    ' SE2321000156-1',
    'SE2321000156-1\n',
    'ſE2321000156-1',
  ])
    test(`refuses ${JSON.stringify(bad)}`, () => assert.equal(value('hsaId', bad), undefined));
});

describe('swedishPersonalNumber', () => {
  test('takes a person and a coordination number', () => {
    assert.equal(value('swedishPersonalNumber', '198001012387'), '198001012387');
    assert.equal(value('swedishPersonalNumber', '197010632391'), '197010632391');
  });
  for (const bad of [
    '198001012388',
    '8001012387',
    '19800101-2387',
    '198002302381',
    '198013012385',
    '209901012386',
    '198001922383',
    '170001010000',
  ])
    test(`refuses ${bad}`, () => assert.ok(!isSwedishPersonalNumber(bad, now)));
  test('notices any one digit changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 11 }), fc.integer({ min: 1, max: 9 }), (at, add) => {
        const digits = [...'198001012387'];
        digits[at] = String((Number(digits[at]) + add) % 10);
        return !isSwedishPersonalNumber(digits.join(''), now);
      }),
    );
  });
});

describe('issuerScoped', () => {
  test('takes a number of the issuer', () =>
    assert.equal(value('issuerScoped', 'UN:NO-9578-4050-127091783'), 'UN:NO-9578-4050-127091783'));
  for (const bad of [
    'PNONO-01017012345',
    'UN:NO-01017012345',
    'UN:NO-9578-01017012345',
    '01017012345',
    'UN:NO-',
    'UN:NO-a b',
    'un:no-1',
  ])
    test(`refuses ${bad}`, () => assert.equal(value('issuerScoped', bad), undefined));
});

describe('custom', () => {
  test('is anchored at both ends, whatever the pattern says', () => {
    assert.equal(value('custom', 'T00042', 'T\\d{5}'), 'T00042');
    assert.equal(value('custom', 'xT00042', 'T\\d{5}'), undefined);
    assert.equal(value('custom', 'T00042x', 'T\\d{5}'), undefined);
    assert.equal(value('custom', 'bx', 'a|b'), undefined, 'alternatives too');
  });
  test('without a pattern takes nothing', () => assert.equal(value('custom', 'anything'), undefined));
  test('is not tried on a value that is too long', () =>
    assert.equal(value('custom', 'a'.repeat(65), 'a+'), undefined));
});

test('the first rule that fits gives the subject, further ones the alternates', () => {
  const subject: DistinguishedName = {
    der: Buffer.alloc(0),
    rdns: [
      [{ oid: attributeOids.serialNumber, value: 'SE2321000156-1', faults: [] }],
      [{ oid: attributeOids.title, value: 'T00042', faults: [] }],
    ],
  };
  const staff: IdentifierRule = {
    attribute: attributeOids.title,
    pattern: 'custom',
    custom: 'T\\d{5}',
    namespace: 'staff',
  };
  const personal: IdentifierRule = { ...rule('swedishPersonalNumber'), namespace: 'personnummer' };
  assert.deepEqual(readIdentifiers([personal, rule('hsaId'), staff], subject, now), {
    ok: true,
    found: [
      { namespace: 'n', value: 'SE2321000156-1' },
      { namespace: 'staff', value: 'T00042' },
    ],
  });
  assert.equal(readIdentifiers([personal], subject, now).ok, false);
});

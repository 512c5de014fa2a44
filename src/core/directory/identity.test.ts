// One spelling for each identifier.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { normaliseIdentity, normaliseUsername } from './identity.ts';

const good: readonly [namespace: string, value: string, normal: string][] = [
  ['se-personnummer', '19121212-1212', '191212121212'],
  ['se-personnummer', '191212121212', '191212121212'],
  ['no-fodselsnummer', '010190 12345', '01019012345'],
  ['nl-bsn', '111222333', '111222333'],
  ['hsa-id', ' se2321000156-1077', 'SE2321000156-1077'],
  ['hsa-id', 'tstnmt2321000156-1077', 'TSTNMT2321000156-1077'],
  ['employee', ' A-17 ', 'A-17'],
];
const bad: readonly [namespace: string, value: string][] = [
  ['se-personnummer', '191212121213'],
  ['se-personnummer', '1212121212'],
  ['se-personnummer', '121212-1212'],
  ['no-fodselsnummer', '0101901234'],
  ['nl-bsn', '111222334'],
  ['nl-bsn', '000000000'],
  ['hsa-id', '5560000000'],
  ['hsa-id', 'ABCDEFGHIJK2321000156-1077'],
  ['employee', ''],
  ['employee', 'a\u0000b'],
];

describe('normaliseIdentity', () => {
  for (const [namespace, value, normal] of good) {
    test(`${namespace} ${value}`, () =>
      assert.deepEqual(normaliseIdentity(namespace, value), { ok: true, value: normal }));
  }
  for (const [namespace, value] of bad) {
    test(`${namespace} refuses ${JSON.stringify(value)} without repeating it`, () => {
      const result = normaliseIdentity(namespace, value);
      assert.ok(!result.ok);
      assert.ok(value === '' || !result.message.includes(value));
    });
  }
  test('twice is the same as once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('hsa-id', 'nl-bsn', 'se-personnummer', 'employee'),
        fc.string(),
        (namespace, value) => {
          const once = normaliseIdentity(namespace, value);
          if (once.ok) assert.deepEqual(normaliseIdentity(namespace, once.value), once);
        },
      ),
    );
  });
});

describe('normaliseUsername', () => {
  test('folds case and width', () => assert.equal(normaliseUsername(' \uff21nna.Berg '), 'anna.berg'));
  for (const typed of ['', '.', 'a b', "a'--", 'a\u0000', 'x'.repeat(300), '-a', 'a/b']) {
    test(`nobody is ${JSON.stringify(typed.slice(0, 10))}`, () => assert.equal(normaliseUsername(typed), undefined));
  }
});

// Made-up identifiers are told from real ones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTestNumber } from './test-number.ts';

const cases: readonly (readonly [string, string, boolean])[] = [
  ['no-fodselsnummer', '01017012345', false],
  ['no-fodselsnummer', '41127012345', false], // a D-number: the day is 40 too high, and that is real
  ['no-fodselsnummer', '01817012345', true], // Skatteetaten
  ['no-fodselsnummer', '01417012345', true], // NAV
  ['no-fodselsnummer', '01667012345', true], // Norsk helsenett
  ['no-fodselsnummer', '01927012345', true],
  ['se-personnummer', '195711092642', false],
  ['se-personnummer', '198001019802', true],
  ['se-personnummer', '198001019992', true],
  ['se-personnummer', '198001619792', false], // a samordningsnummer is real
  ['hsa-id', 'SE2321000156-9802', false],
  ['hsa-id', 'TSTNMT2321000156-1077', true],
  ['hsa-id', 'IFV1239877878-104K', true],
];
for (const [namespace, value, made] of cases) {
  test(`${namespace} ${value} is ${made ? 'made up' : 'real'}`, () =>
    assert.equal(isTestNumber(namespace, value), made));
}

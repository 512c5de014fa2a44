// The table of assurance names: known names, look-alikes that equal nothing, and what a request asks for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { acrOf, acrValues, levelOfName, requestedAssurance } from './assurance-names.ts';

const known: readonly [string, string][] = [
  ['Level4', 'high'],
  ['Level3', 'substantial'],
  ['Level2', 'low'],
  ['idporten-loa-high', 'high'],
  ['idporten-loa-substantial', 'substantial'],
  ['urn:bankid:bid;LOA=4', 'high'],
  ['http://id.elegnamnden.se/loa/1.0/loa3', 'substantial'],
  ['http://id.elegnamnden.se/loa/1.0/loa4', 'high'],
  ['http://id.sambi.se/loa/loa3', 'substantial'],
  ['http://eidas.europa.eu/LoA/substantial', 'substantial'],
  ['loa3', 'substantial'],
];
const nothing = [
  'http://id.swedenconnect.se/loa/1.0/uncertified-loa3',
  'uncertified-loa4',
  'http://id.swedenconnect.se/loa/1.0/loa4-nonresident',
  'loa3-nonresident',
  'LOA3_NR',
  'level4',
  'LOA4',
  'High',
  'constructor',
  '',
];

describe('levelOfName', () => {
  for (const [name, level] of known) test(`${name} is ${level}`, () => assert.equal(levelOfName(name), level));
  for (const name of nothing) test(`${name || 'an empty name'} is low`, () => assert.equal(levelOfName(name), 'low'));
  test('a name that is listed counts as listed', () => {
    assert.equal(levelOfName('LOA3_NR', new Map([['LOA3_NR', 'substantial']])), 'substantial');
  });
  test('our own names read back as themselves', () => {
    for (const level of ['low', 'substantial', 'high'] as const) assert.equal(levelOfName(acrOf(level)), level);
    assert.equal(acrValues.length, 3);
  });
});

describe('requestedAssurance', () => {
  test('any of the values will do', () =>
    assert.equal(requestedAssurance(['Level4', acrOf('substantial')]).level, 'substantial'));
  test('an unknown name asks for nothing and is named', () => {
    assert.deepEqual(requestedAssurance(['LOA3_NR']), { level: undefined, unknown: ['LOA3_NR'] });
    assert.deepEqual(requestedAssurance(['LOA3_NR', 'Level4']), { level: 'high', unknown: ['LOA3_NR'] });
  });
});

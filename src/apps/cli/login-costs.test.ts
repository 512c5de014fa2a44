// Costs are exact, whatever the price and however many; tables and CSV say them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LoginCount } from '../../core/journey/index.ts';
import { amountOf, amountText, cellsOf, csvLine, tableLines, totalsOf } from './login-costs.ts';

const count = (change: Partial<LoginCount> = {}): LoginCount => ({
  month: '2026-11',
  provider: 'idporten',
  organisation: 'hospital',
  application: 'ehr',
  price: '0.55 NOK',
  logins: 3,
  avoided: 2,
  ...change,
});
const textOf = (price: string, times: number): string | undefined => {
  const amount = amountOf(price, times);
  return amount && amountText(amount);
};

describe('an amount', () => {
  test('is exact where binary fractions are not', () => {
    assert.equal(textOf('0.1 NOK', 3), '0.30 NOK');
    assert.equal(textOf('0.0001 SEK', 1), '0.0001 SEK');
    assert.equal(textOf('1.005 EUR', 1000), '1005.00 EUR');
    assert.equal(textOf('9999999.9999 NOK', 1_000_000_000), '9999999999900000.00 NOK');
    assert.equal(textOf('2 SEK', -1), '-2.00 SEK');
    assert.equal(textOf('0.55 NOK', 0), '0.00 NOK');
  });
  test('is none without a price', () => {
    for (const price of ['', '1.5', 'NOK 1', '1.00000 NOK']) assert.equal(amountOf(price, 1), undefined, price);
  });
});

test('totals are by provider, and currencies are not mixed', () => {
  assert.deepEqual(
    totalsOf([count(), count({ price: '0.60 NOK', logins: 1, avoided: 0 }), count({ price: '1 SEK' })]),
    [['idporten', '7 logins (2.25 NOK + 3.00 SEK), 4 avoided (1.10 NOK + 2.00 SEK)']],
  );
  assert.deepEqual(totalsOf([count({ provider: 'entra', price: '' })]), [
    ['entra', '3 logins (no price), 2 avoided (no price)'],
  ]);
});

test('a row has what was counted, its cost and what was saved', () => {
  assert.deepEqual(cellsOf(count()), [
    '2026-11',
    'idporten',
    'hospital',
    'ehr',
    '0.55 NOK',
    '3',
    '1.65 NOK',
    '2',
    '1.10 NOK',
  ]);
  assert.equal(csvLine(['a', 'b,"c"', '']), 'a,"b,""c""",');
  assert.deepEqual(
    tableLines([
      ['a', 'bb'],
      ['ccc', ''],
    ]),
    ['a    bb', 'ccc  -'],
  );
});

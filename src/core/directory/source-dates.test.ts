// Dates of registers: both spellings, with and without a zone, and what is no date.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantOfSource, spanOf } from './source-dates.ts';

const good: readonly (readonly [text: string, iso: string])[] = [
  ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31T08:00:00.123+01:00', '2026-01-31T07:00:00.000Z'],
  ['2026-01-31T08:00:00-0230', '2026-01-31T10:30:00.000Z'],
  ['20260131080000Z', '2026-01-31T08:00:00.000Z'],
  ['202601310800Z', '2026-01-31T08:00:00.000Z'],
  ['20260131080000+01', '2026-01-31T07:00:00.000Z'],
  ['2026-01-31T08:00:00', '2026-01-31T07:00:00.000Z'], // Swedish winter
  ['2026-07-31T08:00:00', '2026-07-31T06:00:00.000Z'], // Swedish summer
  ['20260731080000', '2026-07-31T06:00:00.000Z'],
  ['2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'], // the first moment of summer time
  ['2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'], // the last one before it
  ['2026-07-31', '2026-07-30T22:00:00.000Z'],
  ['20260731', '2026-07-30T22:00:00.000Z'],
];

describe('instantOfSource', () => {
  for (const [text, iso] of good)
    test(text, () => assert.equal(new Date(instantOfSource(text) ?? Number.NaN).toISOString(), iso));
  for (const text of ['', '2026', '2026-02-30', '20260230080000Z', '2026-01-31T25:00:00Z', 'soon', '2026-13-01'])
    test(`${JSON.stringify(text)} is no date`, () => assert.equal(instantOfSource(text), undefined));
});

test('spans hold together from the last beginning to the first end', () => {
  assert.deepEqual(spanOf({}, {}), {});
  assert.deepEqual(spanOf({ from: 1, until: 9 }, { from: 3 }, { until: 7 }), { from: 3, until: 7 });
});

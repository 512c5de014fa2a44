// Times of SAML: what they read as, and what is no time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText, instantText, parseDuration, parseInstant } from './time-values.ts';

const at = Date.UTC(2026, 10, 29, 9, 0, 0);

for (const [text, expected] of [
  ['2026-11-29T09:00:00Z', at],
  ['2026-11-29T09:00:00', at],
  ['2026-11-29T09:00:00.5Z', at + 500],
  ['2026-11-29T09:00:00.1239999Z', at + 123],
  ['2026-11-29T10:00:00+01:00', at],
  ['2026-11-29T05:30:00-03:30', at],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2026-02-29T00:00:00Z', undefined],
  ['2026-11-29T24:00:00Z', undefined],
  ['2026-11-29T09:00:60Z', undefined],
  ['2026-13-29T09:00:00Z', undefined],
  ['2026-11-29T09:00:00+15:00', undefined],
  ['2026-11-29 09:00:00Z', undefined],
  ['2026-11-29', undefined],
  [' 2026-11-29T09:00:00Z', undefined],
  ['2026-11-29T09:00:00Z\n', undefined],
  ['12026-11-29T09:00:00Z', undefined],
  ['', undefined],
] as const)
  test(`instant ${JSON.stringify(text)}`, () => assert.equal(parseInstant(text), expected));

for (const [text, expected] of [
  ['PT1H', 3_600_000],
  ['P1D', 86_400_000],
  ['P1Y2M3DT4H5M6.7S', (365 + 60 + 3) * 86_400_000 + 4 * 3_600_000 + 5 * 60_000 + 6000],
  ['PT0S', 0],
  ['P', undefined],
  ['PT', undefined],
  ['P1DT', undefined],
  ['-PT1H', undefined],
  ['PT1H2', undefined],
  ['1H', undefined],
] as const)
  test(`duration ${text}`, () => assert.equal(parseDuration(text), expected));

test('what we write reads back', () => {
  assert.equal(parseInstant(instantText(at + 7)), at + 7);
  assert.equal(parseDuration(durationText(3_600_000)), 3_600_000);
});

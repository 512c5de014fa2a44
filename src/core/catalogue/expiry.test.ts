// Warnings before something runs out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayMs, hourMs } from '../../base/clock.ts';
import { dueWarnings, type Expiring } from './expiry.ts';

const thing = (lifeMs: number): Expiring => ({ kind: 'certificate', name: 'x', startsAt: 0, expiresAt: lifeMs });

test('a year-long certificate is warned of at 60, 30 and 7 days, each with a claim of its own', () => {
  const year = 365 * dayMs;
  const at = (daysLeft: number) => dueWarnings([thing(year)], year - daysLeft * dayMs);
  assert.deepEqual(at(61), []);
  const keys = [60, 31, 30, 8, 7, 0, -3].map((days) => at(days)[0]?.claim.key);
  assert.equal(keys[0], keys[1]);
  assert.equal(keys[2], keys[3]);
  assert.equal(keys[4], keys[6]);
  assert.equal(new Set(keys).size, 3);
  assert.equal(at(7)[0]?.daysLeft, 7);
});

test('a revocation list of a day is warned of at a quarter of its life', () => {
  assert.deepEqual(dueWarnings([thing(dayMs)], 17 * hourMs), []);
  assert.equal(dueWarnings([thing(dayMs)], 18 * hourMs).length, 1);
});

test('nothing expires unwarned, whatever its life (property)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 3650 * dayMs }), (life) => dueWarnings([thing(life)], life).length === 1),
  );
});

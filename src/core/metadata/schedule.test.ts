// The pace of refreshing: the source's and the document's wishes, back-off, jitter, and what is worth an alarm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, hourMs, minuteMs } from '../../base/clock.ts';
import { sampleSource } from './sample-entity.ts';
import { isAlarming, nextAfterFailure, nextAfterSuccess } from './schedule.ts';

const now = Date.UTC(2026, 10, 29);
const source = sampleSource();
const latest = () => 1;
const earliest = () => 0;

test('after a success: at the pace of the record, sooner as the document wishes, and before half of it is gone', () => {
  const next = (cacheDurationMs?: number, validUntil?: number, random = latest) =>
    nextAfterSuccess({ source, cacheDurationMs, validUntil, now, random }) - now;
  assert.equal(next(), hourMs);
  assert.equal(next(undefined, undefined, earliest), 0.8 * hourMs);
  assert.equal(next(10 * minuteMs, now + 7 * dayMs), 10 * minuteMs);
  assert.equal(next(5 * hourMs, now + 40 * minuteMs), 20 * minuteMs);
  assert.equal(next(0), minuteMs);
  assert.equal(next(undefined, now - 5), minuteMs);
  const applied = { ...source, from: { document: '<x/>' } };
  const given = { cacheDurationMs: undefined, validUntil: undefined, now, random: latest };
  assert.equal(nextAfterSuccess({ source: applied, ...given }), now + dayMs);
});

test('after failures: a minute, doubling, at most an hour and the pace of the record', () => {
  const next = (failures: number, refreshMinutes = 60, random = latest) =>
    nextAfterFailure({ source: { ...source, refreshMinutes }, failures, now, random }) - now;
  assert.deepEqual(
    [1, 2, 3, 6, 7, 1000].map((each) => next(each)),
    [1, 2, 4, 32, 60, 60].map((each) => each * minuteMs),
  );
  assert.equal(next(30, 1440), hourMs);
  assert.equal(next(30, 5), 5 * minuteMs);
  assert.equal(next(1, 60, earliest), 0.8 * minuteMs);
});

test('a refused document is an alarm at once, one that did not come at the third time', () => {
  assert.deepEqual([isAlarming('refused', 1), isAlarming('failed', 2), isAlarming('failed', 3)], [true, false, true]);
});

// Opening hours by the wall clock of their zone: weekdays, ends, midnight and the change to summer time.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Hours, isWithinHours, isZone } from './hours.ts';

const office: Hours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '07:00', to: '16:00', zone: 'Europe/Oslo' };
const night: Hours = { days: ['fri'], from: '22:00', to: '06:00', zone: 'Europe/Oslo' };

describe('opening hours', () => {
  for (const [what, hours, at, expected] of [
    ['Friday, the first minute (winter: UTC+1)', office, '2026-11-27T06:00:00Z', true],
    ['a second before it', office, '2026-11-27T05:59:59Z', false],
    ['the last second', office, '2026-11-27T14:59:59Z', true],
    ['the minute at which they end', office, '2026-11-27T15:00:00Z', false],
    ['Saturday', office, '2026-11-28T09:00:00Z', false],
    ['summer time moves with the wall clock', office, '2026-06-26T05:00:00Z', true],
    ['and so does their end', office, '2026-06-26T14:00:00Z', false],
    ['Monday there while it is Sunday in UTC', { ...office, from: '00:00' }, '2026-11-29T23:30:00Z', true],
    ['over midnight: Friday evening', night, '2026-11-27T21:00:00Z', true],
    ['over midnight: Saturday before six', night, '2026-11-28T04:59:00Z', true],
    ['over midnight: Saturday at six', night, '2026-11-28T05:00:00Z', false],
    ['over midnight: Friday before six belongs to Thursday', night, '2026-11-27T04:00:00Z', false],
    ['over midnight from Sunday into Monday', { ...night, days: ['sun'] }, '2026-11-30T01:00:00Z', true],
    ['the whole day', { ...office, from: '00:00', to: '24:00' }, '2026-11-27T22:59:59Z', true],
    ['a zone that does not exist holds nothing', { ...office, zone: 'Norway/Oslo' }, '2026-11-27T09:00:00Z', false],
  ] as const) {
    test(`${what}: ${expected}`, () => assert.equal(isWithinHours(hours as Hours, Date.parse(at)), expected));
  }

  test('zones are known by name', () => {
    assert.deepEqual(['Europe/Stockholm', 'UTC', 'Mars/Base', ''].map(isZone), [true, true, false, false]);
  });
});

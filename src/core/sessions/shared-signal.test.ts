// V4: which two sessions of one person are a sign that an account is shared, as a table.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hour, minute, morning } from '../../../test/fakes/ward.ts';
import { defaultLifetimes } from '../catalogue/index.ts';
import { startSession } from './lifecycle.ts';
import type { Session } from './session.ts';
import { type SharedSignalLimits, sharedSignals } from './shared-signal.ts';

const session = (id: string, change: Partial<Session> = {}): Session => ({
  ...startSession(
    { id, person: 'bo', evidence: [], where: { device: 'fixed', network: 'ward' }, agent: 'Firefox on Linux' },
    defaultLifetimes,
    morning,
  ),
  ...change,
});
const all: SharedSignalLimits = { withinMinutes: 15, networks: true, devices: true };
const seen = (other: Partial<Session>, limits = all, now = morning + minute) =>
  sharedSignals(session('new', { startedAt: now, seenAt: now }), [session('old', other)], limits, now).flatMap(
    (one) => one.seen,
  );

describe('another session of the same person', () => {
  const rows: readonly [what: string, got: readonly string[], expected: readonly string[]][] = [
    ['at the same place is none', seen({}), []],
    ['in another network', seen({ network: 'guest' }), ['networks']],
    ['in no network that is known', seen({ network: undefined }), ['networks']],
    ['on another sort of device', seen({ device: 'portable' }), ['devices']],
    ['in another browser', seen({ agent: 'Safari on iPhone' }), ['devices']],
    ['both', seen({ network: undefined, agent: 'Safari on iPhone' }), ['networks', 'devices']],
    ['where networks are not looked at', seen({ network: 'guest' }, { ...all, networks: false }), []],
    ['where devices are not looked at', seen({ device: 'portable' }, { ...all, devices: false }), []],
    ['that was used long ago', seen({ network: 'guest' }, all, morning + 15 * minute + 1), []],
    ['that was used just now', seen({ network: 'guest' }, all, morning + 15 * minute), ['networks']],
    ['that has ended', seen({ network: 'guest', endedAt: morning }), []],
    ['that is over', seen({ network: 'guest', idleUntil: morning }), []],
    ['of somebody else', seen({ network: 'guest', person: 'anna' }), []],
  ];
  for (const [what, got, expected] of rows) test(what, () => assert.deepEqual(got, expected));

  test('a pair of places is one, whichever was first and however many sessions are there', () => {
    const [ward, guest] = [session('a'), session('b', { network: 'guest' })];
    const there = sharedSignals(ward, [guest, { ...guest, id: 'c' }], all, morning + hour / 10);
    const back = sharedSignals(guest, [ward], all, morning + hour / 10);
    assert.equal(there.length, 1);
    assert.equal(there[0]?.pair, back[0]?.pair);
    assert.deepEqual(
      there[0]?.places.map((place) => place.network),
      ['guest', 'ward'],
    );
  });
});

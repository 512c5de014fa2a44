// The key schedule over years: always a key that signs, always published before use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { application, withApplications } from '../../../test/fakes/ward.ts';
import { dayMs, hourMs } from '../../base/clock.ts';
import {
  defaultKeySchedule,
  type KeyTimes,
  keepPublishedMs,
  keysRetired,
  keysToMake,
  keysToPublish,
  keyThatSigns,
  nextKeyDueAt,
} from './key-schedule.ts';

const use = { issuer: 'hub', algorithm: 'ES256' };
const keepMs = dayMs + 600_000;
const key = (publishAt: number, activateAt: number, retireAt = activateAt + 30): KeyTimes => ({
  ...use,
  publishAt: publishAt * dayMs,
  activateAt: activateAt * dayMs,
  retireAt: retireAt * dayMs,
});

test('the first key signs at once; the next is made three days before its end and signs at its end', () => {
  const [first] = keysToMake([], [use], 0);
  assert.deepEqual(first, key(0, 0));
  assert.equal(nextKeyDueAt([], use), undefined);
  assert.equal(nextKeyDueAt([key(0, 0)], use), 27 * dayMs);
  assert.deepEqual(keysToMake([key(0, 0)], [use], 27 * dayMs - 1), []);
  assert.deepEqual(keysToMake([key(0, 0)], [use], 27 * dayMs), [key(27, 30)]);
  assert.deepEqual(keysToMake([key(0, 0), key(27, 30)], [use], 29 * dayMs), []);
});

test('issuers and algorithms are apart', () => {
  const other = { issuer: 'other', algorithm: 'ES256' };
  const rsa = { issuer: 'hub', algorithm: 'PS256' };
  assert.deepEqual(
    keysToMake([key(0, 0)], [use, other, rsa], dayMs).map(({ issuer, algorithm }) => `${issuer} ${algorithm}`),
    ['other ES256', 'hub PS256'],
  );
  assert.equal(keyThatSigns([key(0, 0)], other, dayMs), undefined);
  assert.deepEqual(keysToPublish([key(0, 0)], 'other', dayMs, keepMs), []);
});

test('one key signs at a time, and both are published around the change', () => {
  const keys = [key(0, 0), key(27, 30)];
  const at = (days: number) => {
    const published = keysToPublish(keys, 'hub', days * dayMs, keepMs).map((one) => keys.indexOf(one));
    const signing = keyThatSigns(keys, use, days * dayMs);
    return [signing && keys.indexOf(signing), published];
  };
  assert.deepEqual(at(26), [0, [0]]);
  assert.deepEqual(at(27), [0, [0, 1]]);
  assert.deepEqual(at(30), [1, [0, 1]]);
  assert.deepEqual(at(31), [1, [0, 1]]);
  assert.deepEqual(at(31.01), [1, [1]]);
});

test('a key is retired once it is no more published, and not before it was', () => {
  const keys = [key(0, 0), key(27, 30)];
  const at = (days: number) => keysRetired(keys, 'hub', days * dayMs, keepMs).map((one) => keys.indexOf(one));
  assert.deepEqual([at(0), at(26), at(31), at(31.01), at(40)], [[], [], [], [0], [0]]);
  assert.deepEqual(keysRetired(keys, 'other', 40 * dayMs, keepMs), []);
});

test('after a long pause the known key goes on until its successor has been published for a day', () => {
  const [late] = keysToMake([key(0, 0)], [use], 60 * dayMs);
  assert.deepEqual(late, key(60, 61));
  const keys = [key(0, 0), key(60, 61)];
  assert.equal(keyThatSigns(keys, use, 60 * dayMs), keys[0]);
  assert.deepEqual(keysToPublish(keys, 'hub', 61 * dayMs, keepMs), keys);
  assert.equal(keyThatSigns(keys, use, 61 * dayMs), keys[1]);
});

test('a retired key stays published for the longest-lived ticket and a day', () => {
  assert.equal(keepPublishedMs(withApplications(application('a'))), 600_000 + dayMs);
  assert.equal(keepPublishedMs(withApplications(application('a', { accessTokenSeconds: 3600 }))), hourMs + dayMs);
});

test('however the hub is switched off and on: always a key, always a day in the JWKS before use, never gone too soon', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 * 24 }), { minLength: 1, maxLength: 30 }), (pauses) => {
      let now = 0;
      let keys: readonly KeyTimes[] = [];
      let lastSigner: { readonly key: KeyTimes; readonly at: number } | undefined;
      for (const hours of pauses) {
        keys = [...keys, ...keysToMake(keys, [use], now)];
        const signer = keyThatSigns(keys, use, now);
        assert.ok(signer);
        const published = keysToPublish(keys, 'hub', now, keepMs);
        assert.ok(published.includes(signer));
        if (signer !== keys[0]) assert.ok(now - signer.publishAt >= defaultKeySchedule.publishedBeforeMs);
        // A ticket of the last look that may still live can be verified now.
        if (lastSigner !== undefined && now < lastSigner.at + keepMs) assert.ok(published.includes(lastSigner.key));
        lastSigner = { key: signer, at: now };
        now += hours * hourMs;
      }
    }),
  );
});

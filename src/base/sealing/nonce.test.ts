// Nonces: known to every process with the same keys, for five minutes, and to nobody else (O6).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { minuteMs, secondMs } from '../clock.ts';
import { Secret } from '../secret.ts';
import { type Keyring, keyringOf } from './keyring.ts';
import { checkNonce, issueNonce } from './nonce.ts';

const ringOf = (fill: number, ...previous: readonly number[]): Keyring => {
  const master = (of: number) => ({ id: `k${of}`, key: new Secret(Buffer.alloc(32, of)) });
  return keyringOf(master(fill), previous.map(master));
};
const ring = ringOf(1);
const now = 1_800_000_000_000;
const nonce = issueNonce(ring, now);

describe('nonce', () => {
  test('good at once, in another process, after 5 minutes; not after 5 minutes 30', () => {
    for (const later of [0, secondMs, 5 * minuteMs]) {
      assert.equal(checkNonce(ring, nonce, now + later), true);
      assert.equal(checkNonce(ringOf(1), nonce, now + later), true);
    }
    assert.equal(checkNonce(ring, nonce, now + 5.5 * minuteMs), false);
    fc.assert(
      fc.property(fc.nat(10 * minuteMs), fc.nat(5 * minuteMs), (at, age) => {
        assert.equal(checkNonce(ring, issueNonce(ring, now + at), now + at + age), true);
        assert.equal(checkNonce(ring, issueNonce(ring, now + at), now + at + age + 5.5 * minuteMs), false);
      }),
    );
  });

  test('changes every 30 s', () => {
    assert.equal(issueNonce(ring, now + 29 * secondMs), nonce);
    assert.notEqual(issueNonce(ring, now + 30 * secondMs), nonce);
  });

  test('a process whose clock is 2 s behind knows it; one from the far future is not known', () => {
    assert.equal(checkNonce(ring, nonce, now - 2 * secondMs), true);
    assert.equal(checkNonce(ring, nonce, now - minuteMs), false);
  });

  test('another master key does not know it, and a turned keyring knows both', () => {
    assert.equal(checkNonce(ringOf(2), nonce, now), false);
    assert.equal(checkNonce(ringOf(2, 1), nonce, now), true);
    assert.equal(checkNonce(ringOf(2, 1), issueNonce(ringOf(2), now), now), true);
    assert.equal(checkNonce(ringOf(1, 2), issueNonce(ringOf(2), now), now), true);
  });

  test('only characters that a header and a JSON string carry as they are, at least 128 bits of MAC', () => {
    assert.match(nonce, /^[0-9a-z]+\.[A-Za-z0-9_-]{27}$/);
  });

  test('one character changed, or anything else, is not known', () => {
    const spoilt = fc
      .tuple(fc.nat(nonce.length - 1), fc.string({ maxLength: 2 }))
      .map(([at, text]) => nonce.slice(0, at) + text + nonce.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        if (text !== nonce) assert.equal(checkNonce(ring, text, now), false);
      }),
      { numRuns: 500 },
    );
    assert.equal(checkNonce(ring, `0${nonce}`, now), false);
    assert.equal(checkNonce(ring, `${nonce}\n`, now), false);
  });
});

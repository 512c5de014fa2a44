// Sealed bytes open only whole, with a key of the ring, for the same purpose and context.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../secret.ts';
import { type Keyring, keyringOf } from './keyring.ts';
import { open, seal } from './seal.ts';

const master = (id: string, fill: number) => ({ id, key: new Secret(Buffer.alloc(32, fill)) });
const ring: Keyring = keyringOf(master('a', 1));
const bytes = Buffer.from('the secret of a client');
const sealed = seal(ring, 'clientSecret', 'ehr-1', bytes);
const refused = { ok: false, reason: 'refused' };

describe('seal', () => {
  test('any bytes come back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), fc.string(), (given, purpose, context) => {
        const opened = open(ring, purpose, context, seal(ring, purpose, context, Buffer.from(given)));
        assert.deepEqual(opened, { ok: true, bytes: Buffer.from(given), stale: false });
      }),
    );
  });

  test('the bytes are not in it, and two seals of the same bytes differ from the salt on', () => {
    const other = seal(ring, 'clientSecret', 'ehr-1', bytes);
    assert.equal(sealed.includes(bytes), false);
    assert.notDeepEqual(sealed.subarray(3, 19), other.subarray(3, 19));
    assert.notDeepEqual(sealed.subarray(31, 40), other.subarray(31, 40));
  });

  test('another purpose, context, or both run together: refused', () => {
    assert.deepEqual(open(ring, 'clientSecreT', 'ehr-1', sealed), refused);
    assert.deepEqual(open(ring, 'clientSecret', 'ehr-2', sealed), refused);
    assert.deepEqual(open(ring, 'clientSecretehr-1', '', sealed), refused);
    assert.deepEqual(open(ring, 'clientSecrete', 'hr-1', sealed), refused);
  });

  test('any one bit changed, any part cut off or added: never opened', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const spoilt = Buffer.from(sealed);
      spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(open(ring, 'clientSecret', 'ehr-1', spoilt).ok, false, `bit ${bit}`);
    }
    for (let length = 0; length < sealed.length; length++) {
      assert.equal(open(ring, 'clientSecret', 'ehr-1', sealed.subarray(0, length)).ok, false, `length ${length}`);
    }
    assert.deepEqual(open(ring, 'clientSecret', 'ehr-1', Buffer.concat([sealed, Buffer.alloc(1)])), refused);
  });

  test('arbitrary bytes: never opened, never an exception', () => {
    const start = Buffer.from([1, 1, 0x61]);
    const anything = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          anything.map((tail) => Buffer.concat([start, tail])),
        ),
        (given) => {
          assert.equal(open(ring, 'p', 'c', Buffer.from(given)).ok, false);
        },
      ),
    );
  });

  test('a turned keyring opens the old seal and calls it stale; a ring without the key does not', () => {
    const turned = keyringOf(master('b', 2), [master('a', 1)]);
    assert.deepEqual(open(turned, 'clientSecret', 'ehr-1', sealed), { ok: true, bytes, stale: true });
    const fresh = seal(turned, 'clientSecret', 'ehr-1', bytes);
    assert.deepEqual(open(turned, 'clientSecret', 'ehr-1', fresh), { ok: true, bytes, stale: false });
    assert.deepEqual(open(ring, 'clientSecret', 'ehr-1', fresh), { ok: false, reason: 'unknownKey' });
    assert.deepEqual(open(keyringOf(master('a', 3)), 'clientSecret', 'ehr-1', sealed), refused);
  });

  test('another version, or something too short to be a seal: malformed', () => {
    const other = Buffer.from(sealed);
    other[0] = 2;
    for (const given of [other, Buffer.alloc(0), Buffer.from([1]), Buffer.from([1, 0]), sealed.subarray(0, 46)]) {
      assert.deepEqual(open(ring, 'clientSecret', 'ehr-1', given), { ok: false, reason: 'malformed' });
    }
  });

  test('pinned: a seal made with this version opens with later ones', () => {
    const made = seal(ring, 'p', 'c', Buffer.from('x'), (size) => Buffer.alloc(size, 7));
    assert.equal(
      made.toString('hex'),
      '010161070707070707070707070707070707070707070707070707070707072a1e47f81e5d5802a7fdd2c1112b2c2101',
    );
    assert.deepEqual(open(ring, 'p', 'c', made), { ok: true, bytes: Buffer.from('x'), stale: false });
  });
});

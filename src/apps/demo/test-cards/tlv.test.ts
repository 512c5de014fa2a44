// BER-TLV as cards speak it: what is written is read, and no bytes whatever make the reader fail.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { test } from 'node:test';
import { readTlv, tlv } from './tlv.ts';

test('what is written is read, for tags and lengths of every size', () => {
  for (const tag of ['53', '5f2f', '7f8149', '5c'])
    for (const length of [0, 1, 127, 128, 255, 256, 4000]) {
      const value = randomBytes(length);
      assert.deepEqual(readTlv(Buffer.concat([tlv(tag, value), tlv('71')])), [
        { tag, value },
        { tag: '71', value: Buffer.alloc(0) },
      ]);
    }
});

test('bytes that promise more than they hold are refused', () => {
  for (const cut of ['53', '5302', '530200', '538101', '53820001', '5380', '538300000100', '5f', '5f2f'])
    assert.equal(readTlv(Buffer.from(cut, 'hex')), undefined, cut);
});

test('any bytes are read or refused, and what is read lies within them', () => {
  for (let round = 0; round < 2_000; round++) {
    const bytes = randomBytes(randomInt(0, 40));
    const objects = readTlv(bytes) ?? [];
    assert.ok(objects.reduce((sum, { value }) => sum + value.length, 0) <= bytes.length);
  }
});

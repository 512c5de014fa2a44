// A stream of LDAP messages is let through whatever its pieces, and stopped at the head of a giant one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messageBound } from './bounded-messages.ts';

const message = (length: number, octets: number): Buffer => {
  const head = Buffer.alloc(octets === 0 ? 2 : 2 + octets);
  head[0] = 0x30;
  head[1] = octets === 0 ? length : 0x80 | octets;
  if (octets > 0) head.writeUIntBE(length, 2, octets);
  return Buffer.concat([head, Buffer.alloc(length, 0x30)]);
};

test('messages in whatever pieces are let through, up to the limit; the next one is stopped at its head (property)', () => {
  const lengths = fc.array(fc.tuple(fc.nat(100), fc.constantFrom(0, 1, 2, 4)), { maxLength: 8 });
  fc.assert(
    fc.property(lengths, fc.array(fc.integer({ min: 1, max: 50 })), (all, cuts) => {
      const stream = Buffer.concat(all.map(([length, octets]) => message(length, octets)));
      const fits = messageBound(100);
      let at = 0;
      for (const size of [...cuts, stream.length]) {
        assert.ok(fits(stream.subarray(at, at + size)));
        at = Math.min(stream.length, at + size);
      }
      assert.equal(fits(Buffer.from([0x30, 0x82, 0, 101])), false);
    }),
  );
});

test('what is no message is stopped', () => {
  for (const octets of [
    [0x31, 1],
    [0x30, 0x80],
    [0x30, 0x87, 0, 0, 0, 0, 0, 0, 1],
    [0x48, 0x54],
  ])
    assert.equal(messageBound()(Buffer.from(octets)), false, octets.join());
});

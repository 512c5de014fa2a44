// A stream of LDAP messages is let through whatever its pieces, and stopped at the head of a giant one, or when one answer has grown too large.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messageBound, usualMessageLimits } from './bounded-messages.ts';

const [entry, reference, done] = [0x64, 0x73, 0x65];
const limits = { messageOctets: 100, answerOctets: 250 };

/** Tag and length, the length in so many octets more than one. */
function head(tag: number, length: number, octets: number): Buffer {
  const written = Buffer.alloc(2 + octets);
  written[0] = tag;
  written[1] = octets === 0 ? length : 0x80 | octets;
  if (octets > 0) written.writeUIntBE(length, 2, octets);
  return written;
}
/** A message whose content has so many octets. */
function message(id: number, operation: number, length = 20, octets = 0): Buffer {
  const opening = [head(0x02, 2, octets), Buffer.from([id >> 8, id & 0xff, operation])];
  const content = Buffer.concat([...opening, Buffer.alloc(length)], length);
  return Buffer.concat([head(0x30, length, octets), content]);
}

test('messages in whatever pieces are let through, up to the limit; the next one is stopped at its head (property)', () => {
  const lengths = fc.array(fc.tuple(fc.integer({ min: 9, max: 100 }), fc.constantFrom(0, 1, 2, 4)), { maxLength: 8 });
  fc.assert(
    fc.property(lengths, fc.array(fc.integer({ min: 1, max: 50 })), (all, cuts) => {
      const stream = Buffer.concat(all.map(([length, octets], id) => message(id, entry, length, octets)));
      const faultOf = messageBound(limits);
      let at = 0;
      for (const size of [...cuts, stream.length]) {
        assert.equal(faultOf(stream.subarray(at, at + size)), undefined);
        at = Math.min(stream.length, at + size);
      }
      assert.match(faultOf(Buffer.from([0x30, 0x82, 0, 101])) ?? '', /too large/);
    }),
  );
});

test('one answer may have so many octets, however small its messages and whatever comes between (property)', () => {
  const messages = fc.array(
    fc.tuple(fc.nat(3), fc.constantFrom(entry, reference, done), fc.integer({ min: 5, max: 99 })),
  );
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 40 }), (all, size) => {
      const faultOf = messageBound(limits);
      const sums = new Map<number, number>();
      for (const [id, operation, length] of all) {
        if (operation === done) sums.delete(id);
        else sums.set(id, (sums.get(id) ?? 0) + length);
        const octets = message(id, operation, length);
        const faults: (string | undefined)[] = [];
        for (let at = 0; at < octets.length; at += size) faults.push(faultOf(octets.subarray(at, at + size)));
        const tooMuch = (sums.get(id) ?? 0) > limits.answerOctets;
        assert.equal(
          faults.find((fault) => fault !== undefined),
          tooMuch ? 'an answer of more than 250 bytes' : undefined,
        );
        if (tooMuch) return;
      }
    }),
  );
});

test('answers that nobody asked for are not counted without end', () => {
  const faultOf = messageBound(usualMessageLimits);
  const answers = Array.from({ length: 10_001 }, (_, id) => faultOf(message(id, entry)));
  assert.deepEqual(
    answers.filter((fault) => fault !== undefined),
    ['answers to what was not asked'],
  );
});

test('what is no message is stopped', () => {
  for (const octets of [
    [0x31, 1],
    [0x30, 0],
    [0x30, 0x80],
    [0x30, 0x87, 0, 0, 0, 0, 0, 0, 1],
    [0x48, 0x54],
    [0x30, 7, 0x04, 1, 1, 0x65, 0, 0, 0],
    [0x30, 9, 0x02, 5, 0, 0, 0, 0, 1, 0x65, 0],
    [0x30, 7, 0x02, 0, 0x65, 0, 0, 0, 0],
    [0x30, 3, 0x02, 1, 1],
  ])
    assert.notEqual(messageBound(usualMessageLimits)(Buffer.from(octets)), undefined, octets.join());
});

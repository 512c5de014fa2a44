// DER and r‖s there and back, for every curve; every form but the right one is refused.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { derToRaw, ecdsaCurves, rawToDer } from './ecdsa-signature.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('ECDSA signature forms', () => {
  for (const [name, curve] of Object.entries(ecdsaCurves)) {
    const size = curve.coordinateBytes;
    const number = fc.oneof(
      fc.uint8Array({ minLength: size, maxLength: size }),
      fc
        .uint8Array({ minLength: 1, maxLength: 3 })
        .map((tail) => Buffer.concat([Buffer.alloc(size - tail.length), tail])),
    );

    test(`${name}: what converts to DER converts back to itself`, () => {
      fc.assert(
        fc.property(number, number, (r, s) => {
          const raw = Buffer.concat([r, s]);
          const der = rawToDer(raw, curve);
          const inRange = [r, s].every(
            (one) => Buffer.from(one).compare(curve.order) < 0 && one.some((byte) => byte !== 0),
          );
          assert.equal(der !== undefined, inRange);
          if (der !== undefined) assert.deepEqual(derToRaw(der, curve), raw);
        }),
      );
    });

    test(`${name}: the same as node:crypto's own conversion`, () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: name });
      for (let round = 0; round < 20; round++) {
        const der = sign('sha256', Buffer.from([round]), privateKey);
        const raw = derToRaw(der, curve);
        assert.ok(raw);
        assert.deepEqual(rawToDer(raw, curve), der);
      }
    });

    test(`${name}: r or s of zero, of n and above, and other lengths are refused`, () => {
      const one = Buffer.alloc(size);
      one[size - 1] = 1;
      const belowOrder = Buffer.from(curve.order);
      belowOrder[size - 1] = (belowOrder[size - 1] ?? 0) - 1;
      const zero = Buffer.alloc(size);
      assert.ok(rawToDer(Buffer.concat([one, belowOrder]), curve));
      for (const bad of [zero, curve.order, Buffer.alloc(size, 0xff)]) {
        assert.equal(rawToDer(Buffer.concat([one, bad]), curve), undefined);
        assert.equal(rawToDer(Buffer.concat([bad, one]), curve), undefined);
      }
      assert.equal(rawToDer(Buffer.concat([one, one, Buffer.alloc(1)]), curve), undefined);
      assert.equal(rawToDer(one, curve), undefined);
      assert.equal(rawToDer(Buffer.alloc(0), curve), undefined);
    });

    test(`${name}: arbitrary bytes are refused or are the one DER form of what they give`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 150 }), (bytes) => {
          const raw = derToRaw(Buffer.from(bytes), curve);
          if (raw !== undefined) assert.deepEqual(rawToDer(raw, curve), Buffer.from(bytes));
        }),
      );
    });
  }

  for (const [what, der] of [
    ['empty', ''],
    ['not a sequence', '31 06 02 01 01 02 01 01'],
    ['long length where short is due', '30 81 06 02 01 01 02 01 01'],
    ['length too small', '30 05 02 01 01 02 01 01'],
    ['length too great', '30 07 02 01 01 02 01 01'],
    ['something after s', '30 08 02 01 01 02 01 01 05 00'],
    ['negative r', '30 06 02 01 81 02 01 01'],
    ['padded r', '30 07 02 02 00 01 02 01 01'],
    ['zero r', '30 06 02 01 00 02 01 01'],
    ['empty integer', '30 05 02 00 02 01 01'],
    ['one integer', '30 03 02 01 01'],
    ['s of another type', '30 06 02 01 01 04 01 01'],
    ['r of 33 bytes', `30 26 02 21 01 ${'00'.repeat(32)} 02 01 01`],
    ['integer over the end', '30 06 02 01 01 02 20 01'],
  ] as const) {
    test(`DER refused: ${what}`, () => assert.equal(derToRaw(hex(der), ecdsaCurves['P-256']), undefined));
  }

  test('the smallest DER is taken', () => {
    const raw = derToRaw(hex('30 06 02 01 01 02 01 02'), ecdsaCurves['P-256']);
    assert.deepEqual(raw, Buffer.concat([Buffer.alloc(31), hex('01'), Buffer.alloc(31), hex('02')]));
  });
});

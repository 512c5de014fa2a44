// Only the canonical text of bytes is decoded (O7).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

describe('base64url', () => {
  test('RFC 7515 appendix C', () => {
    assert.deepEqual(decodeBase64url('A-z_4ME'), Buffer.from([3, 236, 255, 224, 193]));
    assert.equal(encodeBase64url(Buffer.from([3, 236, 255, 224, 193])), 'A-z_4ME');
    assert.deepEqual(decodeBase64url(''), Buffer.alloc(0));
  });

  for (const [what, text] of [
    ['padding', 'QQ=='],
    ['standard alphabet plus', '-+__'],
    ['standard alphabet slash', '-/__'],
    ['a space', 'QUJD QUJD'],
    ['a line break', 'QUJD\nQUJD'],
    ['set trailing bits after one byte', 'QR'],
    ['set trailing bits after two bytes', 'QUJ'],
    ['one character over', 'QUJDQ'],
    ['a full stop', 'QUJD.'],
    ['a letter outside ASCII', 'QUJDé'],
    ['a letter whose low byte is in the alphabet', 'QUJ\u0144'],
    ['NUL', 'QUJD\0'],
  ] as const) {
    test(`refused: ${what}`, () => assert.equal(decodeBase64url(text), undefined));
  }

  test('bytes come back; any text that decodes is the text of its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) =>
        assert.deepEqual(decodeBase64url(encodeBase64url(Buffer.from(bytes))), Buffer.from(bytes)),
      ),
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.string({ unit: fc.constantFrom(...'AQZg-_+/=. ') }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = decodeBase64url(text);
        if (bytes !== undefined) {
          assert.match(text, /^[A-Za-z0-9_-]*$/);
          assert.equal(encodeBase64url(bytes), text);
        }
      }),
    );
  });
});

// Vectors: MS-DTYP's epoch, and 2026-01-01T00:00Z = 134116992000000000.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromFiletime, toFiletime } from './filetime.ts';

test('known moments', () => {
  assert.equal(toFiletime(Date.UTC(2026, 0, 1)), '134116992000000000');
  assert.equal(toFiletime(Date.UTC(2026, 0, 2)), '134117856000000000', '24 hours later');
  assert.equal(toFiletime(0), '116444736000000000');
  assert.equal(fromFiletime('134116992000000000'), Date.UTC(2026, 0, 1));
});

test('both words for never, and what is no time', () => {
  for (const text of [undefined, '0', '9223372036854775807', '', 'x', '-1', '1'.repeat(20)])
    assert.equal(fromFiletime(text), undefined, text);
});

test('there and back (property)', () =>
  fc.assert(
    fc.property(fc.integer({ min: -11_644_473_599_999, max: 4_102_444_800_000 }), (at) =>
      assert.equal(fromFiletime(toFiletime(at)), at),
    ),
  ));

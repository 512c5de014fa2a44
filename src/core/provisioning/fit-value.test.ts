// K5: any text fits into an attribute, and no letter is cut in half.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fittedValue } from './fit-value.ts';

test('a text that fits stays as it is, and one without a limit too', () => {
  assert.equal(fittedValue('displayName', 'Åsa Öberg'), 'Åsa Öberg');
  assert.equal(fittedValue('extensionAttribute1', 'x'.repeat(900)).length, 900);
});

test('a long one is cut between letters as people see them', () => {
  assert.equal(fittedValue('DisplayName', 'Å'.repeat(300)), 'Å'.repeat(256));
  assert.equal(fittedValue('company', `${'x'.repeat(63)}👩‍⚕️ care`), 'x'.repeat(63));
  assert.equal(fittedValue('company', `${'x'.repeat(63)}A\u030A`), 'x'.repeat(63));
  assert.equal(fittedValue('company', `${'x'.repeat(60)}    y`), 'x'.repeat(60), 'no blank at the end');
  assert.equal(fittedValue('initials', `e${'\u0301'.repeat(40)}`).length, 6, 'a letter longer than the attribute');
});

test('half a letter is made whole', () => assert.equal(fittedValue('title', 'a\uD83D'), 'a\uFFFD'));

test('whatever the text: short enough, well formed, and a beginning of it (property)', () => {
  const attributes = fc.constantFrom('displayName', 'company', 'title', 'initials');
  const text = fc.string({
    unit: fc.constantFrom('a', 'å', '👩‍⚕️', 'e\u0301\u0302', '\u202E', 'ש', ' '),
    maxLength: 400,
  });
  fc.assert(
    fc.property(attributes, text, (attribute, value) => {
      const cut = fittedValue(attribute, value);
      assert.ok(cut.length <= 256 && cut.isWellFormed() && value.startsWith(cut));
      assert.equal(fittedValue(attribute, cut), cut);
    }),
  );
});

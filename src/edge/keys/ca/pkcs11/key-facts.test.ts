// What a token may say of itself and of a key: each thing that will not do is refused by its own rule.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyFactChecks, keyFault, newKeyFactChecks } from './key-facts.ts';
import { faultOfValue, loginFault } from './return-values.ts';
import type { KeyFacts } from './token-messages.ts';

const good: KeyFacts = {
  ...{ sensitive: true, extractable: false, alwaysSensitive: true, neverExtractable: true },
  ...{ signs: true, asksEachTime: false },
};
const cases: readonly (readonly [check: string, change: Partial<KeyFacts>])[] = [
  ['key.sensitive', { sensitive: false }],
  ['key.sensitive', { sensitive: undefined }],
  ['key.extractable', { extractable: true }],
  ['key.extractable', { extractable: undefined }],
  ['key.signs', { signs: false }],
  ['key.asksOnce', { asksEachTime: true }],
  ['key.alwaysSensitive', { alwaysSensitive: false }],
  ['key.neverExtractable', { neverExtractable: false }],
];

describe('what a token says of a key', () => {
  test('a good one will do; one that was brought in from outside will do when it is opened, not when it is made', () => {
    assert.equal(keyFault(good, newKeyFactChecks), undefined);
    assert.equal(keyFault({ ...good, asksEachTime: undefined }), undefined);
    assert.equal(keyFault({ ...good, alwaysSensitive: false, neverExtractable: false }), undefined);
  });
  for (const [check, change] of cases)
    test(`${check} ${JSON.stringify(change)}`, () => {
      const facts = { ...good, ...change };
      assert.equal(keyFault(facts, newKeyFactChecks), newKeyFactChecks.find(({ name }) => name === check)?.text);
      const without = newKeyFactChecks.filter(({ name }) => name !== check);
      assert.equal(keyFault(facts, without), undefined);
    });
  test('every check has a case', () => {
    for (const { name } of newKeyFactChecks)
      assert.ok(
        cases.some(([check]) => check === name),
        name,
      );
    assert.ok(keyFactChecks.every((check) => newKeyFactChecks.includes(check)));
  });
});

describe('what a token says of itself', () => {
  test('a PIN is given to one that wants it, and never where it could lock the token', () => {
    assert.equal(loginFault(0x42d), undefined);
    assert.equal(loginFault(0x1_0004), undefined, 'one wrong try before is no reason');
    for (const [flags, why] of [
      [0x4_0004, /is locked/],
      [0x2_0004, /one wrong PIN more would lock/],
      [0x8_0004, /must be changed/],
    ] as const) {
      assert.match(loginFault(flags)?.text ?? '', why);
      assert.equal(loginFault(flags)?.ofPin, true);
    }
    assert.match(loginFault(0x8)?.text ?? '', /asks for no PIN/);
  });

  test('a return value is named; of a PIN are those after which none is tried again', () => {
    assert.deepEqual(faultOfValue('C_Login', 0xa4), {
      text: 'the token is locked; unlock it with the maker’s tool (C_Login: CKR_PIN_LOCKED)',
      ofPin: true,
    });
    for (const value of [0xa0, 0xa1, 0xa2, 0xa3, 0x102]) assert.equal(faultOfValue('C_Login', value).ofPin, true);
    assert.deepEqual(faultOfValue('C_Sign', 0x8000_0001), {
      text: 'the token refused (C_Sign: 0x80000001)',
      ofPin: false,
    });
    assert.equal(faultOfValue('C_Sign', 0x32).ofPin, false);
  });
});

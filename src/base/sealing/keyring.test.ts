// Keyrings and derived keys.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { Problem } from '../problem.ts';
import { Secret } from '../secret.ts';
import { deriveKey, lengthPrefixed } from './derive.ts';
import { keyNamed, keyringOf, keysOf } from './keyring.ts';

const masterOf = (id: string, fill: number, size = 32) => ({ id, key: new Secret(Buffer.alloc(size, fill)) });

describe('keyring', () => {
  test('the current key comes first, each is found by its id, none shows itself', () => {
    const ring = keyringOf(masterOf('b', 2), [masterOf('a', 1)]);
    assert.deepEqual(
      keysOf(ring).map(({ id }) => id),
      ['b', 'a'],
    );
    assert.equal(keyNamed(ring, 'a')?.id, 'a');
    assert.equal(keyNamed(ring, 'c'), undefined);
    assert.equal(/02 ?02|AgIC/.test(inspect(ring, { depth: 9 }) + JSON.stringify(ring)), false);
  });

  for (const [what, current, previous] of [
    ['a short key', masterOf('a', 1, 31), []],
    ['a short older key', masterOf('a', 1), [masterOf('b', 2, 16)]],
    ['one id twice', masterOf('a', 1), [masterOf('a', 2)]],
    ['an empty id', masterOf('', 1), []],
    ['an id with a space', masterOf('a b', 1), []],
    ['an id of 33 characters', masterOf('x'.repeat(33), 1), []],
  ] as const) {
    test(`refused: ${what}`, () => assert.throws(() => keyringOf(current, previous), Problem));
  }
});

describe('derived keys', () => {
  const master = masterOf('a', 1);
  test('32 bytes, the same each time, and others for another master, purpose or bucket', () => {
    const key = deriveKey(master, 'p', 'b');
    assert.equal(key.length, 32);
    assert.deepEqual(deriveKey(masterOf('other id', 1), 'p', 'b'), key);
    const others = [
      deriveKey(masterOf('a', 2), 'p', 'b'),
      deriveKey(master, 'q', 'b'),
      deriveKey(master, 'p', 'c'),
      deriveKey(master, 'pb', ''),
      deriveKey(master, '', 'pb'),
    ];
    assert.equal(new Set([key, ...others].map((one) => one.toString('hex'))).size, 6);
  });

  test('pinned: what has been sealed must open with later versions', () => {
    assert.equal(
      deriveKey(master, 'nonce', '1').toString('hex'),
      'c143b6bddf29956e8fced531561c74048b41ab5b037216e7b5f7614323022a71',
    );
  });

  test('lists of parts do not run together', () => {
    assert.notDeepEqual(lengthPrefixed('ab', 'c'), lengthPrefixed('a', 'bc'));
    assert.notDeepEqual(lengthPrefixed('a', ''), lengthPrefixed('a'));
  });
});

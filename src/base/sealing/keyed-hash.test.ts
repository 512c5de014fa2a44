// Keyed hashes: stable, apart by purpose and key, and all of them at hand while a key is turned.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../secret.ts';
import { keyedHash, keyedHashes, lastingHash } from './keyed-hash.ts';
import { keyringOf } from './keyring.ts';

const master = (id: string, fill: number) => ({ id, key: new Secret(Buffer.alloc(32, fill)) });
const ring = keyringOf(master('a', 1));
const number = '191212121212';

describe('lasting hash', () => {
  test('stays the same while keys are added and turned; apart by purpose, value and first key', () => {
    const [a, b, c] = [master('a', 1), master('b', 2), master('c', 3)];
    const hash = lastingHash(keyringOf(a), 'p', number);
    assert.match(hash, /^[A-Za-z0-9+/]{43}=$/);
    for (const turned of [keyringOf(b, [a]), keyringOf(c, [b, a]), keyringOf(a, [b], a), keyringOf(c, [a, b], a)]) {
      assert.equal(lastingHash(turned, 'p', number), hash);
    }
    assert.notEqual(lastingHash(keyringOf(a), 'q', number), hash);
    assert.notEqual(lastingHash(keyringOf(a), 'p', '191212121213'), hash);
    assert.notEqual(lastingHash(keyringOf(b), 'p', number), hash);
    assert.ok(!keyedHash(keyringOf(a), 'p', number).includes(hash.slice(0, 20)));
  });
});

describe('keyed hash', () => {
  test('the same for the same, another for another value, purpose or key; the value is not in it', () => {
    const hash = keyedHash(ring, 'personalNumber', number);
    assert.equal(keyedHash(ring, 'personalNumber', number), hash);
    assert.match(hash, /^a\.[A-Za-z0-9_-]{43}$/);
    assert.notEqual(keyedHash(ring, 'personalNumber', '191212121213'), hash);
    assert.notEqual(keyedHash(ring, 'other', number), hash);
    assert.notEqual(keyedHash(keyringOf(master('a', 2)), 'personalNumber', number), hash);
  });

  test('pinned: rows written with this version are found by later ones', () => {
    assert.equal(keyedHash(ring, 'personalNumber', number), 'a.WD_LnaD1E8bk3gBUCeZoQ5_btjYDA82PfWKhJRmOI-s');
  });

  test('while a key is turned the old hash is still among those to look for', () => {
    const turned = keyringOf(master('b', 2), [master('a', 1)]);
    const hashes = keyedHashes(turned, 'personalNumber', number);
    assert.deepEqual(hashes, [keyedHash(turned, 'personalNumber', number), keyedHash(ring, 'personalNumber', number)]);
    assert.equal(hashes[0]?.startsWith('b.'), true);
  });
});

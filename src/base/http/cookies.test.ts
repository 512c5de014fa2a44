// Cookies: strict reading, prefixes and attributes on writing.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hostCookie, parseCookies, removedHostCookie } from './cookies.ts';

describe('reading cookies', () => {
  test('names and values', () => {
    assert.deepEqual(
      [...parseCookies('__Host-a=1; b=x=y;c=')],
      [
        ['__Host-a', '1'],
        ['b', 'x=y'],
        ['c', ''],
      ],
    );
    assert.equal(parseCookies(undefined).size, 0);
    assert.deepEqual(
      [...parseCookies(['a=1', 'b=2'])],
      [
        ['a', '1'],
        ['b', '2'],
      ],
    );
  });

  test('a name that comes twice is nobody’s: no cookie tossing', () => {
    assert.deepEqual([...parseCookies('a=1; b=2; a=3')], [['b', '2']]);
    assert.deepEqual([...parseCookies('a=1; a=1; a=1')], []);
  });

  test('malformed pairs are left out', () => {
    assert.deepEqual([...parseCookies('nothing; =x; a b=1; c="q"; d=ok; e=\x7f; f=å')], [['d', 'ok']]);
  });

  test('too long or too many gives none', () => {
    assert.equal(parseCookies(`a=${'x'.repeat(9000)}`).size, 0);
    assert.equal(parseCookies(Array.from({ length: 65 }, (_, i) => `c${i}=1`).join('; ')).size, 0);
  });

  test('any text gives an answer', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseCookies(text)));
  });
});

describe('writing cookies', () => {
  test('every attribute that a __Host- cookie needs', () => {
    assert.equal(hostCookie('__Host-x', 'abc'), '__Host-x=abc; Path=/; Secure; HttpOnly; SameSite=Lax');
    assert.equal(
      hostCookie('__Host-x', 'abc', 60.9),
      '__Host-x=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60',
    );
    assert.equal(removedHostCookie('__Host-x'), '__Host-x=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0');
  });

  test('no value can add an attribute or a header', () => {
    for (const value of ['a; Domain=x', 'a\r\nset-cookie: y=1', 'a b', 'å']) {
      assert.throws(() => hostCookie('__Host-x', value), { code: 'internal' });
    }
    assert.throws(() => hostCookie('__Host-x; y' as '__Host-x', 'a'), { code: 'internal' });
    assert.throws(() => hostCookie('other' as '__Host-x', 'a'), { code: 'internal' });
  });
});

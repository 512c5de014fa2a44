// When two addresses are one, and what is no address at all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { normalHttpUri, sameHttpUri } from './http-uri.ts';

const own = 'https://hub.example/oidc/token';

describe('htu comparison', () => {
  for (const other of [
    own,
    'HTTPS://Hub.Example:443/oidc/token',
    'https://hub.example/oidc/token?x=1#y',
    'https://hub.example/oidc/%74%6f%6Ben',
    'https://hub.example/oidc/./token',
    'https://hub.example/other/../oidc/token',
  ]) {
    test(`same: ${other}`, () => assert.equal(sameHttpUri(other, own), true));
  }

  for (const other of [
    '',
    '/oidc/token',
    '//hub.example/oidc/token',
    'https:hub.example/oidc/token',
    'https:/hub.example/oidc/token',
    'https:///hub.example/oidc/token',
    'https:\\\\hub.example\\oidc\\token',
    'https://hub.example\\oidc\\token',
    ' https://hub.example/oidc/token',
    'https://hub.example/oidc/to\tken',
    'https://hub.example/oidc/token\n',
    'https://user@hub.example/oidc/token',
    'https://@hub.example/oidc/token',
    'https://:@hub.example/oidc/token',
    'https://hub.example@evil.example/oidc/token',
    'https://evil.example/https://hub.example/oidc/token',
    'https://hub.example.evil.example/oidc/token',
    'https://hub.example:8443/oidc/token',
    'https://hub.example./oidc/token',
    'http://hub.example/oidc/token',
    'http://hub.example:443/oidc/token',
    'ftp://hub.example/oidc/token',
    'https://hub.example/oidc%2Ftoken',
    'https://hub.example/oidc/token;x',
    'https://hub.example/oidc/token/',
    'https://hub.example/oidc//token',
    'https://hub.example/OIDC/token',
    'https://hub.example/oidc/token%',
    'https://hüb.example/oidc/token',
  ]) {
    test(`different: ${JSON.stringify(other)}`, () => assert.equal(sameHttpUri(other, own), false));
  }

  test('escapes differ by case only in writing; reserved ones stay', () => {
    assert.equal(sameHttpUri('https://h.example/a%c3%a5', 'https://h.example/a%C3%A5'), true);
    assert.equal(sameHttpUri('https://h.example/a%3Bb', 'https://h.example/a;b'), false);
  });

  test('a text that is no address is not even the same as itself', () =>
    assert.equal(sameHttpUri('token', 'token'), false));

  test('any text: no exception; the normal form is its own normal form', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl({ withQueryParameters: true, withFragments: true })),
        (text) => {
          const normal = normalHttpUri(text);
          if (normal !== undefined) assert.equal(normalHttpUri(normal), normal);
        },
      ),
    );
  });
});

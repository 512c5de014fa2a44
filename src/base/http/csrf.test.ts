// Cross-site requests: which are refused, which pass.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../secret.ts';
import { comesFromSameOrigin, csrfToken, csrfTokenHolds } from './csrf.ts';
import type { HttpRequest } from './route.ts';

const key = new Secret(Buffer.alloc(32, 7));
const origin = 'https://hub.example';

describe('CSRF token', () => {
  const token = csrfToken(key, 'login', 'cookie-1');
  test('holds for its own cookie and purpose alone', () => {
    assert.equal(csrfTokenHolds(key, 'login', 'cookie-1', token), true);
    assert.equal(csrfTokenHolds(key, 'logout', 'cookie-1', token), false);
    assert.equal(csrfTokenHolds(key, 'login', 'cookie-2', token), false);
    assert.equal(csrfTokenHolds(new Secret(Buffer.alloc(32, 8)), 'login', 'cookie-1', token), false);
  });
  test('never holds without a cookie or without a token', () => {
    assert.equal(csrfTokenHolds(key, 'login', undefined, token), false);
    assert.equal(csrfTokenHolds(key, 'login', '', csrfToken(key, 'login', '')), false);
    assert.equal(csrfTokenHolds(key, 'login', 'cookie-1', undefined), false);
    assert.equal(csrfTokenHolds(key, 'login', 'cookie-1', ''), false);
    assert.equal(csrfTokenHolds(key, 'login', 'cookie-1', `${token}x`), false);
  });
});

describe('where a POST comes from', () => {
  const from = (headers: HttpRequest['headers']) =>
    comesFromSameOrigin(
      { method: 'POST', path: '/', query: '', params: {}, headers, body: Buffer.alloc(0), ip: '::1' },
      origin,
    );
  for (const [name, headers, ours] of [
    ['our origin', { origin }, true],
    ['our origin, same-origin', { origin, 'sec-fetch-site': 'same-origin' }, true],
    ['neither header', {}, true],
    ['typed by the user', { 'sec-fetch-site': 'none' }, true],
    ['another origin', { origin: 'https://evil.example' }, false],
    ['another port', { origin: 'https://hub.example:444' }, false],
    ['null origin', { origin: 'null' }, false],
    ['same site', { 'sec-fetch-site': 'same-site' }, false],
    ['cross site', { 'sec-fetch-site': 'cross-site' }, false],
    ['our origin but cross site', { origin, 'sec-fetch-site': 'cross-site' }, false],
    ['two origins', { origin: [origin, origin] }, false],
  ] as const) {
    test(`${name}: ${ours}`, () => assert.equal(from(headers), ours));
  }
});

// A signature found good is remembered; nothing else about a token is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api, snapshot } from '../../../../test/fakes/ward.ts';
import { generateSigningKey, publishedJwk, readJwks, signCompact } from '../../../base/jose/index.ts';
import type { Api } from '../../../core/catalogue/index.ts';
import { readAccessToken } from './access-token.ts';

const now = 1_800_000_000_000;
const issuer = 'https://hub.example';
const { key } = generateSigningKey('ES256');
const keysOf = (...signing: readonly (typeof key)[]) => {
  const set = readJwks({ keys: signing.map(publishedJwk) });
  assert.ok(set.ok);
  return set.keys;
};
const claims = {
  iss: issuer,
  sub: 'anna',
  aud: 'https://api.example',
  client_id: 'ehr',
  jti: 'j',
  exp: now / 1000 + 60,
};
const token = signCompact({ typ: 'at+jwt' }, JSON.stringify(claims), key);
const catalogueOf = (change: Partial<Api>) =>
  snapshot({ apis: new Map([['api', api('api', { audience: claims.aud, ...change })]]) });
const failed = (text: string, keys = keysOf(key), at = now, change: Partial<Api> = {}) => {
  const reading = readAccessToken(text, { issuer, keys, now: at, catalogue: catalogueOf(change) });
  return reading.ok ? undefined : reading.failed;
};

test('of type JWT only where its API’s tokens are, and no other token of ours passes for one', () => {
  const of = (typ: string, change: object = {}, record: Partial<Api> = { accessTokenType: 'JWT' }) =>
    failed(signCompact({ typ }, JSON.stringify({ ...claims, ...change }), key), keysOf(key), now, record);
  for (const typ of ['at+jwt', 'application/at+jwt', 'JWT']) assert.equal(of(typ), undefined, typ);
  assert.equal(of('JWT', {}, {}), 'type');
  assert.equal(of('JWT', { aud: 'https://other.example' }), 'type');
  assert.equal(of('logout+jwt'), 'type');
  assert.equal(of('JWT', { aud: 'ehr', client_id: undefined, at_hash: 'x' }), 'type', 'an ID token');
  assert.equal(of('JWT', { client_id: undefined }), 'claims');
});

describe('access token read again', () => {
  test('the second look is as strict as the first', () => {
    const keys = keysOf(key);
    for (const _ of [1, 2]) assert.equal(failed(token, keys), undefined);
    assert.equal(failed(token, keys, now + 60_000), 'expired');
    const [head, body, signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'bo' })).toString('base64url');
    for (const _ of [1, 2]) assert.equal(failed(`${head}.${forged}.${signature}`, keys), 'signature');
    assert.equal(failed(`${head}.${body}.${Buffer.alloc(64).toString('base64url')}`, keys), 'signature');
  });

  test('with other keys it is looked at anew', () => {
    assert.equal(failed(token, keysOf(key)), undefined);
    assert.equal(failed(token, keysOf(generateSigningKey('ES256').key)), 'signature');
  });
});

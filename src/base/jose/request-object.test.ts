// Each check of a request object dropped in turn (O4), and the parameters it hands out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkRequestObject,
  parseRequestObject,
  type RequestObjectCheckName,
  type RequestObjectExpected,
  readJwks,
  requestObjectChecks,
} from './index.ts';
import { ecPair, makeToken, publicJwkOf, rsaPair } from './sample-tokens.ts';

const pair = ecPair();
const rsa = rsaPair();
const nowSeconds = 1_800_000_000;
const issuer = 'https://hub.example/oidc';
const clientId = 'ehr-1';
const set = readJwks({ keys: [publicJwkOf(pair), publicJwkOf(rsa)] });
assert.ok(set.ok);
const header = { alg: 'ES256', typ: 'oauth-authz-req+jwt' };
const claims = {
  iss: clientId,
  client_id: clientId,
  aud: issuer,
  exp: nowSeconds + 300,
  nbf: nowSeconds,
  iat: nowSeconds,
  response_type: 'code',
  scope: 'openid',
};
const expected: RequestObjectExpected = { clientId, issuer, keys: set.keys, now: nowSeconds * 1000 };

const objectOf = (changes: { header?: object; claims?: object } = {}, key = pair): string =>
  makeToken({ ...header, ...changes.header }, { ...claims, ...changes.claims }, key);

function judge(sent: string, given: Partial<RequestObjectExpected> = {}, checks = requestObjectChecks) {
  const parsed = parseRequestObject(sent);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  return checkRequestObject(parsed.request, { ...expected, ...given }, checks);
}

type Refused = readonly [RequestObjectCheckName, string, string, Partial<RequestObjectExpected>?];
const refused: readonly Refused[] = [
  ['type', 'typ at+jwt', objectOf({ header: { typ: 'at+jwt' } })],
  ['algorithm', 'RS256 in FAPI 2.0', objectOf({ header: { alg: 'RS256' } }, rsa)],
  ['issuer', 'another iss', objectOf({ claims: { iss: 'ehr-2' } })],
  ['issuer', 'no iss', objectOf({ claims: { iss: undefined } })],
  ['audience', 'another aud', objectOf({ claims: { aud: 'https://other.example' } })],
  ['audience', 'no aud', objectOf({ claims: { aud: undefined } })],
  ['clientId', 'another client_id', objectOf({ claims: { client_id: 'ehr-2' } })],
  ['clientId', 'no client_id', objectOf({ claims: { client_id: undefined } })],
  ['notAnAssertion', 'sub is the client', objectOf({ claims: { sub: clientId } })],
  ['notNested', 'request inside', objectOf({ claims: { request: 'x' } })],
  ['notNested', 'request_uri inside', objectOf({ claims: { request_uri: 'urn:x' } })],
  ['timesPresent', 'no exp', objectOf({ claims: { exp: undefined } })],
  ['timesPresent', 'no nbf', objectOf({ claims: { nbf: undefined } })],
  ['notExpired', 'exp reached', objectOf({ claims: { exp: nowSeconds } })],
  ['lifetime', 'exp 61 minutes after nbf', objectOf({ claims: { exp: nowSeconds + 3660 } })],
  ['notBefore', 'nbf 11 s ahead', objectOf({ claims: { nbf: nowSeconds + 11 } })],
  [
    'notOld',
    'nbf 61 minutes ago',
    objectOf({ claims: { nbf: nowSeconds - 3660, exp: undefined } }),
    { timesRequired: false },
  ],
  ['issuedAt', 'iat 11 s ahead', objectOf({ claims: { iat: nowSeconds + 11 } })],
  ['signature', 'made with another key', objectOf({}, ecPair())],
];

describe('request object', () => {
  test('a good one gives its parameters and none of the claims that are only about the JWT', () => {
    const result = judge(objectOf({ claims: { claims: { id_token: {} } } }));
    assert.ok(result.ok);
    assert.deepEqual(
      [...result.parameters],
      [
        ['client_id', clientId],
        ['response_type', 'code'],
        ['scope', 'openid'],
        ['claims', { id_token: {} }],
      ],
    );
  });

  for (const [check, what, sent, given] of refused) {
    test(`refused for ${check}: ${what}; accepted without that check`, () => {
      assert.deepEqual(judge(sent, given), { ok: false, failed: check });
      const without = requestObjectChecks.filter(({ name }) => name !== check);
      assert.equal(without.length, requestObjectChecks.length - 1);
      assert.equal(judge(sent, given, without).ok, true);
    });
  }

  test('every check of the list has a case above', () => {
    assert.deepEqual(new Set(refused.map(([check]) => check)), new Set(requestObjectChecks.map(({ name }) => name)));
  });

  test('accepted: no typ, typ JWT, our issuer among several audiences, 10 s ahead', () => {
    assert.equal(judge(objectOf({ header: { typ: undefined } })).ok, true);
    assert.equal(judge(objectOf({ header: { typ: 'JWT' } })).ok, true);
    assert.equal(judge(objectOf({ claims: { aud: ['https://other.example', issuer] } })).ok, true);
    assert.equal(judge(objectOf({ claims: { nbf: nowSeconds + 10, iat: nowSeconds + 10 } })).ok, true);
  });

  test('where a profile does not ask for times or client_id they may be absent; exp alone still has its limit', () => {
    const loose = { timesRequired: false, clientIdRequired: false };
    const bare = { nbf: undefined, iat: undefined, client_id: undefined };
    assert.equal(judge(objectOf({ claims: { ...bare, exp: undefined } }), loose).ok, true);
    assert.equal(judge(objectOf({ claims: { ...bare, exp: nowSeconds + 3600 } }), loose).ok, true);
    assert.deepEqual(judge(objectOf({ claims: { ...bare, exp: nowSeconds + 3700 } }), loose), {
      ok: false,
      failed: 'lifetime',
    });
    assert.deepEqual(judge(objectOf({ claims: { client_id: 'ehr-2' } }), loose), { ok: false, failed: 'clientId' });
  });

  test('O4: an encrypted request object does not get past the parser', () => {
    assert.deepEqual(parseRequestObject('e30.AA.AA.AA.AA'), { ok: false, reason: 'notThreeParts' });
  });
});

// Every parser of this folder on arbitrary and on slightly spoilt input: it answers with a union and accepts nothing wrong.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  allAlgorithms,
  checkClientAssertion,
  checkDpopProof,
  checkRequestObject,
  importPublicJwk,
  issuerOnlyAudience,
  parseClientAssertion,
  parseCompactJws,
  parseDpopProof,
  parseJsonObject,
  parseJwks,
  parseRequestObject,
  readClaims,
  readJwks,
  verifyJws,
} from './index.ts';
import { ecPair, makeToken, publicJwkOf } from './sample-tokens.ts';

const pair = ecPair();
const jwk = publicJwkOf(pair);
const set = readJwks({ keys: [jwk] });
assert.ok(set.ok);
const { keys } = set;
const now = 1_800_000_000_000;
const issuer = 'https://hub.example';
const uri = `${issuer}/token`;
const times = { iat: now / 1000, nbf: now / 1000, exp: now / 1000 + 60 };
const assertion = makeToken({ alg: 'ES256' }, { iss: 'c', sub: 'c', aud: issuer, jti: 'j', ...times }, pair);
const proof = makeToken({ typ: 'dpop+jwt', alg: 'ES256', jwk }, { jti: 'j', htm: 'POST', htu: uri, ...times }, pair);
const request = makeToken({ alg: 'ES256' }, { iss: 'c', client_id: 'c', aud: issuer, ...times }, pair);

function acceptsAssertion(token: string): boolean {
  const parsed = parseClientAssertion(token);
  return (
    parsed.ok &&
    checkClientAssertion(parsed.assertion, { clientId: 'c', keys, audience: issuerOnlyAudience(issuer), now }).ok
  );
}
function acceptsProof(token: string): boolean {
  const parsed = parseDpopProof(token);
  return parsed.ok && checkDpopProof(parsed.proof, { method: 'POST', uri, now }).ok;
}
function acceptsRequest(token: string): boolean {
  const parsed = parseRequestObject(token);
  return parsed.ok && checkRequestObject(parsed.request, { clientId: 'c', issuer, keys, now }).ok;
}

const tokenLike = fc
  .tuple(fc.json(), fc.json(), fc.uint8Array({ maxLength: 80 }))
  .map(([header, payload, signature]) =>
    [header, payload, signature].map((part) => Buffer.from(part).toString('base64url')).join('.'),
  );
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'eyJ.A0_-={}"'), maxLength: 80 }),
  tokenLike,
);

describe('fuzz', () => {
  for (const [what, accepts, good] of [
    ['client assertion', acceptsAssertion, assertion],
    ['DPoP proof', acceptsProof, proof],
    ['request object', acceptsRequest, request],
  ] as const) {
    test(`${what}: the good one is accepted, arbitrary text never`, () => {
      assert.equal(accepts(good), true);
      fc.assert(
        fc.property(anyText, (text) => assert.equal(accepts(text), false)),
        { numRuns: 500 },
      );
    });

    test(`${what}: one character changed, inserted, removed or a part swapped is never accepted`, () => {
      const character = fc.oneof(
        fc.constantFrom(...'ABQgwx019-_.= \n'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      );
      const spoilt = fc
        .tuple(fc.nat(good.length - 1), fc.constantFrom(0, 1), character)
        .map(([at, cut, one]) => good.slice(0, at) + one + good.slice(at + cut));
      const cut = fc
        .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 4 }))
        .map(([at, many]) => good.slice(0, at) + good.slice(at + many));
      fc.assert(
        fc.property(fc.oneof(spoilt, cut), (token) => {
          if (token !== good) assert.equal(accepts(token), false);
        }),
        { numRuns: 1000 },
      );
    });
  }

  test('arbitrary headers and claims under a right signature: never an exception, never `none`', () => {
    const object = fc.dictionary(
      fc.constantFrom('alg', 'kid', 'typ', 'jwk', 'crit', 'b64', 'iss', 'aud', 'exp', 'iat', 'htm', 'jti'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(object, object, (header, payload) => {
        const token = makeToken(header, payload, pair);
        for (const accepts of [acceptsAssertion, acceptsProof, acceptsRequest]) assert.equal(accepts(token), false);
        const parsed = parseCompactJws(token);
        if (parsed.ok && verifyJws(parsed.jws, keys, { algorithms: allAlgorithms }).ok)
          assert.equal(parsed.jws.header.alg, 'ES256');
      }),
    );
  });

  test('bytes and values of any kind: JSON, claims, JWK, JWK Set', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.equal(typeof parseJsonObject(Buffer.from(bytes)).ok, 'boolean');
        assert.equal(typeof readClaims(Buffer.from(bytes)).ok, 'boolean');
        assert.equal(parseJwks(Buffer.from(bytes)).ok, false);
      }),
    );
    const member = fc.oneof(
      fc.constantFrom('EC', 'RSA', 'OKP', 'oct', 'P-256', 'Ed25519', 'AQAB', jwk.x),
      fc.jsonValue(),
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    );
    const record = fc.record(
      { kty: member, crv: member, x: member, y: member, n: member, e: member, use: member, key_ops: member },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(record, fc.anything()), (value) =>
        assert.equal(typeof importPublicJwk(value).ok, 'boolean'),
      ),
      { numRuns: 500 },
    );
  });
});

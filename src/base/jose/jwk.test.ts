// Which public keys are taken, and what a JWK Set and a signing key may be.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import * as jose from 'jose';
import { Problem } from '../problem.ts';
import {
  allAlgorithms,
  externalSigningKey,
  generateSigningKey,
  importPublicJwk,
  parseCompactJws,
  parseJwks,
  publishedJwk,
  readJwks,
  signCompact,
  signingKeyOf,
  thumbprint,
  verifyJws,
} from './index.ts';
import { ecPair, privateJwkOf, publicJwkOf, rsaPair } from './sample-tokens.ts';

const ec = publicJwkOf(ecPair());
const rsa = publicJwkOf(rsaPair());
const ed = publicJwkOf(generateKeyPairSync('ed25519'));
const encode = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
const reasonOf = (jwk: unknown) => {
  const result = importPublicJwk(jwk);
  return result.ok ? 'accepted' : result.reason;
};

describe('public JWK', () => {
  for (const [what, jwk] of [
    ['P-256', ec],
    ['P-384', publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }))],
    ['P-521', publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }))],
    ['RSA 2048', rsa],
    ['Ed25519', ed],
  ] as const) {
    test(`${what}: taken, with the thumbprint that jose computes, the second time from memory`, async () => {
      for (const kid of ['1', '2']) {
        const result = importPublicJwk({ ...jwk, kid, use: 'sig', alg: 'x', key_ops: ['verify'] });
        assert.ok(result.ok);
        const { key } = result;
        assert.equal(key.jkt, await jose.calculateJwkThumbprint(jwk as jose.JWK));
        assert.equal(thumbprint(key.jwk), key.jkt);
        assert.deepEqual([key.kid, key.use, key.alg, key.keyOps], [kid, 'sig', 'x', ['verify']]);
        assert.deepEqual({ ...key.jwk }, jwk);
        assert.equal(key.keyObject.type, 'public');
      }
    });
  }

  const p384 = publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
  for (const [what, jwk, reason] of [
    ['null', null, 'notAnObject'],
    ['a list', [ec], 'notAnObject'],
    ['no kty', { ...ec, kty: undefined }, 'unsupported'],
    ['a symmetric key', { kty: 'oct', k: 'AAAA' }, 'privateMember'],
    ['a private EC key', privateJwkOf(ecPair()), 'privateMember'],
    ['a private RSA key', privateJwkOf(rsaPair()), 'privateMember'],
    ['an RSA key with one prime', { ...rsa, p: 'AA' }, 'privateMember'],
    ['an empty d', { ...ec, d: '' }, 'privateMember'],
    ['secp256k1', publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })), 'unsupported'],
    ['X25519', publicJwkOf(generateKeyPairSync('x25519')), 'unsupported'],
    ['Ed448', publicJwkOf(generateKeyPairSync('ed448')), 'unsupported'],
    ['P-384 coordinates under P-256', { ...p384, crv: 'P-256' }, 'malformed'],
    ['a point off the curve', { ...ec, y: ec.x }, 'invalidKey'],
    ['the point at infinity', { ...ec, x: encode('00'.repeat(32)), y: encode('00'.repeat(32)) }, 'invalidKey'],
    ['x with padding', { ...ec, x: `${ec.x}=` }, 'malformed'],
    ['x as a number', { ...ec, x: 1 }, 'malformed'],
    ['x one byte long', { ...ec, x: 'AA' }, 'malformed'],
    ['EC key called RSA', { ...ec, kty: 'RSA' }, 'malformed'],
    ['EC key called OKP', { ...ec, kty: 'OKP' }, 'unsupported'],
    ['RSA 1024', publicJwkOf(rsaPair(1024)), 'weak'],
    ['RSA 2047', { ...rsa, n: encode(`7f${'ff'.repeat(255)}`) }, 'weak'],
    ['RSA of over 8192 bits', { ...rsa, n: encode('ff'.repeat(1025)) }, 'malformed'],
    ['an even modulus', { ...rsa, n: encode(`${'ff'.repeat(255)}fe`) }, 'weak'],
    ['a modulus with leading zero', { ...rsa, n: encode(`00${'ff'.repeat(256)}`) }, 'malformed'],
    ['e = 1', { ...rsa, e: 'AQ' }, 'weak'],
    ['e = 3', { ...rsa, e: 'Aw' }, 'weak'],
    ['e even', { ...rsa, e: encode('010000') }, 'weak'],
    ['e of five bytes', { ...rsa, e: encode('0100000001') }, 'malformed'],
    ['no e', { ...rsa, e: undefined }, 'malformed'],
    ['Ed25519 of 31 bytes', { ...ed, x: encode('11'.repeat(31)) }, 'malformed'],
    ['Ed25519 neutral point', { ...ed, x: encode(`01${'00'.repeat(31)}`) }, 'weak'],
    ['Ed25519 neutral point, sign bit set', { ...ed, x: encode(`01${'00'.repeat(30)}80`) }, 'weak'],
    [
      'Ed25519 point of order 8',
      { ...ed, x: encode('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85') },
      'weak',
    ],
    ['Ed25519 with y = p', { ...ed, x: encode(`ed${'ff'.repeat(30)}7f`) }, 'weak'],
    ['a number as kid', { ...ec, kid: 1 }, 'malformed'],
    ['a text as key_ops', { ...ec, key_ops: 'verify' }, 'malformed'],
  ] as const) {
    test(`refused: ${what}`, () => assert.equal(reasonOf(jwk), reason));
  }

  test('parts moved over their borders do not find a remembered key', () => {
    assert.equal(reasonOf(ec), 'accepted');
    assert.notEqual(reasonOf({ kty: 'OKP', crv: `P-256.${ec.x}`, x: ec.y }), 'accepted');
    assert.notEqual(reasonOf({ kty: 'EC', crv: `P-256.${ec.x}`, x: ec.y, y: '' }), 'accepted');
    assert.notEqual(reasonOf({ kty: 'EC', crv: 'P-256', x: `${ec.x}.${ec.y}`, y: '' }), 'accepted');
    assert.equal(reasonOf(rsa), 'accepted');
    assert.notEqual(reasonOf({ kty: 'EC', crv: 'RSA', x: rsa.n, y: rsa.e }), 'accepted');
  });
});

describe('JWK Set', () => {
  test('usable keys are read, others skipped by name', () => {
    const result = parseJwks(JSON.stringify({ keys: [ec, { kty: 'new' }, ed] }));
    assert.ok(result.ok);
    assert.equal(result.keys.length, 2);
    assert.deepEqual(result.skipped, [{ index: 1, reason: 'unsupported' }]);
  });

  for (const [what, json, reason] of [
    ['no keys', '{}', 'noKeysMember'],
    ['keys as object', '{"keys":{}}', 'noKeysMember'],
    ['keys twice', '{"keys":[],"keys":[]}', 'duplicateMember'],
    ['no JSON', '<html>', 'notJson'],
    ['a private key in it', JSON.stringify({ keys: [ec, privateJwkOf(ecPair())] }), 'privateMember'],
    ['101 keys', JSON.stringify({ keys: Array(101).fill(ec) }), 'tooManyKeys'],
  ] as const) {
    test(`refused: ${what}`, () => assert.deepEqual(parseJwks(json), { ok: false, reason }));
  }
});

describe('verifying with a set of keys', () => {
  const one = generateSigningKey('ES256', { kid: 'one' }).key;
  const two = generateSigningKey('ES256', { kid: 'two' }).key;
  const keysOf = (...jwks: readonly object[]) => {
    const set = readJwks({ keys: jwks });
    assert.ok(set.ok);
    return set.keys;
  };
  const jwsOf = (token: string) => {
    const parsed = parseCompactJws(token);
    assert.ok(parsed.ok);
    return parsed.jws;
  };
  const judge = (token: string, keys: ReturnType<typeof keysOf>, algorithms = allAlgorithms) => {
    const result = verifyJws(jwsOf(token), keys, { algorithms });
    return result.ok ? result.key.kid : result.reason;
  };
  const token = signCompact({}, '{}', one);
  const { kid: _, ...unnamed } = publishedJwk(one);

  test('the key is found by kid, or by trying where one side has none', () => {
    assert.equal(judge(token, keysOf(publishedJwk(two), publishedJwk(one))), 'one');
    assert.equal(judge(token, keysOf(publishedJwk(two), unnamed)), undefined);
  });

  for (const [what, keys, reason] of [
    ['no keys', [], 'noMatchingKey'],
    ['only another kid, same key', [{ ...publishedJwk(one), kid: 'three' }], 'noMatchingKey'],
    ['the kid with another key', [{ ...publishedJwk(two), kid: 'one' }], 'badSignature'],
    ['use enc', [{ ...publishedJwk(one), use: 'enc' }], 'noMatchingKey'],
    ['key_ops without verify', [{ ...publishedJwk(one), key_ops: ['sign'] }], 'noMatchingKey'],
    ['the key is for another algorithm', [{ ...publishedJwk(one), alg: 'ES384' }], 'noMatchingKey'],
    ['a key of another type', [publicJwkOf(rsaPair())], 'noMatchingKey'],
  ] as const) {
    test(`refused: ${what}`, () => assert.equal(judge(token, keysOf(...keys)), reason));
  }

  test('refused: an algorithm that the caller does not list', () => {
    assert.equal(judge(token, keysOf(unnamed), new Set(['PS256'])), 'algorithmNotAllowed');
  });

  test('EdDSA and Ed25519 are one algorithm under two names', () => {
    const key = generateSigningKey('EdDSA').key;
    assert.equal(judge(signCompact({}, '{}', key), keysOf({ ...publishedJwk(key), alg: 'Ed25519' })), key.kid);
  });

  test('a token without kid is tried against eight keys and no more', () => {
    const foreign = () => publicJwkOf(ecPair());
    const unnamedToken = token.replace(/^[^.]+/, Buffer.from('{"alg":"ES256"}').toString('base64url'));
    const input = unnamedToken.slice(0, unnamedToken.lastIndexOf('.'));
    const signed = `${input}.${one.sign(Buffer.from(input)).toString('base64url')}`;
    assert.equal(judge(signed, keysOf(...Array.from({ length: 7 }, foreign), publishedJwk(one))), 'one');
    assert.equal(judge(signed, keysOf(...Array.from({ length: 8 }, foreign), publishedJwk(one))), 'badSignature');
  });
});

describe('signing key', () => {
  test('kid is the thumbprint unless given; the published JWK has no private member', () => {
    const { key } = generateSigningKey('ES256');
    assert.equal(key.kid, thumbprint(key.publicJwk));
    assert.deepEqual(Object.keys(publishedJwk(key)).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    assert.equal(JSON.stringify(key).includes('"d"'), false);
  });

  test('an external function signs; a signature of another length is not passed on', () => {
    const { key } = generateSigningKey('ES256');
    const given = { alg: 'ES256', publicJwk: key.publicJwk, kid: 'hsm' } as const;
    const external = externalSigningKey({ ...given, sign: key.sign });
    const parsed = parseCompactJws(signCompact({ typ: 'at+jwt' }, '{}', external));
    const set = readJwks({ keys: [publishedJwk(external)] });
    assert.ok(parsed.ok && set.ok);
    assert.equal(verifyJws(parsed.jws, set.keys, { algorithms: new Set(['ES256']) }).ok, true);
    const der = externalSigningKey({ ...given, sign: () => Buffer.alloc(70) });
    assert.throws(() => signCompact({}, '{}', der), Problem);
  });

  test('a key that does not go with the algorithm, or is too weak, is refused', () => {
    const { privateKey } = generateSigningKey('ES256');
    assert.throws(() => signingKeyOf({ alg: 'ES384', privateKey }), Problem);
    assert.throws(() => signingKeyOf({ alg: 'RS256', privateKey }), Problem);
    assert.throws(() => signingKeyOf({ alg: 'RS256', privateKey: rsaPair(1024).privateKey }), Problem);
    assert.throws(() => signingKeyOf({ alg: 'ES256', privateKey: ecPair().publicKey }), Problem);
  });
});

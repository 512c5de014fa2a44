// Each check of RFC 9449 4.3 dropped in turn, and what parsing refuses (O6).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkDpopProof, type DpopCheckName, type DpopExpected, dpopChecks, parseDpopProof } from './index.ts';
import { ecPair, makeToken, privateJwkOf, publicJwkOf, rsaPair } from './sample-tokens.ts';

const pair = ecPair();
const otherPair = ecPair();
const rsa = rsaPair();
const nowSeconds = 1_800_000_000;
const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwkOf(pair) };
const claims = {
  jti: 'a-1',
  htm: 'POST',
  htu: 'https://hub.example/oidc/token',
  iat: nowSeconds,
  nonce: 'fresh',
  ath: 'hash',
};
const expected: DpopExpected = {
  method: 'POST',
  uri: 'https://hub.example/oidc/token',
  now: nowSeconds * 1000,
  nonce: (value) => value === 'fresh',
  ath: 'hash',
};

const proofOf = (changes: { header?: object; claims?: object } = {}, key = pair): string =>
  makeToken({ ...header, ...changes.header }, { ...claims, ...changes.claims }, key);

function judge(sent: string | readonly string[], given: DpopExpected = expected, checks = dpopChecks) {
  const parsed = parseDpopProof(sent);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  return checkDpopProof(parsed.proof, given, checks);
}

interface Refused {
  readonly check: DpopCheckName;
  readonly what: string;
  readonly sent: string | readonly string[];
  readonly given?: Partial<DpopExpected>;
}

const uri = (htu: string): Refused => ({ check: 'uri', what: `htu ${htu}`, sent: proofOf({ claims: { htu } }) });
const refused: readonly Refused[] = [
  { check: 'singleHeader', what: 'two header fields', sent: [proofOf(), proofOf()] },
  { check: 'requiredClaims', what: 'no jti', sent: proofOf({ claims: { jti: undefined } }) },
  { check: 'requiredClaims', what: 'no htm', sent: proofOf({ claims: { htm: undefined } }) },
  { check: 'requiredClaims', what: 'no htu', sent: proofOf({ claims: { htu: undefined } }) },
  { check: 'requiredClaims', what: 'no iat', sent: proofOf({ claims: { iat: undefined } }) },
  { check: 'type', what: 'typ JWT', sent: proofOf({ header: { typ: 'JWT' } }) },
  { check: 'type', what: 'no typ', sent: proofOf({ header: { typ: undefined } }) },
  {
    check: 'algorithm',
    what: 'RS256, which FAPI 2.0 does not allow',
    sent: proofOf({ header: { alg: 'RS256', jwk: publicJwkOf(rsa) } }, rsa),
  },
  { check: 'signature', what: 'made with another key', sent: proofOf({}, otherPair) },
  {
    check: 'signature',
    what: 'jwk of another use',
    sent: proofOf({ header: { jwk: { ...publicJwkOf(pair), use: 'enc' } } }),
  },
  { check: 'publicKeyOnly', what: 'private key in jwk', sent: proofOf({ header: { jwk: privateJwkOf(pair) } }) },
  { check: 'method', what: 'htm GET', sent: proofOf({ claims: { htm: 'GET' } }) },
  { check: 'method', what: 'htm in lower case', sent: proofOf({ claims: { htm: 'post' } }) },
  uri('https://other.example/oidc/token'),
  uri('http://hub.example/oidc/token'),
  uri('https://hub.example/oidc/token/'),
  uri('https://hub.example/oidc/Token'),
  uri('/oidc/token'),
  { check: 'nonce', what: 'a nonce that is not ours', sent: proofOf({ claims: { nonce: 'stale' } }) },
  { check: 'nonce', what: 'no nonce', sent: proofOf({ claims: { nonce: undefined } }) },
  { check: 'nonce', what: 'empty nonce', sent: proofOf({ claims: { nonce: '' } }), given: { nonce: () => true } },
  { check: 'issuedAt', what: '61 s old', sent: proofOf({ claims: { iat: nowSeconds - 61 } }) },
  { check: 'issuedAt', what: '11 s ahead', sent: proofOf({ claims: { iat: nowSeconds + 11 } }) },
  { check: 'validNow', what: 'exp now', sent: proofOf({ claims: { exp: nowSeconds } }) },
  { check: 'validNow', what: 'nbf 11 s ahead', sent: proofOf({ claims: { nbf: nowSeconds + 11 } }) },
  { check: 'accessTokenHash', what: 'hash of another token', sent: proofOf({ claims: { ath: 'other' } }) },
  { check: 'accessTokenHash', what: 'no hash', sent: proofOf({ claims: { ath: undefined } }) },
  { check: 'boundKey', what: 'another key than the bound one', sent: proofOf(), given: { jkt: 'x'.repeat(43) } },
];

describe('DPoP proof', () => {
  test('a good proof passes, and says its key, jti and how long to remember it', () => {
    const result = judge(proofOf());
    assert.ok(result.ok);
    assert.equal(result.proof.jti, 'a-1');
    assert.equal(result.proof.iat, nowSeconds);
    assert.match(result.proof.jkt, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(judge(proofOf(), { ...expected, jkt: result.proof.jkt }).ok, true);
    const { until } = result.proof;
    for (const pastSeconds of [1, 60, 300, 3600]) {
      const iatWindow = { pastSeconds, futureSeconds: 10 };
      const again = judge(proofOf(), { ...expected, iatWindow });
      assert.equal(again.ok && again.proof.until, until, 'hubs with other settings remember it under the same end');
      const last = Math.min(until - 1, (nowSeconds + pastSeconds) * 1000);
      assert.equal(judge(proofOf(), { ...expected, iatWindow, now: last }).ok, true);
      assert.equal(judge(proofOf(), { ...expected, iatWindow, now: until }).ok, false);
    }
  });

  for (const { check, what, sent, given } of refused) {
    test(`O6: refused for ${check}: ${what}; accepted without that check`, () => {
      const full = { ...expected, ...given };
      assert.deepEqual(judge(sent, full), { ok: false, failed: check });
      const without = dpopChecks.filter(({ name }) => name !== check);
      assert.equal(without.length, dpopChecks.length - 1);
      assert.equal(judge(sent, full, without).ok, true);
    });
  }

  test('every check of the list has a case above', () => {
    assert.deepEqual(new Set(refused.map(({ check }) => check)), new Set(dpopChecks.map(({ name }) => name)));
  });

  for (const htu of [
    'HTTPS://HUB.example/oidc/token',
    'https://hub.example:443/oidc/token',
    'https://hub.example/oidc/token?a=b',
    'https://hub.example/oidc/token#part',
    'https://hub.example/oidc/%74oken',
    'https://hub.example/x/../oidc/token',
  ]) {
    test(`the same address in other words: ${htu}`, () => {
      assert.equal(judge(proofOf({ claims: { htu } })).ok, true);
    });
  }

  test('the edges of the iat window: 60 s back and 10 s ahead are in', () => {
    assert.equal(judge(proofOf({ claims: { iat: nowSeconds - 60 } })).ok, true);
    assert.equal(judge(proofOf({ claims: { iat: nowSeconds + 10 } })).ok, true);
  });

  test('typ in the long form and in capitals is the same media type (RFC 7515 4.1.9)', () => {
    assert.equal(judge(proofOf({ header: { typ: 'application/DPoP+JWT' } })).ok, true);
  });

  test('an extra kid in the header does no harm; no nonce is needed where none is asked for', () => {
    const { nonce: _, ...noNonce } = expected;
    assert.equal(judge(proofOf({ header: { kid: 'mine' }, claims: { nonce: undefined } }), noNonce).ok, true);
  });

  for (const [what, sent, reason] of [
    ['no header', undefined, 'absent'],
    ['an empty list', [], 'absent'],
    ['two proofs in one field', `${proofOf()}, ${proofOf()}`, 'notThreeParts'],
    ['no signature', proofOf().replace(/[^.]+$/, ''), 'noSignature'],
    ['no jwk', proofOf({ header: { jwk: undefined } }), 'jwk'],
    ['a symmetric jwk', proofOf({ header: { jwk: { kty: 'oct', k: 'AAAA' } } }), 'jwk.unsupported'],
    ['a point off the curve', proofOf({ header: { jwk: { ...header.jwk, y: header.jwk.x } } }), 'jwk.invalidKey'],
    ['a number as htm', proofOf({ claims: { htm: 1 } }), 'claims.htm'],
    ['a list as nonce', proofOf({ claims: { nonce: ['fresh'] } }), 'claims.nonce'],
    ['a text as iat', proofOf({ claims: { iat: String(nowSeconds) } }), 'claims.iat'],
    ['a jti of 257 characters', proofOf({ claims: { jti: 'x'.repeat(257) } }), 'claims.jti'],
    ['an empty jti', proofOf({ claims: { jti: '' } }), 'claims.jti'],
    ['over 8192 characters', proofOf({ claims: { more: 'x'.repeat(8192) } }), 'tooLong'],
  ] as const) {
    test(`not even parsed: ${what}`, () => {
      assert.deepEqual(parseDpopProof(sent), { ok: false, reason });
    });
  }
});

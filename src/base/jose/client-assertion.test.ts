// Each check of a client assertion dropped in turn; audience injection (O5), algorithm confusion (O4).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ClientAssertionCheckName,
  type ClientAssertionExpected,
  checkClientAssertion,
  clientAssertionChecks,
  issuerOnlyAudience,
  issuerOrEndpointAudience,
  parseClientAssertion,
  readJwks,
} from './index.ts';
import { ecPair, makeToken, publicJwkOf, rsaPair } from './sample-tokens.ts';

const pair = ecPair();
const rsa = rsaPair();
const nowSeconds = 1_800_000_000;
const issuer = 'https://hub.example/oidc';
const tokenEndpoint = `${issuer}/token`;
const clientId = 'ehr-1';
const keys = readKeys();
const header = { alg: 'ES256', kid: 'k1', typ: 'client-authentication+jwt' };
const claims = {
  iss: clientId,
  sub: clientId,
  aud: issuer,
  jti: 'j-1',
  exp: nowSeconds + 60,
  iat: nowSeconds,
  nbf: nowSeconds,
};
const expected: ClientAssertionExpected = {
  clientId,
  keys,
  audience: issuerOnlyAudience(issuer),
  now: nowSeconds * 1000,
};

function readKeys() {
  const set = readJwks({
    keys: [
      { ...publicJwkOf(pair), kid: 'k1' },
      { ...publicJwkOf(rsa), kid: 'k2' },
    ],
  });
  assert.ok(set.ok);
  return set.keys;
}

const assertionOf = (changes: { header?: object; claims?: object } = {}, key = pair): string =>
  makeToken({ ...header, ...changes.header }, { ...claims, ...changes.claims }, key);

function judge(sent: string, given: Partial<ClientAssertionExpected> = {}, checks = clientAssertionChecks) {
  const parsed = parseClientAssertion(sent);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  return checkClientAssertion(parsed.assertion, { ...expected, ...given }, checks);
}

interface Refused {
  readonly check: ClientAssertionCheckName;
  readonly what: string;
  readonly sent: string;
  readonly given?: Partial<ClientAssertionExpected>;
}

const audience = (aud: unknown): Refused => ({
  check: 'audience',
  what: `aud ${JSON.stringify(aud)}`,
  sent: assertionOf({ claims: { aud } }),
});
const refused: readonly Refused[] = [
  { check: 'type', what: 'typ at+jwt', sent: assertionOf({ header: { typ: 'at+jwt' } }) },
  { check: 'type', what: 'typ dpop+jwt', sent: assertionOf({ header: { typ: 'dpop+jwt' } }) },
  { check: 'type', what: 'typ oauth-authz-req+jwt', sent: assertionOf({ header: { typ: 'oauth-authz-req+jwt' } }) },
  { check: 'algorithm', what: 'RS256 in FAPI 2.0', sent: assertionOf({ header: { alg: 'RS256', kid: 'k2' } }, rsa) },
  { check: 'issuer', what: 'another iss', sent: assertionOf({ claims: { iss: 'ehr-2' } }) },
  { check: 'issuer', what: 'no iss', sent: assertionOf({ claims: { iss: undefined } }) },
  { check: 'subject', what: 'another sub', sent: assertionOf({ claims: { sub: 'ehr-2' } }) },
  { check: 'subject', what: 'no sub', sent: assertionOf({ claims: { sub: undefined } }) },
  audience(tokenEndpoint),
  audience([issuer]),
  audience([issuer, 'https://evil.example']),
  audience(`${issuer}/`),
  audience('https://evil.example'),
  audience(undefined),
  { check: 'tokenId', what: 'no jti', sent: assertionOf({ claims: { jti: undefined } }) },
  { check: 'expiry', what: 'no exp', sent: assertionOf({ claims: { exp: undefined } }) },
  { check: 'notExpired', what: 'exp reached', sent: assertionOf({ claims: { exp: nowSeconds } }) },
  { check: 'lifetime', what: 'exp 71 s ahead', sent: assertionOf({ claims: { exp: nowSeconds + 71 } }) },
  { check: 'notBefore', what: 'nbf 11 s ahead', sent: assertionOf({ claims: { nbf: nowSeconds + 11 } }) },
  { check: 'issuedAt', what: 'iat 11 s ahead', sent: assertionOf({ claims: { iat: nowSeconds + 11 } }) },
  {
    check: 'issuedAt',
    what: 'iat 61 s ahead, with the greatest leeway there is',
    sent: assertionOf({ claims: { iat: nowSeconds + 61 } }),
    given: { leewayFutureSeconds: 600 },
  },
  { check: 'signature', what: 'made with another key', sent: assertionOf({}, ecPair()) },
  { check: 'signature', what: 'a kid that the client does not have', sent: assertionOf({ header: { kid: 'k9' } }) },
  { check: 'signature', what: 'the kid of its other key', sent: assertionOf({ header: { kid: 'k2' } }) },
  { check: 'signature', what: 'a client without keys', sent: assertionOf(), given: { keys: [] } },
];

describe('client assertion', () => {
  test('a good assertion passes and says how long its jti must be remembered', () => {
    const result = judge(assertionOf());
    assert.ok(result.ok);
    const { jti, exp, until } = result.assertion;
    assert.deepEqual({ jti, exp, until }, { jti: 'j-1', exp: nowSeconds + 60, until: (nowSeconds + 60) * 1000 });
    assert.equal(judge(assertionOf(), { now: until - 1 }).ok, true);
    assert.equal(judge(assertionOf(), { now: until }).ok, false);
  });

  for (const { check, what, sent, given } of refused) {
    test(`${check === 'audience' ? 'O5: ' : ''}refused for ${check}: ${what}; accepted without that check`, () => {
      assert.deepEqual(judge(sent, given), { ok: false, failed: check });
      const without = clientAssertionChecks.filter(({ name }) => name !== check);
      assert.equal(without.length, clientAssertionChecks.length - 1);
      assert.equal(judge(sent, given, without).ok, true);
    });
  }

  test('every check of the list has a case above', () => {
    assert.deepEqual(
      new Set(refused.map(({ check }) => check)),
      new Set(clientAssertionChecks.map(({ name }) => name)),
    );
  });

  for (const [what, changes] of [
    ['no typ', { header: { typ: undefined } }],
    ['typ JWT', { header: { typ: 'JWT' } }],
    ['no kid, one key of that type', { header: { kid: undefined } }],
    ['no iat, no nbf', { claims: { iat: undefined, nbf: undefined } }],
    ['iat and nbf 10 s ahead', { claims: { iat: nowSeconds + 10, nbf: nowSeconds + 10 } }],
    ['exp 70 s ahead, by a clock 10 s fast', { claims: { exp: nowSeconds + 70 } }],
  ] as const) {
    test(`accepted: ${what}`, () => assert.equal(judge(assertionOf(changes)).ok, true));
  }

  test('O5: the rule of the basic profile takes the endpoint and a list of one, never a foreign audience', () => {
    const rule = { audience: issuerOrEndpointAudience(issuer, tokenEndpoint) };
    const withAudience = (aud: unknown) => judge(assertionOf({ claims: { aud } }), rule).ok;
    assert.equal(withAudience(tokenEndpoint), true);
    assert.equal(withAudience(issuer), true);
    assert.equal(withAudience([tokenEndpoint]), true);
    assert.equal(withAudience([issuer, tokenEndpoint]), false);
    assert.equal(withAudience([]), false);
    assert.equal(withAudience('https://evil.example/token'), false);
  });

  test('O5: a rule that takes lists wants every member accepted', () => {
    const rule = { audience: { accepted: [issuer, tokenEndpoint], array: 'each' } } as const;
    assert.equal(judge(assertionOf({ claims: { aud: [issuer, tokenEndpoint] } }), rule).ok, true);
    assert.equal(judge(assertionOf({ claims: { aud: [issuer, 'https://evil.example'] } }), rule).ok, false);
    assert.equal(judge(assertionOf({ claims: { aud: [] } }), rule).ok, false);
  });

  test('times written as text are taken only where that was asked for', () => {
    const sent = assertionOf({ claims: { iat: String(nowSeconds) } });
    assert.deepEqual(parseClientAssertion(sent), { ok: false, reason: 'claims.iat' });
    const parsed = parseClientAssertion(sent, { numericStrings: true });
    assert.ok(parsed.ok);
    assert.equal(parsed.assertion.claims.iat, nowSeconds);
  });

  for (const [what, sent, reason] of [
    ['alg none without signature', assertionOf({ header: { alg: 'none' } }).replace(/[^.]+$/, ''), 'noSignature'],
    ['an encrypted token', 'a.b.c.d.e', 'notThreeParts'],
    ['crit', assertionOf({ header: { crit: ['exp'] } }), 'criticalExtension'],
    ['a number as sub', assertionOf({ claims: { sub: 1 } }), 'claims.sub'],
    ['a list with a number as aud', assertionOf({ claims: { aud: [issuer, 1] } }), 'claims.aud'],
    ['an infinite exp', makeToken(header, '{"exp":1e999}', pair), 'claims.exp'],
    ['a second iss', makeToken(header, '{"iss":"a","iss":"b"}', pair), 'claims.duplicateMember'],
  ] as const) {
    test(`O4, O7: not even parsed: ${what}`, () => {
      assert.deepEqual(parseClientAssertion(sent), { ok: false, reason });
    });
  }

  for (const alg of ['none', 'None', 'HS256', 'PS256', 'ES384', 'constructor', '__proto__', '']) {
    test(`O4: an ES256 signature under alg "${alg}" is refused`, () => {
      assert.equal(judge(assertionOf({ header: { alg } })).ok, false);
    });
  }
});

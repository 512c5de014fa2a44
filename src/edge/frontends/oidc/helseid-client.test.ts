// What clients of HelseID send in the field: each form is taken in profile helseid, and refused in fapi2 where that is stricter.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, keyOf, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { type AlgorithmName, publishedJwk, type SigningKey, signCompact } from '../../../base/jose/index.ts';
import type { OidcApplication } from '../../../core/catalogue/index.ts';

const everyAlgorithm: readonly AlgorithmName[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512'] as const),
];

/** A hub where `ehr` is of this profile, registered with a key of each algorithm. */
function hubOf(profile: OidcApplication['profile'], change: Partial<OidcApplication> = {}): OidcHub {
  const hub = new OidcHub();
  const keys = everyAlgorithm.map((alg) => publishedJwk(keyOf('ehr', alg)));
  hub.change('ehr', {
    profile,
    idTokenAlgorithm: undefined,
    authentication: { method: 'private_key_jwt', jwks: { keys } },
    ...change,
  });
  return hub;
}

/** A compact JWS without `kid`, which `signCompact` always writes. */
function withoutKeyId(claims: object, key: SigningKey): string {
  const input = [{ alg: key.alg }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${key.sign(Buffer.from(input)).toString('base64url')}`;
}

const ask = (client: OidcClient, client_assertion: string): Promise<Answer> => client.machine({ client_assertion });

describe('client assertions', () => {
  const rows: [string, (client: OidcClient) => string, 'helseid' | 'both'][] = [
    ['no typ', (c) => c.assertion(), 'both'],
    ['typ JWT', (c) => c.assertion({}, { typ: 'JWT' }), 'both'],
    ['typ client-authentication+jwt', (c) => c.assertion({}, { typ: 'client-authentication+jwt' }), 'both'],
    ['the issuer with a slash as audience', (c) => c.assertion({ aud: `${issuerUrl}/` }), 'helseid'],
    ['the token endpoint as audience', (c) => c.assertion({ aud: `${issuerUrl}/token` }), 'helseid'],
    ['the PAR endpoint as audience', (c) => c.assertion({ aud: `${issuerUrl}/par` }), 'helseid'],
    [
      'a list of our URLs',
      (c) => c.assertion({ aud: [issuerUrl, `${issuerUrl}/token`, `${issuerUrl}/par`] }),
      'helseid',
    ],
    ['iat as a text', (c) => c.assertion({ iat: String(c.seconds) }), 'helseid'],
    [
      'iat, nbf and exp as texts',
      (c) => c.assertion({ iat: `${c.seconds}`, nbf: `${c.seconds}`, exp: `${c.seconds + 5}` }),
      'helseid',
    ],
    ['no nbf', (c) => c.assertion({ nbf: undefined }), 'both'],
    ['no kid', (c) => withoutKeyId(claimsOf(c.assertion()), c.key), 'both'],
    [
      '5 s, by a clock 5 s ahead',
      (c) => c.assertion({ iat: c.seconds + 5, nbf: c.seconds + 5, exp: c.seconds + 10 }),
      'both',
    ],
    [
      '5 s, by a clock 5 s behind',
      (c) => c.assertion({ iat: c.seconds - 5, nbf: c.seconds - 5, exp: c.seconds }),
      'helseid',
    ],
  ];
  for (const [what, make, by] of rows) {
    test(`${what}: ${by === 'both' ? 'taken by both profiles' : 'taken in helseid alone'}`, async () => {
      const lenient = new OidcClient(hubOf('helseid'), 'ehr');
      const answer = await ask(lenient, make(lenient));
      assert.equal(answer.status, 200, String(answer.error_description));
      const strict = new OidcClient(hubOf('fapi2'), 'ehr');
      assert.equal((await ask(strict, make(strict))).status, by === 'both' ? 200 : 401);
    });
  }

  for (const alg of everyAlgorithm) {
    test(`${alg}`, async () => {
      const status = async (profile: OidcApplication['profile']) => {
        const client = new OidcClient(hubOf(profile), 'ehr', { alg });
        return (await client.machine()).status;
      };
      assert.equal(await status('helseid'), 200);
      assert.equal(await status('fapi2'), ['PS256', 'ES256'].includes(alg) ? 200 : 401);
    });
  }

  const refused: [string, (client: OidcClient) => string][] = [
    [
      'a list with a foreign URL (audience injection)',
      (c) => c.assertion({ aud: [issuerUrl, 'https://evil.example'] }),
    ],
    ['a foreign audience', (c) => c.assertion({ aud: 'https://evil.example' })],
    ['an empty list', (c) => c.assertion({ aud: [] })],
    ['another issuer of the same hub', (c) => c.assertion({ aud: 'https://hub.example' })],
    ['11 s after its end', (c) => c.assertion({ iat: c.seconds - 16, exp: c.seconds - 11 })],
    ['11 s before its beginning', (c) => c.assertion({ iat: c.seconds + 11, exp: c.seconds + 16 })],
    ['more than a minute long', (c) => c.assertion({ exp: c.seconds + 75 })],
    ['dates that are no numbers', (c) => c.assertion({ iat: 'yesterday' })],
    ['no jti', (c) => c.assertion({ jti: undefined })],
    ['another type', (c) => c.assertion({}, { typ: 'dpop+jwt' })],
  ];
  for (const [what, make] of refused) {
    test(`helseid refuses ${what}`, async () => {
      const client = new OidcClient(hubOf('helseid'), 'ehr');
      const answer = await ask(client, make(client));
      assert.deepEqual([answer.status, answer.error], [401, 'invalid_client']);
    });
  }

  test('within the grace after its end an assertion still counts once', async () => {
    const hub = hubOf('helseid');
    const client = new OidcClient(hub, 'ehr');
    const assertion = client.assertion({ exp: client.seconds + 5 });
    hub.now += 14_000;
    assert.equal((await ask(client, assertion)).status, 200);
    const claim = [...hub.store.claims.entries()].find(([key]) => key.startsWith('assertion'));
    assert.equal(claim?.[1], (client.seconds - 14 + 5 + 10) * 1000, 'remembered until it is refused as expired');
    const again = await ask(client, assertion);
    assert.deepEqual([again.status, again.error], [401, 'invalid_client']);
    assert.match(String(again.error_description), /used before/);
  });

  test('PAR without an assertion says what is needed', async () => {
    const hub = hubOf('helseid');
    const answer = await new OidcClient(hub, 'ehr').push({
      client_id: 'ehr',
      client_assertion: undefined,
      client_assertion_type: undefined,
    });
    assert.deepEqual([answer.status, answer.error], [401, 'invalid_client']);
    assert.match(String(answer.error_description), /client_assertion/);
    assert.equal(answer.reference, hub.store.audit.at(-1)?.reference);
  });
});

describe('the first answer of the token endpoint', () => {
  const firstProofs: [string, unknown][] = [
    ['without a nonce', undefined],
    ['with an empty nonce', ''],
    ['with a nonce of somebody else', 'made-up'],
  ];
  for (const [what, nonce] of firstProofs) {
    test(`a proof ${what}: 400, use_dpop_nonce, a nonce, and nothing is used up`, async () => {
      const hub = hubOf('helseid');
      const client = new OidcClient(hub, 'ehr');
      const first = () => ({ dpop: client.proof('token', { claims: { nonce } }) });
      const judge = (answer: Answer): string => {
        assert.deepEqual([answer.status, answer.error], [400, 'use_dpop_nonce']);
        return String(answer.headers['dpop-nonce']);
      };
      const code = await client.code();
      const [commits, events] = [hub.store.commits, hub.store.audit.length];
      const assertion = client.assertion({ exp: client.seconds + 5 });
      const again = { client_assertion: assertion };
      const given = judge(await client.redeem(code, again, first()));
      assert.deepEqual([hub.store.commits, hub.store.audit.length], [commits, events], 'no trail of a failure');
      const proof = client.proof('token', { claims: { nonce: given } });
      const tokens = await client.redeem(code, again, { dpop: proof });
      assert.equal(tokens.status, 200, 'the code and the same assertion are good');

      const renewal = { client_assertion: client.assertion() };
      const next = judge(await client.refresh(tokens.refresh_token, renewal, first()));
      const renewed = await client.refresh(tokens.refresh_token, renewal, {
        dpop: client.proof('token', { claims: { nonce: next } }),
      });
      assert.equal(renewed.status, 200, 'the refresh token and the same assertion are good');
      assert.ok(!hub.audited().some((kind) => /refused|replayed/.test(kind)));
    });
  }
});

describe('DPoP proofs', () => {
  for (const alg of everyAlgorithm) {
    test(`${alg}`, async () => {
      const status = async (profile: OidcApplication['profile']) => {
        const client = new OidcClient(hubOf(profile), 'ehr', { dpop: 'proof key', dpopAlg: alg });
        return (await client.machine()).status;
      };
      assert.equal(await status('helseid'), 200);
      assert.equal(await status('fapi2'), ['PS256', 'ES256'].includes(alg) ? 200 : 400);
    });
  }

  test('dpop_jkt at PAR without a proof binds the code', async () => {
    const client = new OidcClient(hubOf('helseid'), 'ehr');
    const thief = new OidcClient(client.hub, 'ehr', { dpop: 'thief' });
    const code = await client.code({ dpop_jkt: client.jkt });
    assert.equal((await thief.redeem(code)).error, 'invalid_grant');
    assert.equal((await client.redeem(code)).status, 200);
  });

  test('a staged move: Bearer while the application may, DPoP as soon as it sends a proof', async () => {
    const hub = hubOf('helseid', { requireBoundTokens: false, requirePushedRequest: false });
    const client = new OidcClient(hub, 'ehr');
    assert.equal((await client.machine()).token_type, 'Bearer');
    assert.equal((await client.machine({}, { dpop: client.proof('token') })).token_type, 'DPoP');
    hub.change('ehr', { requireBoundTokens: true });
    assert.equal((await client.machine({}, { dpop: undefined })).error, 'invalid_dpop_proof');
  });
});

describe('request objects', () => {
  const object = (client: OidcClient, claims: Record<string, unknown>): string => {
    const own = { iss: client.id, aud: issuerUrl, iat: client.seconds, nbf: client.seconds, exp: client.seconds + 60 };
    return signCompact({}, JSON.stringify({ ...own, jti: crypto.randomUUID(), ...claims }), client.key);
  };

  for (const [what, claims] of [
    ['iss alone', {}],
    ['iss and sub', { sub: 'ehr' }],
  ] as const) {
    test(`${what}, otherwise empty: the parameters beside it count in helseid`, async () => {
      const client = new OidcClient(hubOf('helseid'), 'ehr');
      const back = await client.authorize({ client_id: 'ehr', request: object(client, claims) });
      assert.ok(back.get('code'));
      const strict = new OidcClient(hubOf('fapi2'), 'ehr');
      const refused = await strict.push({ client_id: 'ehr', request: object(strict, claims) });
      assert.equal(refused.error, 'invalid_request_object');
    });
  }

  test('what it says goes before what stands beside it', async () => {
    const client = new OidcClient(hubOf('helseid'), 'ehr');
    const back = await client.authorize({
      client_id: 'ehr',
      state: 'beside',
      request: object(client, { state: 'in' }),
    });
    assert.equal(back.get('state'), 'in');
  });

  test('where a signed request is demanded it must say all, and an assertion does not pass for one', async () => {
    const client = new OidcClient(hubOf('helseid', { requireSignedRequest: true }), 'ehr');
    const empty = await client.push({ client_id: 'ehr', request: object(client, { client_id: 'ehr' }) });
    assert.equal(empty.status, 400);
    const assertion = await client.push({ client_id: 'ehr', request: client.assertion() });
    assert.equal(assertion.error, 'invalid_request_object');
  });

  test('signed by another, for another, or of another client: refused', async () => {
    const client = new OidcClient(hubOf('helseid'), 'ehr');
    const foreign = new OidcClient(client.hub, 'other');
    for (const request of [
      object(foreign, { iss: 'ehr' }),
      object(client, { aud: 'https://evil.example' }),
      object(client, { iss: 'other' }),
      object(client, { client_id: 'other' }),
    ]) {
      const answer = await client.push({ client_id: 'ehr', request });
      assert.equal(answer.error, 'invalid_request_object');
    }
  });
});

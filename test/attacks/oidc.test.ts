// Attacks on the OpenID provider that only a request which is right in everything else can show.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publishedJwk, signCompact } from '../../src/base/jose/index.ts';
import { challenge, claimsOf, OidcClient, parsed, sha256 } from '../fakes/oidc-client.ts';
import { encoded, keyOf, OidcHub } from '../fakes/oidc-hub.ts';

describe('O1: an address that was taken out of the registration while somebody logged in', () => {
  for (const outcome of ['granted', 'refused'] as const) {
    test(`gets no browser, whether the login was ${outcome}`, async () => {
      const hub = new OidcHub();
      const client = new OidcClient(hub, 'ehr');
      const pushed = await client.push();
      hub.login = (request) => {
        const turn = hub.letIn(request);
        hub.change('ehr', { redirectUris: ['https://ehr.example/new'] });
        if (outcome === 'granted') return turn;
        const no = {
          kind: 'refused',
          error: 'cancelled',
          reason: 'journey.cancelled',
          reference: 'AAAA-0003',
        } as const;
        return { kind: 'done', request, outcome: no };
      };
      const answer = await hub.call('GET', client.authorizeUrl(pushed.request_uri));
      assert.equal(answer.headers.location, undefined);
      assert.equal(parsed(answer).page, 'request.redirectUri');
      assert.equal(hub.store.codes.size, 0);
    });
  }
});

describe('O2: a code_verifier that can be guessed', () => {
  for (const [what, verifier] of [
    ['42 characters', 'a'.repeat(42)],
    ['129 characters', 'a'.repeat(129)],
    ['other characters', `${'a'.repeat(50)}*`],
  ] as const) {
    test(`is refused although it goes with the challenge: ${what}`, async () => {
      const client = new OidcClient(new OidcHub(), 'ehr');
      const code = await client.code({ code_challenge: sha256(verifier) });
      assert.equal((await client.redeem(code, { code_verifier: verifier })).error, 'invalid_grant');
    });
  }
});

describe('O4: an algorithm that the profile forbids, with a key that is registered', () => {
  function registeredWithRsa(id: string) {
    const hub = new OidcHub();
    const keys = [publishedJwk(keyOf(id, 'RS256'))];
    hub.change(id, { authentication: { method: 'private_key_jwt', jwks: { keys } } });
    return new OidcClient(hub, id, { alg: 'RS256' });
  }

  test('client assertion: RS256 in basic, not in fapi2', async () => {
    assert.equal((await registeredWithRsa('portal').push()).status, 201);
    const answer = await registeredWithRsa('ehr').push();
    assert.deepEqual([answer.status, answer.error], [401, 'invalid_client']);
  });

  test('request object: RS256 in basic, not in fapi2', async () => {
    for (const [id, status] of [
      ['portal', 201],
      ['ehr', 400],
    ] as const) {
      const hub = new OidcHub();
      const own = hub.catalogue.clients.get(id)?.authentication;
      assert.ok(own?.method === 'private_key_jwt' && 'jwks' in own);
      const keys = [...own.jwks.keys, publishedJwk(keyOf(`${id} request`, 'RS256'))];
      hub.change(id, { authentication: { method: 'private_key_jwt', jwks: { keys } } });
      const client = new OidcClient(hub, id);
      const times = { nbf: client.seconds, exp: client.seconds + 60 };
      const claims = { ...client.request(), client_id: id, iss: id, aud: 'https://hub.example/helse', ...times };
      const request = signCompact({}, JSON.stringify(claims), keyOf(`${id} request`, 'RS256'));
      const answer = await client.post('par', { request });
      assert.equal(answer.status, status);
      if (status === 400) assert.equal(answer.error, 'invalid_request_object');
    }
  });

  test('DPoP proof: RS256 in no profile', async () => {
    for (const id of ['ehr', 'portal']) {
      const client = new OidcClient(new OidcHub(), id);
      const dpop = client.proof('token', { key: keyOf('dpop', 'RS256') });
      assert.equal((await client.machine({}, { dpop })).error, 'invalid_dpop_proof');
      assert.equal((await client.machine({}, { dpop: client.proof('token') })).status, 200);
    }
  });
});

describe('O7: something else that we signed, as an access token', () => {
  for (const typ of ['JWT', 'logout+jwt', 'token-introspection+jwt', undefined]) {
    test(`typ ${typ}, with every claim of an access token`, async () => {
      const hub = new OidcHub();
      const client = new OidcClient(hub, 'ehr');
      const tokens = await client.login();
      const key = hub.keys.get('ES256');
      assert.ok(key);
      const forged = signCompact(typ === undefined ? {} : { typ }, JSON.stringify(claimsOf(tokens.access_token)), key);
      assert.equal((await client.userinfo(forged)).error, 'invalid_token');
      assert.equal((await client.userinfo(tokens.access_token)).status, 200);
    });
  }
});

describe('O3: a request that was seen on its way', () => {
  test('a code’s second coming takes the grant down, but not by a repeated assertion', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'portal');
    const code = await client.code();
    const form = {
      ...client.credentials().form,
      grant_type: 'authorization_code',
      code,
      redirect_uri: client.redirectUri,
      code_verifier: 'a-verifier-of-more-than-forty-three-characters-0123456789',
    };
    assert.equal(sha256(form.code_verifier), challenge);
    const first = parsed(await hub.call('POST', '/helse/token', { form }));
    assert.equal(first.status, 200);
    assert.equal((await hub.call('POST', '/helse/token', { form })).status, 400);
    assert.ok(hub.audited().includes('ticket.replayed singleUse'));
    const second = await client.refresh(first.refresh_token);
    assert.equal(second.status, 200);
    assert.equal((await client.redeem(code)).error, 'invalid_grant');
    assert.equal((await client.refresh(second.refresh_token)).error, 'invalid_grant');
  });
});

describe('A12: work that a stranger can order', () => {
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });
  const form = { grant_type: 'client_credentials' };
  for (const [what, headers, body] of [
    ['an unknown client', basic('nobody', 'x'), form],
    ['a closed client', basic('shut', 'x'), form],
    ['a client with a key', basic('ehr', 'x'), form],
    ['a secret in the other place', {}, { ...form, client_id: 'legacy', client_secret: 'x' }],
    ['two secrets at once', basic('legacy', 'x'), { ...form, client_secret: 'x' }],
  ] as const) {
    test(`no secret is hashed for ${what}`, async () => {
      const hub = new OidcHub();
      const answer = await hub.call('POST', '/helse/token', { headers, body: encoded(body) });
      assert.ok(answer.status === 401 || answer.status === 400, String(answer.status));
      assert.equal(hub.secretsVerified, 0);
    });
  }
  test('but for the client whose secret it may be', async () => {
    const hub = new OidcHub();
    const headers = basic('legacy', 'x');
    assert.equal((await hub.call('POST', '/helse/token', { headers, body: encoded(form) })).status, 401);
    assert.equal(hub.secretsVerified, 1);
  });
});

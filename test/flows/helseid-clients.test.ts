// Clients of HelseID as they are: openid-client 5 and 6, unmodified, against an issuer in HelseID's layout with a path.
import assert from 'node:assert/strict';
import { generateKeyPairSync, type webcrypto } from 'node:crypto';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import * as six from 'openid-client';
import * as five from 'openid-client-5';
import { helseidClient } from '../fakes/helseid-hub.ts';
import { catalogue, OidcHub } from '../fakes/oidc-hub.ts';
import { type Serving, serveRoutes } from '../fakes/serve-routes.ts';

const redirectUri = 'https://epj.example/cb';
const pid = 'helseid://claims/identity/pid';
const level = 'helseid://claims/identity/security_level';
const hub = { made: undefined as OidcHub | undefined };
const scope = [
  'openid profile offline_access journal/read',
  'helseid://scopes/identity/pid helseid://scopes/identity/security_level',
].join(' ');

let serving: Serving;
let issuers: readonly string[];
let privateJwk: Record<string, unknown>;
let clientKey: webcrypto.CryptoKey;

before(async () => {
  serving = await serveRoutes();
  const pair = await generateKeyPair('RS512', { extractable: true });
  clientKey = pair.privateKey;
  const named = { kid: 'k1', alg: 'RS512', use: 'sig' };
  privateJwk = { ...(await exportJWK(pair.privateKey)), ...named };
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), ...named }] };
  const authentication = { method: 'private_key_jwt', jwks } as const;
  issuers = [`${serving.url}/sts`, `${serving.url}/4f0c1b/sts`];
  const items = issuers.map((url, index) => ({ id: `sts${index}`, url, brand: 'hub', endpoints: 'helseid' as const }));
  const applications = items.map(({ id }) =>
    helseidClient(`epj-${id}`, { issuer: id, authentication, redirectUris: [redirectUri] }),
  );
  const base = catalogue({ applications });
  const made = new OidcHub({ catalogue: { ...base, issuers: new Map(items.map((each) => [each.id, each])) } });
  hub.made = made;
  made.now = Date.now();
  const evidence = made.session.evidence.map((each) => ({ ...each, provenAt: made.now }));
  made.store.sessions.set('s1', {
    ...made.session,
    startedAt: made.now,
    absoluteUntil: made.now + 36_000_000,
    evidence,
  });
  serving.routes = made.frontend.routes;
});
after(() => serving.close());

/** Where a browser would end up; Anna has a session. */
async function browse(url: string): Promise<URL> {
  const made = hub.made!;
  made.now = Date.now();
  const answer = await fetch(url, { redirect: 'manual' });
  assert.equal(answer.status, 303, await answer.text());
  return new URL(answer.headers.get('location') ?? '');
}

for (const index of [0, 1]) {
  test(`openid-client 6: PAR, DPoP, RS256 ID token, userinfo, refresh (issuer ${index})`, async () => {
    const config = await six.discovery(
      new URL(issuers[index] ?? ''),
      `epj-sts${index}`,
      undefined,
      six.PrivateKeyJwt({ key: clientKey, kid: 'k1' }),
      { execute: [six.allowInsecureRequests] },
    );
    const DPoP = six.getDPoPHandle(config, await six.randomDPoPKeyPair('ES256'));
    const pkceCodeVerifier = six.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [six.randomState(), six.randomNonce()];
    const url = await six.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: redirectUri,
      scope,
      code_challenge: await six.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      acr_values: 'Level4',
    });
    const back = await browse(url.href);
    assert.match(back.searchParams.get('session_state') ?? '', /^[\w-]{43}\.[\w-]+$/);
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
    const tokens = await six.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
    assert.equal(tokens.token_type, 'dpop');
    const claims = tokens.claims();
    assert.deepEqual([claims?.iss, claims?.[pid], claims?.[level]], [issuers[index], '01019012345', '4']);
    const info = await six.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '', { DPoP });
    assert.equal(info[pid], '01019012345');
    const next = await six.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP });
    assert.equal(next.claims()?.sub, claims?.sub);
    assert.ok(Number(next.rt_expires_in) > 0);
    assert.notEqual(next.refresh_token, tokens.refresh_token);
    assert.ok(!hub.made?.audited().some((kind) => /refused|replayed/.test(kind)), 'no nonce answer is a failure');
  });

  test(`openid-client 5: the same, with its own way of assertions (issuer ${index})`, async () => {
    const issuer = await five.Issuer.discover(issuers[index] ?? '');
    const client = new issuer.Client(
      {
        client_id: `epj-sts${index}`,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'RS512',
      },
      { keys: [privateJwk as never] },
    );
    const { privateKey: DPoP } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const verifier = five.generators.codeVerifier();
    const [state, nonce] = [five.generators.state(), five.generators.nonce()];
    const pushed = await client.pushedAuthorizationRequest({
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      state,
      nonce,
      code_challenge: five.generators.codeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const query = new URLSearchParams({ client_id: `epj-sts${index}`, request_uri: pushed.request_uri });
    const back = await browse(`${issuer.metadata.authorization_endpoint}?${query}`);
    const checks = { state, nonce, code_verifier: verifier, response_type: 'code' };
    const tokens = await client.callback(redirectUri, client.callbackParams(back.href), checks, { DPoP });
    assert.equal(tokens.token_type, 'DPoP');
    assert.equal(tokens.claims()[pid], '01019012345');
    const info = await client.userinfo(tokens, { DPoP });
    assert.equal(info.sub, tokens.claims().sub);
    const next = await client.refresh(tokens, { DPoP });
    assert.equal(next.claims().sub, tokens.claims().sub);
    const machine = await client.grant({ grant_type: 'client_credentials' }, { DPoP });
    assert.equal(machine.scope, 'journal/read journal/write');
  });
}

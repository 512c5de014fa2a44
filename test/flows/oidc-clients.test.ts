// Two independent clients, openid-client and oauth4webapi, against the OpenID provider over HTTP.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8 } from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import type { OidcApplication } from '../../src/core/catalogue/index.ts';
import { catalogue, journalAudience, OidcHub } from '../fakes/oidc-hub.ts';
import { type Serving, serveRoutes } from '../fakes/serve-routes.ts';
import { application } from '../fakes/ward.ts';

const redirectUri = 'https://app.example/cb';
const scope = 'openid profile journal/read';

interface Fixture {
  readonly hub: OidcHub;
  readonly issuer: URL;
}

let serving: Serving;
let fixture: Fixture;
let clientKey: Awaited<ReturnType<typeof importPKCS8>>;

before(async () => {
  serving = await serveRoutes();
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  clientKey = await importPKCS8(await exportPKCS8(pair.privateKey), 'ES256');
  const shared: Partial<OidcApplication> = {
    issuer: 'hub',
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: scope.split(' '),
    apis: ['journal'],
    redirectUris: [redirectUri],
    postLogoutRedirectUris: ['https://app.example/bye'],
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk] } },
  };
  const items = [
    application('app', shared),
    application('resource', { ...shared, grants: [], introspects: ['journal'] }),
    application('simple', {
      ...shared,
      profile: 'basic',
      authentication: { method: 'client_secret_basic', secretHash: 'hash' },
    }),
  ];
  const url = `${serving.url}/helse`;
  const base = catalogue({ applications: items });
  const issuers = new Map([['hub', { id: 'hub', url, brand: 'hub' }]]);
  const hub = new OidcHub({ catalogue: { ...base, issuers } });
  hub.now = Date.now();
  const session = hub.store.sessions.get('s1')!;
  const evidence = session.evidence.map((each) => ({ ...each, provenAt: hub.now }));
  hub.store.sessions.set('s1', { ...session, startedAt: hub.now, absoluteUntil: hub.now + 36_000_000, evidence });
  serving.routes = hub.frontend.routes;
  fixture = { hub, issuer: new URL(url) };
});
after(() => serving.close());

/** Goes where a browser would go; Anna has a session, so the answer comes at once. */
async function browse(url: URL): Promise<URL> {
  fixture.hub.now = Date.now();
  const answer = await fetch(url, { redirect: 'manual' });
  assert.equal(answer.status, 303, await answer.text());
  return new URL(answer.headers.get('location') ?? '');
}

describe('openid-client', () => {
  const discover = (id: string, auth: client.ClientAuth) =>
    client.discovery(fixture.issuer, id, undefined, auth, { execute: [client.allowInsecureRequests] });

  async function flow(
    config: client.Configuration,
    DPoP: client.DPoPHandle | undefined,
    more: Record<string, string> = {},
  ) {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const expectedNonce = client.randomNonce();
    const parameters = {
      redirect_uri: redirectUri,
      scope,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      ...more,
    };
    const options = DPoP === undefined ? {} : { DPoP };
    const url =
      DPoP === undefined
        ? client.buildAuthorizationUrl(config, parameters)
        : await client.buildAuthorizationUrlWithPAR(config, parameters, options);
    const back = await browse(url);
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
    return client.authorizationCodeGrant(config, back, checks, undefined, options);
  }

  test('FAPI 2.0: PAR, private_key_jwt, DPoP with nonce, ID token, userinfo, refresh, revocation', async () => {
    const config = await discover('app', client.PrivateKeyJwt({ key: clientKey, kid: 'k1' }));
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    const tokens = await flow(config, DPoP);
    assert.equal(tokens.token_type, 'dpop');
    const claims = tokens.claims();
    assert.equal(claims?.sub, 'anna');
    assert.equal(claims?.acr, 'urn:tillit:loa:high');
    const info = await client.fetchUserInfo(config, tokens.access_token, 'anna', { DPoP });
    assert.equal(info.given_name, 'anna');
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP });
    assert.equal(refreshed.claims()?.sub, 'anna');
    assert.notEqual(refreshed.access_token, tokens.access_token);
    await client.tokenRevocation(config, tokens.refresh_token ?? '');
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP }), {
      error: 'invalid_grant',
    });
    const nothingFailed = fixture.hub.audited().filter((kind) => /refused|replayed/.test(kind));
    assert.deepEqual(nothingFailed, ['ticket.refused refresh.revoked'], 'the nonce round trips are no failures');
  });

  test('client_credentials and introspection by the resource server', async () => {
    const config = await discover('app', client.PrivateKeyJwt({ key: clientKey, kid: 'k1' }));
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('Ed25519'));
    const { access_token: token } = await client.clientCredentialsGrant(config, { scope: 'journal/read' }, { DPoP });
    const server = await discover('resource', client.PrivateKeyJwt({ key: clientKey, kid: 'k1' }));
    const answer = await client.tokenIntrospection(server, token);
    assert.equal(answer.active, true);
    assert.equal(answer.aud, journalAudience);
    assert.equal((await client.tokenIntrospection(server, `${token}x`)).active, false);
  });

  test('basic: plain parameters, a secret, Bearer', async () => {
    const config = await discover('simple', client.ClientSecretBasic('correct horse battery staple'));
    const tokens = await flow(config, undefined);
    assert.equal(tokens.token_type, 'bearer');
    const rotated = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    assert.notEqual(rotated.refresh_token, tokens.refresh_token);
  });

  test('max_age, and a request for another person', async () => {
    const config = await discover('app', client.PrivateKeyJwt({ key: clientKey, kid: 'k1' }));
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    assert.equal((await flow(config, DPoP, { max_age: '3600' })).claims()?.sub, 'anna');
    const claims = '{"id_token":{"sub":{"value":"bo"}}}';
    await assert.rejects(flow(config, DPoP, { claims }), { error: 'access_denied' });
  });

  test('logout by the application', async () => {
    const config = await discover('app', client.PrivateKeyJwt({ key: clientKey, kid: 'k1' }));
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    const tokens = await flow(config, DPoP);
    const url = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'https://app.example/bye',
      state: 's',
    });
    const before = fixture.hub.session;
    const shown = (await browse(url)).searchParams;
    assert.deepEqual([shown.get('uri'), shown.get('state')], ['https://app.example/bye', 's']);
    assert.equal(fixture.hub.ended.at(-1)?.session, 's1');
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP }));
    fixture.hub.store.sessions.set('s1', before);
  });
});

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const me: oauth.Client = { client_id: 'app' };

  test('FAPI 2.0 by hand, with the nonce retry seen, and what must fail', async () => {
    fixture.hub.now = Date.now();
    const as = await oauth.processDiscoveryResponse(
      fixture.issuer,
      await oauth.discoveryRequest(fixture.issuer, { ...insecure, algorithm: 'oauth2' }),
    );
    const auth = oauth.PrivateKeyJwt({ key: clientKey, kid: 'k1' });
    const keys = await oauth.generateKeyPair('ES256');
    const DPoP = oauth.DPoP(me, keys);
    const verifier = oauth.generateRandomCodeVerifier();
    const parameters = new URLSearchParams({
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      state: 'abc',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const push = () => oauth.pushedAuthorizationRequest(as, me, auth, parameters, { ...insecure, DPoP });
    let pushed: oauth.PushedAuthorizationResponse;
    try {
      pushed = await oauth.processPushedAuthorizationResponse(as, me, await push());
      assert.fail('the first proof has no nonce');
    } catch (thrown) {
      assert.ok(oauth.isDPoPNonceError(thrown));
      pushed = await oauth.processPushedAuthorizationResponse(as, me, await push());
    }
    const back = await browse(
      new URL(
        `${as.authorization_endpoint}?${new URLSearchParams({ client_id: 'app', request_uri: pushed.request_uri })}`,
      ),
    );
    const answered = oauth.validateAuthResponse(as, me, back, 'abc');
    const redeem = (by: oauth.DPoPHandle, proof: string) =>
      oauth.authorizationCodeGrantRequest(as, me, auth, answered, redirectUri, proof, { ...insecure, DPoP: by });

    // The code was bound to the key at PAR: another key gets nothing, and neither does another verifier.
    const thief = oauth.DPoP(me, await oauth.generateKeyPair('ES256'));
    await redeem(thief, verifier).catch(() => undefined);
    const stolen = await redeem(thief, verifier);
    assert.deepEqual([stolen.status, ((await stolen.json()) as { error: string }).error], [400, 'invalid_grant']);
    const guessed = await redeem(DPoP, oauth.generateRandomCodeVerifier());
    assert.equal(guessed.status, 400);

    const tokens = await oauth.processAuthorizationCodeResponse(as, me, await redeem(DPoP, verifier), {
      requireIdToken: true,
    });
    const userinfo = await oauth.userInfoRequest(as, me, tokens.access_token, { ...insecure, DPoP });
    assert.equal((await oauth.processUserInfoResponse(as, me, 'anna', userinfo)).sub, 'anna');
    // The same access token as Bearer is refused.
    await assert.rejects(
      oauth.processUserInfoResponse(as, me, 'anna', await oauth.userInfoRequest(as, me, tokens.access_token, insecure)),
    );

    // The code a second time: refused, and its tokens are dead.
    const again = await redeem(DPoP, verifier);
    assert.equal(again.status, 400);
    const dead = await oauth.refreshTokenGrantRequest(as, me, auth, tokens.refresh_token ?? '', { ...insecure, DPoP });
    assert.equal(((await dead.json()) as { error: string }).error, 'invalid_grant');
  });

  test('introspection as a signed answer', async () => {
    fixture.hub.now = Date.now();
    const as = await oauth.processDiscoveryResponse(
      fixture.issuer,
      await oauth.discoveryRequest(fixture.issuer, insecure),
    );
    const resource: oauth.Client = { client_id: 'resource', introspection_signed_response_alg: 'ES256' };
    const auth = oauth.PrivateKeyJwt({ key: clientKey, kid: 'k1' });
    const response = await oauth.introspectionRequest(as, resource, auth, 'unknown', {
      ...insecure,
      requestJwtResponse: true,
    });
    const answer = await oauth.processIntrospectionResponse(as, resource, response);
    assert.equal(answer.active, false);
  });
});

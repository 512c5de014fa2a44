// What the hub answers clients of HelseID: discovery, tickets, refresh, the watched session.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { helseidHub } from '../../../../test/fakes/helseid-hub.ts';
import { claimsOf, headerOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, keyOf } from '../../../../test/fakes/oidc-hub.ts';
import { publishedJwk } from '../../../base/jose/index.ts';
import type { OidcContext } from './endpoint.ts';
import { sessionState, watchCookie } from './session-state.ts';
import type { TokenCall } from './token.ts';
import { tokenAnswer } from './token-answer.ts';

const read = async (hub: ReturnType<typeof helseidHub>, url: string) => {
  const answer = await hub.call('GET', url);
  assert.equal(answer.status, 200, url);
  return JSON.parse(String(answer.body)) as Record<string, string & string[]>;
};

describe('discovery', () => {
  test('every URL that it names has a route, at both issuers', async () => {
    const hub = helseidHub();
    for (const issuer of hub.catalogue.issuers.values()) {
      const document = await read(hub, `${issuer.url}/.well-known/openid-configuration`);
      assert.equal(document.issuer, issuer.url);
      const urls = Object.entries(document).filter(
        ([name]) => /_endpoint$|_uri$|_iframe$/.test(name) || name === 'available_idps',
      );
      assert.equal(urls.length, 11);
      for (const [name, url] of urls) {
        assert.ok(String(url).startsWith(`${issuer.url}/`), name);
        const { pathname } = new URL(String(url));
        assert.ok(
          hub.frontend.routes.some(({ path }) => path === pathname),
          `${name} has no route`,
        );
      }
      assert.equal(document.token_endpoint, `${issuer.url}/connect/token`);
      assert.equal(document.jwks_uri, `${issuer.url}/.well-known/openid-configuration/jwks`);
      assert.equal(document.check_session_iframe, `${issuer.url}/connect/checksession`);
    }
  });

  test('what nimbus and the .NET libraries cannot do without is there, RS256 first', async () => {
    const document = await read(helseidHub(), `${issuerUrl}/.well-known/openid-configuration`);
    for (const name of ['issuer', 'jwks_uri', 'authorization_endpoint', 'subject_types_supported'])
      assert.ok(document[name]);
    assert.equal(document.id_token_signing_alg_values_supported?.[0], 'RS256');
    const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];
    for (const each of algorithms) {
      assert.ok(document.dpop_signing_alg_values_supported?.includes(each), each);
      assert.ok(document.token_endpoint_auth_signing_alg_values_supported?.includes(each), each);
    }
    assert.ok(document.scopes_supported?.includes('helseid://scopes/identity/pid'));
    assert.deepEqual(document.token_endpoint_auth_methods_supported, ['private_key_jwt']);
  });

  test('keys have kid, alg and use; retired ones stand apart', async () => {
    const hub = helseidHub();
    const { keys } = await read(hub, `${issuerUrl}/.well-known/openid-configuration/jwks`);
    for (const key of keys as unknown as Record<string, string>[]) {
      assert.ok(key.kid && key.alg);
      assert.equal(key.use, 'sig');
    }
    hub.retired = [publishedJwk(keyOf('long ago'))];
    const expired = await read(hub, `${issuerUrl}/connect/expiredjwks`);
    assert.equal((expired.keys as unknown as { kid: string }[])[0]?.kid, keyOf('long ago').kid);
  });

  test('available_idps names the ways that an application of this issuer allows, with the levels they reach', async () => {
    const hub = helseidHub({ providers: ['password'] });
    const first = (await read(hub, `${issuerUrl}/connect/availableidps`)) as unknown as Record<string, unknown>[];
    assert.deepEqual(
      first.map(({ id, levels }) => [id, levels]),
      [['password', ['2']]],
    );
    const url = 'https://hub.example/4f0c/sts/connect/availableidps';
    const second = (await read(hub, url)) as unknown as Record<string, unknown>[];
    assert.deepEqual(
      second.map(({ id, levels }) => [id, levels]),
      [
        ['card', ['2', '3', '4']],
        ['password', ['2']],
      ],
    );
  });

  test('an issuer of our own layout has none of HelseID’s pages', async () => {
    const hub = helseidHub();
    const plain = { ...hub.catalogue.issuers.get('hub')!, endpoints: undefined };
    hub.catalogue = { ...hub.catalogue, issuers: new Map([['hub', plain]]) };
    const document = await read(hub, `${issuerUrl}/.well-known/openid-configuration`);
    assert.equal(document.check_session_iframe ?? document.expired_jwks_uri ?? document.available_idps, undefined);
  });
});

describe('tickets', () => {
  test('scope is a list in the access token and a text in the answer and at introspection', async () => {
    const hub = helseidHub();
    const client = new OidcClient(hub, 'epj');
    const answer = await client.login({ scope: 'openid profile journal/read' });
    const claims = claimsOf(answer.access_token);
    assert.deepEqual(claims.scope, ['openid', 'profile', 'journal/read']);
    assert.equal(claims.nbf, claims.iat);
    assert.equal(claims.client_amr, 'private_key_jwt');
    assert.equal(headerOf(answer.access_token).typ, 'at+jwt');
    assert.equal(answer.scope, 'openid profile journal/read');
    const told = await new OidcClient(hub, 'record').post('introspect', { token: String(answer.access_token) });
    assert.equal(told.active, true);
    assert.equal(told.scope, 'openid profile journal/read');
    const info = await client.userinfo(answer.access_token);
    assert.equal(info.status, 200);
    assert.equal(info.userinfo_issued_at, client.seconds);
  });

  test('ID tokens are RS256 unless the application says otherwise, with sid, nonce, auth_time, at_hash and amr', async () => {
    const answer = await new OidcClient(helseidHub(), 'epj').login();
    assert.equal(headerOf(answer.id_token).alg, 'RS256');
    const claims = claimsOf(answer.id_token);
    for (const name of ['sid', 'nonce', 'auth_time', 'at_hash', 'amr', 'sub', 'iss', 'exp'])
      assert.ok(claims[name], name);
    const other = await new OidcClient(helseidHub({ idTokenAlgorithm: 'PS256' }), 'epj').login();
    assert.equal(headerOf(other.id_token).alg, 'PS256');
  });

  test('access tokens are RS256, unless their API names what it verifies; either is good at userinfo and introspection', async () => {
    const hub = helseidHub();
    const client = new OidcClient(hub, 'epj');
    const scope = { scope: 'openid profile journal/read' };
    const tokens = [(await client.login(scope)).access_token];
    hub.changeApi('journal', { accessTokenAlgorithm: 'ES256' });
    tokens.push((await client.login(scope)).access_token);
    assert.deepEqual(
      tokens.map((token) => headerOf(token).alg),
      ['RS256', 'ES256'],
    );
    for (const token of tokens) {
      assert.equal((await client.userinfo(token)).status, 200);
      const told = await new OidcClient(hub, 'record').post('introspect', { token: String(token) });
      assert.equal(told.active, true);
    }
  });

  test('userinfo takes a token as it is bound: Bearer or DPoP, never the other way', async () => {
    const bound = new OidcClient(helseidHub(), 'epj');
    const token = (await bound.login()).access_token;
    assert.equal((await bound.userinfo(token, { authorization: `Bearer ${token}`, dpop: undefined })).status, 401);
    const loose = new OidcClient(helseidHub({ requireBoundTokens: false }), 'epj');
    const bearer = (await loose.login()).access_token;
    assert.equal((await loose.userinfo(bearer)).status, 200);
    const proof = loose.proof('userinfo', { method: 'GET', token: String(bearer) });
    assert.equal((await loose.userinfo(bearer, { authorization: `DPoP ${bearer}`, dpop: proof })).status, 401);
  });

  test('a machine without scope gets all allowed scopes of the API; identity scopes are refused', async () => {
    const client = new OidcClient(helseidHub(), 'epj');
    assert.equal((await client.machine({ scope: undefined })).scope, 'journal/read journal/write');
    for (const scope of ['openid', 'helseid://scopes/identity/pid', 'journal/read helseid://scopes/hpr/hpr_number']) {
      const answer = await client.machine({ scope });
      assert.deepEqual([answer.status, answer.error], [400, 'invalid_scope']);
    }
  });

  test('the first issuer’s tokens are nothing at the second', async () => {
    const hub = helseidHub();
    const client = new OidcClient(hub, 'epj');
    const { access_token: token } = await client.login();
    const { access_token: other } = await new OidcClient(hub, 'conformance').login();
    assert.notEqual(claimsOf(token).iss, claimsOf(other).iss);
    assert.equal((await client.userinfo(other)).status, 401);
  });
});

describe('refresh', () => {
  test('new access, ID and refresh tokens, and how long the refresh token has left', async () => {
    const hub = helseidHub();
    const client = new OidcClient(hub, 'epj');
    const first = await client.login();
    const left = Number(first.rt_expires_in);
    assert.ok(left > 0 && left <= 36_000);
    hub.now += 60_000;
    const next = await client.refresh(first.refresh_token);
    assert.equal(next.status, 200);
    assert.ok(next.id_token && next.access_token !== first.access_token);
    assert.notEqual(next.refresh_token, first.refresh_token);
    assert.equal(next.rt_expires_in, left - 60);
    assert.equal(claimsOf(next.id_token).sub, claimsOf(first.id_token).sub);
  });

  test('one-time by default: an old token takes the grant down; reusable when the application says so', async () => {
    const once = helseidHub();
    const client = new OidcClient(once, 'epj');
    const first = await client.login();
    const next = await client.refresh(first.refresh_token);
    once.now += 300_000;
    assert.equal((await client.refresh(first.refresh_token)).error, 'invalid_grant');
    assert.equal((await client.refresh(next.refresh_token)).error, 'invalid_grant');
    const again = new OidcClient(helseidHub({ refreshUse: 'reusable' }), 'epj');
    const kept = await again.login();
    for (let i = 0; i < 3; i++)
      assert.equal((await again.refresh(kept.refresh_token)).refresh_token, kept.refresh_token);
  });
});

test('rejected_scope stands in the answer when somebody left scopes out, and only then', () => {
  const hub = helseidHub();
  const { catalogue, ports, now } = hub;
  const issuer = catalogue.issuers.get('hub')!;
  const call = { issuer, application: catalogue.clients.get('epj')!, now, catalogue, jkt: undefined };
  const ticket = {
    jti: 'j',
    audience: 'a',
    lifetime: 60,
    access: '{}',
    algorithm: 'RS256',
    type: undefined,
    id: undefined,
  } as const;
  const planned = { ...ticket, scope: ['journal/read'] };
  const body = (rejectedScope: readonly string[] | undefined) =>
    JSON.parse(
      String(tokenAnswer({ ports } as OidcContext, call as TokenCall, planned, { rejectedScope }).body),
    ) as Record<string, unknown>;
  assert.equal(body(['lab/order', 'x/y']).rejected_scope, 'lab/order x/y');
  assert.equal(body(['lab/order']).scope, 'journal/read');
  for (const none of [undefined, []]) assert.ok(!('rejected_scope' in body(none)));
});

describe('session_state', () => {
  const origin = 'https://epj.example';

  /** Runs the iframe's own script and asks it as a page would. */
  async function askIframe(html: string, cookie: string, message: unknown, from = origin): Promise<unknown> {
    const script = /<script>(.*)<\/script>/s.exec(html)?.[1] ?? '';
    let listen: (event: object) => Promise<void> = async () => undefined;
    const said: unknown[] = [];
    runInNewContext(script, {
      addEventListener: (_: string, listener: typeof listen) => {
        listen = listener;
      },
      document: { cookie },
      crypto,
      TextEncoder,
      Uint8Array,
      btoa,
    });
    await listen({ data: message, origin: from, source: { postMessage: (word: unknown) => said.push(word) } });
    return said[0];
  }

  test('the response carries it; the iframe says unchanged, and changed for another session, origin or client', async () => {
    const hub = helseidHub();
    const client = new OidcClient(hub, 'epj');
    const pushed = await client.push();
    const answer = await hub.call('GET', client.authorizeUrl(pushed.request_uri));
    const back = new URL(String(answer.headers.location)).searchParams;
    const state = String(back.get('session_state'));
    assert.equal(back.get('iss'), issuerUrl);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    const page = await hub.call('GET', `${issuerUrl}/connect/checksession`);
    const html = String(page.body);
    assert.equal(await askIframe(html, `a=b; ${cookie}`, `epj ${state}`), 'unchanged');
    assert.equal(await askIframe(html, 'a=b', `epj ${state}`), 'changed');
    assert.equal(await askIframe(html, cookie, `other ${state}`), 'changed');
    assert.equal(await askIframe(html, cookie, `epj ${state}`, 'https://evil.example'), 'changed');
    assert.equal(await askIframe(html, watchCookie('s2').split(';')[0] ?? '', `epj ${state}`), 'changed');
    for (const bad of ['epj', 'epj x', '', 1, null]) assert.equal(await askIframe(html, cookie, bad), 'error');
  });

  test('the cookie gives nothing away and the state is salted', () => {
    assert.ok(!watchCookie('session-id').includes('session-id'));
    const about = { client: 'epj', redirectUri: `${origin}/cb`, session: 's1' };
    const random = (size: number) => crypto.getRandomValues(Buffer.alloc(size));
    assert.notEqual(sessionState(about, random), sessionState(about, random));
  });

  test('only registered origins may frame it, with one script known by its hash; nothing else may be framed', async () => {
    const hub = helseidHub({ redirectUris: ['https://epj.example/cb', 'app.epj:/cb', 'https://epj.example/other'] });
    const page = await hub.call('GET', `${issuerUrl}/connect/checksession`);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /frame-ancestors https:\/\/epj\.example;/);
    assert.equal(page.headers['x-frame-options'], undefined);
    const script = /<script>(.*)<\/script>/s.exec(String(page.body))?.[1] ?? '';
    assert.ok(policy.includes(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`));
    assert.match(policy, /default-src 'none'/);
    for (const { method, path } of hub.frontend.routes) {
      if (method !== 'GET' || path.endsWith('/checksession')) continue;
      const answer = await hub.call('GET', path).catch(() => undefined);
      const csp = answer?.headers['content-security-policy'];
      if (csp !== undefined) assert.match(String(csp), /frame-ancestors 'none'/, path);
    }
  });
});

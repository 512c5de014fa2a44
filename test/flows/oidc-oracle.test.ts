// The differential oracle: the same requests to oidc-provider and to us get the same accept or refuse, or the difference is explained.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import Provider from 'oidc-provider';
import { publishedJwk, type SigningKey, signCompact } from '../../src/base/jose/index.ts';
import { assertionType, challenge } from '../fakes/oidc-client.ts';
import { catalogue, encoded, journalAudience, keyOf, OidcHub } from '../fakes/oidc-hub.ts';
import { type Serving, serveRoutes } from '../fakes/serve-routes.ts';
import { freePort } from '../support/port.ts';

type Fields = Record<string, string | readonly string[] | undefined>;

/** One of the two, as a client sees it. */
interface Peer {
  readonly issuer: string;
  readonly endpoint: (name: 'token' | 'par') => string;
  nonce: string;
}

let serving: Serving;
let oracleServer: Server;
let ours: Peer;
let oracle: Peer;

before(async () => {
  serving = await serveRoutes();
  const url = `${serving.url}/helse`;
  const hub = new OidcHub({
    catalogue: { ...catalogue(), issuers: new Map([['hub', { id: 'hub', url, brand: 'hub' }]]) },
  });
  Object.defineProperty(hub, 'now', { get: () => Date.now() });
  serving.routes = hub.frontend.routes;
  ours = { issuer: url, endpoint: (name) => `${url}/${name}`, nonce: '' };

  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const signing = (name: string) => ({ ...publishedJwk(keyOf(name)) });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'ehr',
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [signing('ehr')] },
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        response_types: ['code'],
        redirect_uris: ['https://ehr.example/cb'],
        id_token_signed_response_alg: 'ES256',
        dpop_bound_access_tokens: true,
        require_pushed_authorization_requests: true,
      },
    ] as never,
    jwks: { keys: [(await oracleKey()) as never] },
    scopes: ['openid', 'offline_access', 'profile', 'journal/read', 'journal/write'],
    clientAuthMethods: ['private_key_jwt'],
    clockTolerance: 10,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      fapi: { enabled: true, profile: '2.0' },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => journalAudience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'journal/read journal/write',
          audience: journalAudience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'EdDSA'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA'],
    } as never,
  });
  oracleServer = createServer(provider.callback());
  await new Promise<void>((resolve) => oracleServer.listen(port, '127.0.0.1', resolve));
  oracle = { issuer, endpoint: (name) => `${issuer}/${name === 'par' ? 'request' : 'token'}`, nonce: '' };
  for (const peer of [ours, oracle]) {
    const asked = await send(peer, 'token', machine()(peer));
    assert.equal(asked.error, 'use_dpop_nonce', JSON.stringify(asked));
    assert.notEqual(peer.nonce, '');
  }
});
after(async () => {
  oracleServer.closeAllConnections();
  oracleServer.close();
  await serving.close();
});

/** A private JWK of its own for the oracle. */
async function oracleKey() {
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: 'oracle', alg: 'ES256', use: 'sig' };
}

interface Sent {
  readonly form: Fields;
  readonly headers: Record<string, string | undefined>;
  readonly contentType?: string;
}

const seconds = () => Math.floor(Date.now() / 1000);
const defined = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function assertion(peer: Peer, claims: object = {}, key: SigningKey = keyOf('ehr'), header: object = {}): string {
  const all = { iss: 'ehr', sub: 'ehr', aud: peer.issuer, jti: randomUUID(), iat: seconds(), exp: seconds() + 50 };
  return signCompact(header as never, JSON.stringify(defined({ ...all, ...claims })), key);
}

function proof(
  peer: Peer,
  endpoint: 'token' | 'par',
  claims: object = {},
  header: object = {},
  key = keyOf('dpop'),
): string {
  const all = {
    jti: randomUUID(),
    htm: 'POST',
    htu: peer.endpoint(endpoint),
    iat: seconds(),
    nonce: peer.nonce || undefined,
  };
  const parts = [
    { typ: 'dpop+jwt', alg: key.alg, jwk: { ...key.publicJwk }, ...header },
    defined({ ...all, ...claims }),
  ];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${key.sign(Buffer.from(input)).toString('base64url')}`;
}

async function send(peer: Peer, endpoint: 'token' | 'par', { form, headers, contentType }: Sent) {
  const answer = await fetch(peer.endpoint(endpoint), {
    method: 'POST',
    headers: { 'content-type': contentType ?? 'application/x-www-form-urlencoded', ...defined(headers) },
    body: encoded(defined(form) as Record<string, string>),
  });
  peer.nonce = answer.headers.get('dpop-nonce') ?? peer.nonce;
  const { error, error_description: because } = (await answer.json()) as { error?: string; error_description?: string };
  return { status: answer.status, error, because };
}

type Case = (peer: Peer) => Sent;

const credentials = (peer: Peer, client_assertion = assertion(peer)): Fields => ({
  client_id: 'ehr',
  client_assertion_type: assertionType,
  client_assertion,
});
const machine =
  (bend: (peer: Peer) => { form?: Fields; dpop?: string | undefined; contentType?: string } = () => ({})): Case =>
  (peer) => {
    const { form, contentType, ...more } = bend(peer);
    const own = { ...credentials(peer), grant_type: 'client_credentials', scope: 'journal/read' };
    const dpop = 'dpop' in more ? more.dpop : proof(peer, 'token');
    return { form: { ...own, ...form }, headers: { dpop }, ...(contentType && { contentType }) };
  };
const byAssertion = (bend: (peer: Peer) => string) => machine((peer) => ({ form: { client_assertion: bend(peer) } }));
const byProof = (bend: (peer: Peer) => string | undefined) => machine((peer) => ({ dpop: bend(peer) }));
const pushed =
  (form: Fields): Case =>
  (peer) => ({
    form: {
      ...credentials(peer),
      response_type: 'code',
      redirect_uri: 'https://ehr.example/cb',
      scope: 'openid journal/read',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...form,
    },
    headers: {},
  });

const tokenCases: Readonly<Record<string, Case>> = {
  'all right': machine(),
  'aud: the token endpoint': byAssertion((peer) => assertion(peer, { aud: peer.endpoint('token') })),
  'aud: an array': byAssertion((peer) => assertion(peer, { aud: [peer.issuer] })),
  'aud: absent': byAssertion((peer) => assertion(peer, { aud: undefined })),
  'iss: another': byAssertion((peer) => assertion(peer, { iss: 'other' })),
  'sub: another': byAssertion((peer) => assertion(peer, { sub: 'other' })),
  'jti: absent': byAssertion((peer) => assertion(peer, { jti: undefined })),
  'exp: absent': byAssertion((peer) => assertion(peer, { exp: undefined })),
  'exp: past': byAssertion((peer) => assertion(peer, { iat: seconds() - 100, exp: seconds() - 30 })),
  'exp: as text': byAssertion((peer) => assertion(peer, { exp: String(seconds() + 50) })),
  'iat: 8 s ahead': byAssertion((peer) => assertion(peer, { iat: seconds() + 8 })),
  'iat: 90 s ahead': byAssertion((peer) => assertion(peer, { iat: seconds() + 90 })),
  'nbf: 90 s ahead': byAssertion((peer) => assertion(peer, { nbf: seconds() + 90 })),
  'another key': byAssertion((peer) => assertion(peer, {}, keyOf('thief'))),
  RS256: byAssertion((peer) => assertion(peer, {}, keyOf('ehr', 'RS256'))),
  'an assertion cut short': byAssertion((peer) => assertion(peer).slice(0, -3)),
  'no assertion': machine(() => ({ form: { client_assertion: undefined, client_assertion_type: undefined } })),
  'another assertion type': machine(() => ({ form: { client_assertion_type: 'urn:x' } })),
  'another client_id': machine(() => ({ form: { client_id: 'other' } })),
  JSON: machine(() => ({ contentType: 'application/json' })),
  'a parameter twice': machine(() => ({ form: { scope: ['journal/read', 'journal/read'] } })),
  'an unknown grant': machine(() => ({ form: { grant_type: 'password' } })),
  'no grant': machine(() => ({ form: { grant_type: undefined } })),
  'an unknown code': machine(() => ({
    form: { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://ehr.example/cb' },
  })),
  'an unknown refresh token': machine(() => ({ form: { grant_type: 'refresh_token', refresh_token: 'x' } })),
  'no proof': byProof(() => undefined),
  'proof without nonce': byProof((peer) => proof(peer, 'token', { nonce: undefined })),
  'proof with a foreign nonce': byProof((peer) => proof(peer, 'token', { nonce: 'abc' })),
  'proof for another method': byProof((peer) => proof(peer, 'token', { htm: 'GET' })),
  'proof for another URL': byProof((peer) => proof(peer, 'token', { htu: `${peer.issuer}/other` })),
  'proof with a query in htu': byProof((peer) => proof(peer, 'token', { htu: `${peer.endpoint('token')}?x=1` })),
  'proof of long ago': byProof((peer) => proof(peer, 'token', { iat: seconds() - 3600 })),
  'proof of tomorrow': byProof((peer) => proof(peer, 'token', { iat: seconds() + 3600 })),
  'proof without jti': byProof((peer) => proof(peer, 'token', { jti: undefined })),
  'proof without iat': byProof((peer) => proof(peer, 'token', { iat: undefined })),
  'proof of another type': byProof((peer) => proof(peer, 'token', {}, { typ: 'jwt' })),
  'proof with RS256': byProof((peer) => proof(peer, 'token', {}, {}, keyOf('ehr', 'RS256'))),
  'proof with a key that did not sign it': byProof((peer) =>
    proof(peer, 'token', {}, { jwk: { ...keyOf('thief').publicJwk } }),
  ),
  'proof with a private key': byProof((peer) =>
    proof(peer, 'token', {}, { jwk: { ...keyOf('dpop').publicJwk, d: 'AA' } }),
  ),
  'proof with crit': byProof((peer) => proof(peer, 'token', {}, { crit: ['x'], x: 1 })),
  'proof: nonsense': byProof(() => 'nonsense'),
  'a scope of nobody': machine(() => ({ form: { scope: 'admin' } })),
  'openid for a machine': machine(() => ({ form: { scope: 'openid' } })),
};

const pushCases: Readonly<Record<string, Case>> = {
  'all right': pushed({}),
  'no redirect_uri': pushed({ redirect_uri: undefined }),
  'redirect_uri: another': pushed({ redirect_uri: 'https://evil.example/cb' }),
  'redirect_uri: a path on top': pushed({ redirect_uri: 'https://ehr.example/cb/..;/x' }),
  'redirect_uri: a query on top': pushed({ redirect_uri: 'https://ehr.example/cb?x=1' }),
  'redirect_uri: a port': pushed({ redirect_uri: 'https://ehr.example:443/cb' }),
  'no challenge': pushed({ code_challenge: undefined, code_challenge_method: undefined }),
  'plain challenge': pushed({ code_challenge_method: 'plain' }),
  'response_type: token': pushed({ response_type: 'token' }),
  'response_type: absent': pushed({ response_type: undefined }),
  'response_mode: fragment': pushed({ response_mode: 'fragment' }),
  'response_mode: form_post': pushed({ response_mode: 'form_post' }),
  'prompt: none login': pushed({ prompt: 'none login' }),
  'prompt: unknown': pushed({ prompt: 'create' }),
  'max_age: text': pushed({ max_age: 'x' }),
  'max_age: negative': pushed({ max_age: '-1' }),
  request_uri: pushed({ request_uri: 'https://evil.example/r' }),
  'a parameter twice': pushed({ state: ['a', 'b'] }),
  'dpop_jkt: nonsense': pushed({ dpop_jkt: 'x' }),
  'resource: of nobody': pushed({ resource: 'https://nobody.example' }),
};

/** Where we and the oracle part: each time it takes what we refuse, and this is why we do. */
const stricter: Readonly<Record<string, string>> = {
  'token iat: 90 s ahead':
    'FAPI 2.0 SP 5.3.2.1 clause 13: more than 60 s ahead is refused; it looks at iat only when fresh matters',
  'token proof of long ago':
    'with a server nonce it takes any iat; we hold to RFC 9449 4.3 step 11 as well, which bounds the replay store',
  'token proof of tomorrow': 'the same',
  'token a scope of nobody':
    'it leaves an unknown scope out in silence; we say invalid_scope (RFC 6749 3.3 allows both)',
  'token openid for a machine': 'it leaves openid out in silence',
  'par dpop_jkt: nonsense': 'it finds out at the token endpoint; RFC 9449 10 says what a thumbprint looks like',
  'par resource: of nobody': 'it judges resource after the login; we tell the integrator before (RFC 8707 2)',
  'par response_mode: fragment': 'it serves fragment for code; we have query and form_post alone',
};

function compare(endpoint: 'token' | 'par', cases: Readonly<Record<string, Case>>) {
  for (const [name, make] of Object.entries(cases)) {
    test(name, async () => {
      const [mine, theirs] = [await send(ours, endpoint, make(ours)), await send(oracle, endpoint, make(oracle))];
      const accepted = { ours: mine.status < 300, oracle: theirs.status < 300 };
      const why = stricter[`${endpoint} ${name}`];
      const said = `we ${JSON.stringify(mine)}, oracle ${JSON.stringify(theirs)}`;
      if (why === undefined) assert.equal(accepted.ours, accepted.oracle, said);
      else assert.deepEqual(accepted, { ours: false, oracle: true }, `${said}; ${why}`);
    });
  }
}

describe('token endpoint', () => {
  compare('token', tokenCases);
  test('an assertion and a proof a second time', async () => {
    for (const peer of [ours, oracle]) {
      const first = machine()(peer);
      assert.equal((await send(peer, 'token', first)).status, 200);
      assert.notEqual((await send(peer, 'token', first)).status, 200);
      const again = machine(() => ({ form: { client_assertion: String(first.form.client_assertion) } }))(peer);
      assert.notEqual((await send(peer, 'token', again)).status, 200);
      const replayed = machine(() => ({ dpop: first.headers.dpop }))(peer);
      assert.notEqual((await send(peer, 'token', replayed)).status, 200);
    }
  });
});
describe('pushed requests', () => compare('par', pushCases));

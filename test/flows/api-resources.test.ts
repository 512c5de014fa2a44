// Two APIs and one login, with an independent client: a token for each, claims by each API's record, and its owner's limits (N5).
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import * as client from 'openid-client';
import type { Api } from '../../src/core/catalogue/index.ts';
import { catalogue, journalAudience, labAudience, OidcHub } from '../fakes/oidc-hub.ts';
import { type Serving, serveRoutes } from '../fakes/serve-routes.ts';
import { anna, application, proof } from '../fakes/ward.ts';

const redirectUri = 'https://app.example/cb';
const scope = 'openid profile journal/read journal/write lab/order';

let serving: Serving;
let issuer: URL;
let hub: OidcHub;
let key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
let jwk: object;

before(async () => {
  serving = await serveRoutes();
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
});
after(() => serving.close());

beforeEach(() => {
  const shared = {
    issuer: 'hub',
    organisation: 'hospital',
    grants: ['authorization_code', 'refresh_token', 'client_credentials'] as const,
    scopes: scope.split(' '),
    apis: ['journal', 'lab'],
    redirectUris: [redirectUri],
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk] } } as never,
  };
  // `plain` may use Bearer tokens: its profile does not ask for DPoP.
  const applications = [application('app', shared), application('plain', { ...shared, profile: 'basic' })];
  const url = `${serving.url}/helse`;
  issuer = new URL(url);
  hub = new OidcHub({
    catalogue: { ...catalogue({ applications }), issuers: new Map([['hub', { id: 'hub', url, brand: 'hub' }]]) },
  });
  hub.now = Date.now();
  refreshSession('advanced');
  serving.routes = hub.frontend.routes;
});

/** Anna's session, proven just now. */
function refreshSession(kind: 'advanced' | 'password'): void {
  const evidence = [proof('anna', kind, { provenAt: hub.now })];
  hub.store.sessions.set('s1', { ...hub.session, startedAt: hub.now, absoluteUntil: hub.now + 36_000_000, evidence });
}

interface Prepared {
  readonly config: client.Configuration;
  readonly options: { DPoP?: client.DPoPHandle };
}

async function prepare(id = 'app'): Promise<Prepared> {
  const auth = client.PrivateKeyJwt({ key, kid: 'k1' });
  const config = await client.discovery(issuer, id, undefined, auth, { execute: [client.allowInsecureRequests] });
  if (id === 'plain') return { config, options: {} };
  return { config, options: { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) } };
}

/** A whole login; `resource` for the APIs, `first` for the one of the first token. */
async function logIn(
  { config, options }: Prepared,
  resources: readonly string[] = [journalAudience, labAudience],
  first?: string,
) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const parameters = new URLSearchParams({
    redirect_uri: redirectUri,
    scope: resources.includes(labAudience) ? scope : 'openid profile journal/read',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  });
  for (const resource of resources) parameters.append('resource', resource);
  const url = await client.buildAuthorizationUrlWithPAR(config, parameters, options);
  const answer = await fetch(url, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  const checks = { pkceCodeVerifier, expectedState };
  return client.authorizationCodeGrant(config, back, checks, first === undefined ? {} : { resource: first }, options);
}

const refresh = ({ config, options }: Prepared, token: string | undefined, more: Record<string, string> = {}) =>
  client.refreshTokenGrant(config, token ?? '', more, options);

const shown = (token: string) => {
  const { aud, scope: scopes, ...claims } = decodeJwt(token);
  return { aud, scope: String(scopes), claims };
};

describe('one audience a token, chosen at each', () => {
  test('the first by resource, the next by resource at refresh, back again; each with its own scopes', async () => {
    const at = await prepare();
    const tokens = await logIn(at, [journalAudience, labAudience], labAudience);
    const first = shown(tokens.access_token);
    assert.deepEqual([first.aud, first.scope], [labAudience, 'openid profile lab/order']);
    for (const [resource, expected] of [
      [journalAudience, 'openid profile journal/read journal/write'],
      [labAudience, 'openid profile lab/order'],
    ] as const) {
      const next = await refresh(at, tokens.refresh_token, { resource });
      const { aud, scope: scopes } = shown(next.access_token);
      assert.deepEqual([aud, scopes, next.scope], [resource, expected, expected]);
    }
  });

  test('without resource: that of the scopes that are asked for, else the first of the request', async () => {
    const at = await prepare();
    const tokens = await logIn(at);
    assert.equal(shown(tokens.access_token).aud, journalAudience);
    const byScope = await refresh(at, tokens.refresh_token, { scope: 'lab/order' });
    assert.deepEqual([shown(byScope.access_token).aud, byScope.scope], [labAudience, 'lab/order']);
    const fewer = await refresh(at, tokens.refresh_token, { resource: journalAudience, scope: 'journal/read' });
    assert.equal(fewer.scope, 'journal/read', 'scopes are picked per token');
    assert.equal(shown((await refresh(at, tokens.refresh_token)).access_token).scope.includes('journal/write'), true);
  });

  test('a resource that was not granted, or that nobody knows: invalid_target, and the grant stays', async () => {
    const at = await prepare();
    const tokens = await logIn(at, [journalAudience]);
    for (const resource of [labAudience, 'https://nobody.example']) {
      await assert.rejects(refresh(at, tokens.refresh_token, { resource }), { error: 'invalid_target' });
    }
    const granted = await refresh(at, tokens.refresh_token, { resource: journalAudience });
    assert.equal(shown(granted.access_token).aud, journalAudience);
    await assert.rejects(logIn(at, ['https://nobody.example']), { error: 'invalid_target' });
    await assert.rejects(logIn(at, [journalAudience], labAudience), { error: 'invalid_target' });
  });

  test('a scope of the other API beside the resource: invalid_scope', async () => {
    const at = await prepare();
    const tokens = await logIn(at);
    const wrong = { resource: journalAudience, scope: 'lab/order' };
    await assert.rejects(refresh(at, tokens.refresh_token, wrong), { error: 'invalid_scope' });
  });
});

describe('what an API registers', () => {
  test('claims in access tokens are those of its record alone', async () => {
    hub.changeApi('journal', { claims: ['name', 'role'] });
    const at = await prepare();
    const tokens = await logIn(at);
    const names = ['name', 'given_name', 'role', 'organisation'];
    const told = (token: string) => names.filter((name) => name in shown(token).claims);
    assert.deepEqual(told(tokens.access_token), ['name', 'role']);
    const lab = await refresh(at, tokens.refresh_token, { resource: labAudience });
    assert.deepEqual(told(lab.access_token), [], 'the other API asked for none');
    assert.equal(tokens.claims()?.given_name, 'anna', 'the application is told by its scopes');
    hub.changeApi('lab', { claims: ['given_name'] });
    const later = await refresh(at, tokens.refresh_token, { resource: labAudience });
    assert.deepEqual(told(later.access_token), ['given_name'], 'a changed record holds from the next token on');
  });

  test('the lifetime of its tokens, never longer than the application lets them live', async () => {
    hub.changeApi('lab', { accessTokenSeconds: 60 });
    const at = await prepare();
    const tokens = await logIn(at);
    const lab = await refresh(at, tokens.refresh_token, { resource: labAudience });
    assert.deepEqual([tokens.expires_in, lab.expires_in], [600, 60]);
    hub.change('app', { accessTokenSeconds: 30 });
    assert.equal((await refresh(at, tokens.refresh_token, { resource: labAudience })).expires_in, 30);
  });

  test('a key for its tokens: a client without DPoP is refused, one that proves a key is not', async () => {
    const plain = await prepare('plain');
    assert.equal((await logIn(plain)).token_type, 'bearer');
    hub.changeApi('journal', { requireBoundTokens: true });
    await assert.rejects(logIn(plain), { error: 'invalid_dpop_proof' });
    assert.equal((await logIn(plain, undefined, labAudience)).token_type, 'bearer', 'the other API takes them');
    const proving = { ...plain, options: (await prepare()).options };
    assert.equal((await logIn(proving)).token_type, 'dpop');
  });
});

const never = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], zone: 'UTC' } as const;
/** A minute that is twelve hours away. */
function farHours(): Api['limits'] {
  const far = new Date(Date.now() + 12 * 3_600_000).toISOString().slice(11, 13);
  return { hours: [{ ...never, from: `${far}:00`, to: `${far}:01` }] };
}

describe('an owner limits who gets in: at login, at refresh and for machines', () => {
  const rows: readonly [what: string, limits: () => Api['limits'], rule: string, machine: boolean][] = [
    ['organisation', () => ({ organisations: ['clinic'] }), 'api.journal.organisations', true],
    ['profession', () => ({ professions: ['FA'] }), 'api.journal.professions', false],
    ['role', () => ({ roles: ['nurse'] }), 'api.journal.roles', false],
    ['hours', farHours, 'api.journal.hours', true],
    ['network', () => ({ networks: ['guest'] }), 'api.journal.networks', true],
  ];
  for (const [what, limits, rule, machine] of rows) {
    test(`${what}: refused by ${rule}`, async () => {
      const at = await prepare();
      const tokens = await logIn(at);
      hub.changeApi('journal', { limits: limits() });
      const text = new RegExp(rule.replaceAll('.', '\\.'));
      await assert.rejects(refresh(at, tokens.refresh_token), (thrown: client.ResponseBodyError) => {
        assert.deepEqual([thrown.error, text.test(thrown.error_description ?? '')], ['invalid_grant', true]);
        return true;
      });
      const trail = hub.store.audit.at(-1);
      assert.equal(trail?.kind, 'ticket.refused');
      assert.match(JSON.stringify(trail?.body), text, 'the trail names the rule');
      assert.equal(
        (await refresh(at, tokens.refresh_token, { resource: labAudience })).token_type,
        'dpop',
        'the other API',
      );
      await assert.rejects(logIn(at), (thrown: client.AuthorizationResponseError) => {
        assert.deepEqual([thrown.error, text.test(thrown.error_description ?? '')], ['access_denied', true]);
        return true;
      });
      const asMachine = client.clientCredentialsGrant(at.config, { scope: 'journal/read' }, at.options);
      await assert.rejects(asMachine, (thrown: client.ResponseBodyError) => {
        assert.equal(thrown.error, 'unauthorized_client');
        assert.match(thrown.error_description ?? '', machine ? text : /api\.journal\.machines/);
        return true;
      });
      hub.changeApi('journal', { limits: {} });
      assert.equal(shown((await refresh(at, tokens.refresh_token)).access_token).aud, journalAudience);
    });
  }

  test('profession: who has one of them gets in', async () => {
    hub.changeApi('journal', { limits: { professions: ['LE', 'SP'] } });
    const at = await prepare();
    await assert.rejects(logIn(at), { error: 'access_denied' });
    hub.store.people.set('anna', { ...anna, person: { ...anna.person, attributes: { profession: 'SP' } } });
    assert.equal(shown((await logIn(at)).access_token).aud, journalAudience);
  });

  test('client: one that is not approved, or not for the scope', async () => {
    const at = await prepare();
    hub.changeApi('journal', { limits: { clients: [{ client: 'plain' }] } });
    await assert.rejects(logIn(at), { error: 'invalid_target' });
    hub.changeApi('journal', { limits: { clients: [{ client: 'app', scopes: ['journal/read'] }] } });
    await assert.rejects(logIn(at), { error: 'invalid_scope' });
    assert.equal((await logIn(at, [journalAudience])).scope, 'openid profile journal/read');
    const machine = await client.clientCredentialsGrant(at.config, { resource: journalAudience }, at.options);
    assert.equal(machine.scope, 'journal/read', 'without scope: what the owner approved');
  });

  test('level: a session that proved less gets no token, one that proved enough does', async () => {
    const at = await prepare();
    const tokens = await logIn(at);
    hub.changeApi('journal', { minimumAssurance: 'high' });
    assert.equal(shown((await refresh(at, tokens.refresh_token)).access_token).aud, journalAudience);
    refreshSession('password');
    await assert.rejects(refresh(at, tokens.refresh_token), { error: 'invalid_grant' });
    await assert.rejects(logIn(at), { error: 'access_denied' });
    assert.equal((await refresh(at, tokens.refresh_token, { resource: labAudience })).token_type, 'dpop');
  });
});

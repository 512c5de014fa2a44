// Logouts of providers through the hub's own routes: who is listened to, what each attack gets, and anything at all.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { calm } from '../../../test/attacks/calm.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { UpstreamFake, upstreamIssuer, upstreamProvider } from '../../../test/fakes/upstream-provider.ts';
import { proof, snapshot } from '../../../test/fakes/ward.ts';
import type { HttpResponse } from '../../base/http/index.ts';
import { tokenHash } from '../../base/ids.ts';
import { defaultLifetimes, type Upstream } from '../../core/catalogue/index.ts';
import { createSessions, saveSession, startSession } from '../../core/sessions/index.ts';
import { logoutEvent } from '../../edge/connectors/oidc/index.ts';
import { upstreamLogoutRoutes } from '../../edge/web/upstream/index.ts';
import { upstreamLogoutPorts } from './upstream-logout.ts';

let hub: MemoryLogin;
let fake: UpstreamFake;
let routes: ReturnType<typeof upstreamLogoutRoutes>;

/** `idporten` and `regional` have one issuer and one client id; `quiet` takes no logouts, `framed` only in the browser. */
beforeEach(async () => {
  hub = new MemoryLogin();
  fake = new UpstreamFake();
  const record = (id: string, change: Partial<Upstream>) => [id, upstreamProvider(change, { id })] as const;
  hub.catalogue = snapshot({
    providers: new Map([
      record('idporten', { backchannelLogout: true, passLogout: true }),
      record('regional', { backchannelLogout: true, issuer: 'https://regional.example' }),
      record('framed', { frontchannelLogout: true }),
      record('quiet', {}),
    ]),
  });
  routes = upstreamLogoutRoutes(
    upstreamLogoutPorts({
      clock: () => hub.now,
      catalogue: () => hub.catalogue,
      sessions: hub.sessionPorts,
      judge: (provider, token, now) => {
        fake.provider = provider;
        fake.now = now;
        return fake.judgeLogout(token);
      },
      origin: 'https://hub.example',
    }),
  );
  for (const [id, provider, session] of [
    ['one', 'idporten', 'sid-1'],
    ['two', 'idporten', 'sid-2'],
    ['elsewhere', 'regional', 'sid-1'],
    ['shown', 'framed', 'sid-1'],
  ] as const) {
    const issuer = provider === 'regional' ? 'https://regional.example' : upstreamIssuer;
    const upstream = { issuer, subject: `sub-of-${id}`, session, issuedAt: hub.now };
    const evidence = [proof('bo', 'password', { connector: 'oidc', provider, upstream })];
    const given = { id, person: 'bo', evidence, where: { device: 'fixed' } as const, agent: 'x' };
    const saved = saveSession(startSession(given, defaultLifetimes, hub.now), tokenHash(id));
    const marks = createSessions(hub.sessionPorts).marks(id, evidence);
    await hub.commit({ claims: [], writes: [saved, ...marks], ifWon: [], ifLost: [] });
  }
});

const ended = (): readonly string[] =>
  [...hub.sessions.values()].flatMap(({ session }) => (session.endedAt === undefined ? [] : [session.id]));

async function call(path: string, sent: { body?: string | Buffer; type?: string; query?: string; ip?: string } = {}) {
  const [, , kind, provider = ''] = path.split('/');
  const route = routes.find((one) => one.path === `/login/${kind}/:provider`);
  assert.ok(route, path);
  const body = Buffer.from(sent.body ?? '');
  if (body.length > (route.maxBodyBytes ?? 0)) return { status: 413, headers: {}, body: '' };
  return await route.handle({
    method: route.method,
    path,
    query: sent.query ?? '',
    params: { provider },
    headers: { 'content-type': sent.type ?? 'application/x-www-form-urlencoded' },
    body,
    ip: sent.ip ?? '192.0.2.1',
  });
}
const tell = (token: string, provider = 'idporten', ip?: string): Promise<HttpResponse> =>
  call(`/login/backchannel-logout/${provider}`, { body: `logout_token=${token}`, ...(ip ? { ip } : {}) });
function token(change: Record<string, unknown> = {}): string {
  fake.now = hub.now;
  const jti = tokenHash(JSON.stringify(change));
  return fake.logoutToken((claims) => ({ ...claims, sub: undefined, jti, ...change }));
}
const lastCheck = () => hub.audit.findLast(({ kind }) => kind === 'session.logoutReceived')?.body.check;

describe('a logout token at a provider’s address', () => {
  test('ends what it names; 200 that is not stored (2.8)', async () => {
    const answer = await tell(token());
    assert.deepEqual([answer.status, answer.body, answer.headers['cache-control']], [200, '', 'no-store']);
    assert.deepEqual(ended(), ['one']);
    assert.equal((await tell(token({ jti: 'another' }))).status, 200, 'of a session that has ended already');
  });

  test('a refused one gets 400 with an error that is not stored, ends nothing, and stands in the trail by its check', async () => {
    const answer = await tell(token({ nonce: 'n' }));
    assert.deepEqual([answer.status, answer.headers['cache-control']], [400, 'no-store']);
    assert.equal(JSON.parse(String(answer.body)).error, 'invalid_request');
    assert.deepEqual([ended(), lastCheck()], [[], 'logout.noNonce']);
  });

  test('the same one again is refused, alone and at once', async () => {
    const once = token();
    const all = await Promise.all([1, 2, 3].map(() => tell(once)));
    assert.deepEqual(all.map(({ status }) => status).sort(), [200, 400, 400]);
    assert.equal((await tell(once)).status, 400);
    assert.equal(lastCheck(), 'logout.once');
    assert.equal(hub.audit.filter(({ kind }) => kind === 'session.ended').length, 1);
  });

  test('one provider’s token ends nothing of another’s, at its own address or at the other’s', async () => {
    assert.equal((await tell(token(), 'regional')).status, 400);
    assert.equal(lastCheck(), 'logout.issuer');
    assert.equal((await tell(token({ sid: 'sid-9' }))).status, 200);
    assert.deepEqual(ended(), []);
    assert.equal((await tell(token())).status, 200);
    assert.deepEqual(ended(), ['one'], 'the same sid is another session at another provider');
  });

  test('where the record does not take them there is no such address, and nobody is asked for keys', async () => {
    for (const provider of ['quiet', 'framed', 'nobody', '..', 'ID', 'x'.repeat(80)])
      assert.equal((await tell(token(), provider)).status, 404, provider);
    assert.deepEqual([ended(), fake.asked.length], [[], 0]);
  });

  test('only a form is read, with the token once; what else it holds is ignored (2.5)', async () => {
    const path = '/login/backchannel-logout/idporten';
    const right = token();
    const wrong = [
      { body: `logout_token=${right}`, type: 'text/plain' },
      { body: JSON.stringify({ logout_token: right }), type: 'application/json' },
      { body: `logout_token=${right}&logout_token=${right}` },
      { body: '' },
      { body: 'logout_token=' },
      { body: `logout_token=%${right}` },
      { body: `logout_token=${'x'.repeat(13_000)}` },
      { query: `logout_token=${right}` },
    ];
    for (const sent of wrong) assert.ok([400, 413].includes((await call(path, sent)).status), JSON.stringify(sent));
    assert.deepEqual(ended(), []);
    assert.equal((await call(path, { body: `state=x&logout_token=${right}` })).status, 200);
  });

  test('when the keys cannot be had it may be sent again: 400, and the token is not spent', async () => {
    fake.down.add('jwks');
    const kept = token();
    const answer = await tell(kept);
    assert.deepEqual([answer.status, JSON.parse(String(answer.body)).error], [400, 'temporarily_unavailable']);
    assert.equal(hub.audit.at(-1)?.outcome, 'failed');
    fake.down.clear();
    hub.now += 61_000;
    assert.equal((await tell(kept)).status, 200);
    assert.deepEqual(ended(), ['one']);
  });

  test('who only sends what is refused is not listened to for a while, and nobody else pays for it', async () => {
    for (let tries = 0; tries < 20; tries += 1) assert.equal((await tell('x', 'idporten', '2001:db8::1')).status, 400);
    const before = hub.audit.length;
    const answer = await tell(token(), 'idporten', '2001:db8::2');
    assert.deepEqual([answer.status, Number(answer.headers['retry-after']) > 0], [429, true]);
    assert.equal(hub.audit.length, before, 'no work and no record');
    assert.equal((await tell(token(), 'idporten', '2001:db8:0:1::1')).status, 200);
    hub.now += 5 * 60_000;
    assert.equal((await tell(token({ jti: 'later' }), 'idporten', '2001:db8::1')).status, 200);
  });

  test('a provider that tells of many logouts is never slowed down', async () => {
    for (let tries = 0; tries < 100; tries += 1)
      assert.equal((await tell(token({ sid: `sid-of-${tries}`, jti: `${tries}` }))).status, 200);
  });
});

describe('a frame of a provider’s logout page', () => {
  const frame = (provider: string, query: Record<string, string>) =>
    call(`/login/frontchannel-logout/${provider}`, { query: new URLSearchParams(query).toString() });
  const right = { iss: upstreamIssuer, sid: 'sid-1' };

  test('ends the session that issuer and sid name together; only that provider may frame it, and nothing is kept', async () => {
    const { status, headers, body } = await frame('framed', right);
    assert.deepEqual([status, ended()], [200, ['shown']]);
    assert.equal(
      headers['content-security-policy'],
      `default-src 'none'; frame-ancestors ${upstreamIssuer}; base-uri 'none'`,
    );
    assert.match(String(headers['cache-control']), /no-store/);
    assert.ok(!/<script|<form|<a /.test(String(body)) && headers['set-cookie'] === undefined);
  });

  test('does nothing by half of it, by another’s, or by a session that nobody has; it says no more than that', async () => {
    const { sid: _sid, ...issuer } = right;
    const { iss: _iss, ...session } = right;
    const halves = [issuer, session, {}, { ...right, iss: 'https://evil.example' }, { ...right, sid: '' }];
    for (const query of halves) assert.equal((await frame('framed', query)).status, 400, JSON.stringify(query));
    assert.equal((await call('/login/frontchannel-logout/framed', { query: 'iss=%&sid=1' })).status, 400);
    const twice = `${new URLSearchParams(right)}&sid=sid-1`;
    assert.equal((await call('/login/frontchannel-logout/framed', { query: twice })).status, 400);
    assert.deepEqual(
      await frame('framed', { ...right, sid: 'sid-9' }),
      await frame('framed', { ...right, sid: 'sid-8' }),
    );
    assert.equal((await frame('framed', { ...right, sid: 'sid-9' })).status, 200);
    assert.deepEqual(ended(), []);
  });

  test('is not there until the record turns it on', async () => {
    for (const provider of ['idporten', 'quiet', 'nobody']) assert.equal((await frame(provider, right)).status, 404);
    assert.deepEqual(ended(), []);
  });
});

test('what is registered at a provider: addresses and ways, by what its record turns on; no secret', async () => {
  const read = async (provider: string) => JSON.parse(String((await call(`/login/registration/${provider}`)).body));
  assert.deepEqual(await read('idporten'), {
    client_id: 'tillit',
    redirect_uris: ['https://hub.example/login/callback/idporten'],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks_uri: 'https://hub.example/login/client-jwks',
    post_logout_redirect_uris: ['https://hub.example/logged-out/back'],
    backchannel_logout_uri: 'https://hub.example/login/backchannel-logout/idporten',
    backchannel_logout_session_required: true,
  });
  const { frontchannel_logout_uri: front, backchannel_logout_uri: back } = await read('framed');
  assert.deepEqual([front, back], ['https://hub.example/login/frontchannel-logout/framed', undefined]);
  assert.equal((await call('/login/registration/nobody')).status, 404);
  const secret = { authentication: { method: 'client_secret_basic', sealedSecret: 'c2VhbGVk' } as const };
  hub.catalogue = snapshot({ providers: new Map([['by', upstreamProvider(secret, { id: 'by' })]]) });
  assert.ok(!JSON.stringify(await read('by')).includes('c2VhbGVk'));
});

describe('anything at all', () => {
  const values = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(null, -1, 1e300, '__proto__', 'x'.repeat(3000), { [logoutEvent]: {} }, ['tillit'], 'sid-1'),
  );
  const names = ['iss', 'aud', 'sub', 'sid', 'exp', 'iat', 'nbf', 'jti', 'events', 'nonce', 'azp', '__proto__', 'x'];
  const changes = fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 4 });
  const parts = fc.array(fc.oneof(fc.base64String({ maxLength: 60 }), fc.string({ maxLength: 30 })), { maxLength: 6 });
  const anywhere = (ip: number) => `10.${ip % 256}.${(ip >> 8) % 256}.${(ip >> 16) % 256}`;

  test('in a signed token: taken or refused, in little time, and only right ones end anything', async () => {
    let ip = 0;
    await fc.assert(
      fc.asyncProperty(
        changes,
        fc.dictionary(fc.constantFrom('typ', 'crit', 'kid', 'b64', 'cty', 'x'), values),
        async (claims, header) => {
          const made = fake.logoutToken(
            (all) => ({ ...all, jti: `${++ip}`, sid: 'sid-9', sub: 'nobody', ...claims }),
            header as never,
          );
          const { status } = await calm(() => tell(made, 'idporten', anywhere(ip)));
          assert.ok([200, 400, 413].includes(status), `${status}`);
          for (const record of hub.audit.splice(0)) assert.ok(JSON.stringify(record).length < 4000);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('in place of a token, of a form, and of a query', async () => {
    let ip = 0;
    await fc.assert(
      fc.asyncProperty(parts, fc.string({ unit: 'binary', maxLength: 80 }), async (some, text) => {
        const from = anywhere(++ip);
        const { status } = await calm(() => tell(encodeURIComponent(some.join('.')), 'idporten', from));
        assert.equal(status, 400);
        const raw = await calm(() => call('/login/backchannel-logout/idporten', { body: text, ip: from }));
        assert.equal(raw.status, 400);
        const query = await calm(() => call('/login/frontchannel-logout/framed', { query: text }));
        assert.equal(query.status, 400);
      }),
      { numRuns: 200 },
    );
    assert.deepEqual(ended(), []);
  });
});

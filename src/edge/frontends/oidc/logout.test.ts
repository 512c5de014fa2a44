// Logout by an application, and logout told to applications.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { claimsOf, headerOf, OidcClient, parsed } from '../../../../test/fakes/oidc-client.ts';
import { encoded, issuerUrl, keyOf, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { formCases } from '../../../../test/fakes/shared-cases.ts';
import type { HttpResponse } from '../../../base/http/index.ts';
import { signCompact } from '../../../base/jose/index.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import { deliverBackchannelLogout, type PostForm } from './backchannel-logout.ts';
import { registeredTarget } from './end-session.ts';

const bye = 'https://ehr.example/bye';

const logout = async (hub: OidcHub, query: Record<string, string | readonly string[]>, cookie?: string) =>
  hub.call(
    'GET',
    `/helse/end-session?${encoded(query)}`,
    cookie === undefined ? {} : { headers: { cookie: `s=${cookie}` } },
  );

const hintOf = async (hub: OidcHub, id = 'ehr') => String((await new OidcClient(hub, id).login()).id_token);

describeChecks('endSession', [
  ...formCases((hub, { form, body }) =>
    form === undefined && body === undefined
      ? hub.call('POST', '/helse/end-session', { form: {}, contentType: 'application/json' }).then(parsed)
      : hub.call('GET', `/helse/end-session?${body ?? encoded(form as Record<string, string>)}`).then(parsed),
  ),
  { check: 'logout.client', what: 'unknown', run: (hub) => logout(hub, { client_id: 'nobody' }) },
  { check: 'logout.client', what: 'of another issuer', run: (hub) => logout(hub, { client_id: 'elsewhere' }) },
  {
    check: 'logout.sameClient',
    what: 'another than the hint’s',
    run: async (hub) => logout(hub, { id_token_hint: await hintOf(hub), client_id: 'other' }),
  },
  ...[`${bye}?x=1`, 'https://evil.example', `${bye}/`, 'https://ehr.example@evil.example/bye'].map((uri) => ({
    check: 'logout.redirectUri',
    what: `${uri} (O11)`,
    run: (hub: OidcHub) => logout(hub, { client_id: 'ehr', post_logout_redirect_uri: uri }),
  })),
  {
    check: 'logout.redirectUri',
    what: 'nobody to have registered it (O11)',
    run: (hub) => logout(hub, { post_logout_redirect_uri: bye }),
  },
]);

const asked = (name: string) => (_: OidcHub, answer: unknown) =>
  String((answer as HttpResponse).headers.location).startsWith('https://hub.example/logout?') ? name : 'accepted';

/** A hint whose signature is not ours, or that is another kind of token of ours. */
const bentHint = async (hub: OidcHub, kind: 'signature' | 'type' | 'plain') => {
  const hint = await hintOf(hub);
  const key = keyOf(kind === 'signature' ? 'thief' : 'hub');
  return signCompact(
    { typ: kind === 'type' ? 'at+jwt' : 'JWT' },
    JSON.stringify({ ...claimsOf(hint), ...(kind === 'plain' ? { client_id: 'ehr' } : {}) }),
    key,
  );
};

describe('logout that must be asked for (O11)', () => {
  test('without an ID token of ours about this browser’s session', async () => {
    for (const [what, query, cookie] of [
      ['no hint', async () => ({ client_id: 'ehr' }), 's1'],
      ['a forged hint', async (hub: OidcHub) => ({ id_token_hint: await bentHint(hub, 'signature') }), 's1'],
      ['an access token', async (hub: OidcHub) => ({ id_token_hint: await bentHint(hub, 'type') }), 's1'],
      ['one for an API of older type', async (hub: OidcHub) => ({ id_token_hint: await bentHint(hub, 'plain') }), 's1'],
      ['a hint of another session', async (hub: OidcHub) => ({ id_token_hint: await hintOf(hub) }), 's2'],
    ] as const) {
      const hub = new OidcHub();
      hub.store.sessions.set('s2', { ...hub.session, id: 's2', person: 'bo' });
      const answer = await logout(hub, await query(hub), cookie);
      assert.equal(asked('asked')(hub, answer), 'asked', what);
      assert.deepEqual(hub.ended, [], what);
    }
  });
});

describeChecks(
  'silentLogout',
  [
    {
      check: 'logout.session',
      what: 'a hint of another session than the browser’s',
      run: async (hub) => {
        hub.store.sessions.set('s2', { ...hub.session, id: 's2', person: 'bo' });
        return logout(hub, { id_token_hint: await hintOf(hub) }, 's2');
      },
    },
  ],
  asked('logout.session'),
);

describe('end_session', () => {
  test('with the ID token of this browser’s session: ended at once, back to the application with state', async () => {
    const hub = new OidcHub();
    const id_token_hint = await hintOf(hub);
    const answer = await logout(hub, { id_token_hint, post_logout_redirect_uri: bye, state: 'x&y' }, 's1');
    assert.equal(answer.status, 303);
    const target = new URLSearchParams({ application: 'ehr', uri: bye, state: 'x&y' });
    assert.equal(answer.headers.location, `https://hub.example/logged-out/s1?${target}`);
    assert.deepEqual(answer.headers['set-cookie'], ['s=; Max-Age=0']);
    assert.deepEqual(hub.ended, [{ session: 's1', by: 'logoutByApplication' }]);
  });

  test('an expired ID token counts; without a target our own page says so', async () => {
    const hub = new OidcHub();
    const id_token_hint = await hintOf(hub);
    hub.now += 3_600_000;
    const answer = await logout(hub, { id_token_hint });
    assert.match(String(answer.headers.location), /^https:\/\/hub\.example\/logged-out\/s1/);
    assert.equal(hub.ended.length, 1);
  });

  test('by POST too', async () => {
    const hub = new OidcHub();
    const form = { id_token_hint: await hintOf(hub), post_logout_redirect_uri: bye };
    const { location } = (await hub.call('POST', '/helse/end-session', { form })).headers;
    assert.match(String(location), /\/logged-out\/s1\?application=ehr&uri=https/);
  });

  test('without a hint the person is asked, with the checked target', async () => {
    const hub = new OidcHub();
    const answer = await logout(hub, { client_id: 'ehr', post_logout_redirect_uri: bye, state: 's' }, 's1');
    const url = new URL(String(answer.headers.location));
    assert.equal(url.pathname, '/logout');
    assert.deepEqual(Object.fromEntries(url.searchParams), { application: 'ehr', uri: bye, state: 's' });
    const target = { application: 'ehr', uri: bye };
    assert.deepEqual(registeredTarget(hub.catalogue, target), target);
    assert.equal(registeredTarget(hub.catalogue, { application: 'ehr', uri: 'https://evil.example' }), undefined);
    assert.equal(registeredTarget(hub.catalogue, { application: 'nobody', uri: bye }), undefined);
  });
});

describe('back-channel logout', () => {
  const message: Delivery = {
    id: 'logout s1 ehr',
    kind: 'backchannelLogout',
    key: 'logout s1 ehr',
    payload: { application: 'ehr', issuer: 'hub', subject: 'anna', session: 's1', by: 'logout' },
    notBefore: 0,
    attempts: 1,
  };
  const deliver = (hub: OidcHub, post: PostForm, payload = message.payload) =>
    deliverBackchannelLogout({ ...message, payload }, { ...hub.ports, post });

  test('a logout token to the registered URI, and a record', async () => {
    const hub = new OidcHub();
    const sent: { uri: string; body: string; limits: object }[] = [];
    const outcome = await deliver(hub, async (uri, body, limits) => {
      sent.push({ uri, body, limits });
      return { status: 200 };
    });
    assert.deepEqual(outcome, { kind: 'delivered' });
    assert.equal(sent[0]?.uri, 'https://ehr.example/backchannel');
    const token = sent[0]?.body.replace('logout_token=', '');
    assert.equal(headerOf(token).typ, 'logout+jwt');
    const { jti, iat, exp, ...claims } = claimsOf(token);
    assert.deepEqual(claims, {
      iss: issuerUrl,
      aud: 'ehr',
      sub: 'anna',
      sid: 's1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    assert.equal(typeof jti, 'string');
    assert.equal(Number(exp) - Number(iat), 120);
    assert.equal(hub.store.audit.at(-1)?.kind, 'session.logoutSent');
  });

  test('each try is a token of its own', async () => {
    const hub = new OidcHub();
    const ids = new Set<unknown>();
    const post: PostForm = async (_, body) => {
      ids.add(claimsOf(body.replace('logout_token=', '')).jti);
      return { status: 204 };
    };
    await deliver(hub, post);
    await deliver(hub, post);
    assert.equal(ids.size, 2);
  });

  test('refused, redirected or unreachable: failed, to be tried again, and recorded', async () => {
    const hub = new OidcHub();
    for (const post of [
      async () => ({ status: 400 }),
      async () => ({ status: 302 }),
      async () => Promise.reject(new Error('connect ECONNREFUSED')),
    ]) {
      assert.equal((await deliver(hub, post)).kind, 'failed');
      assert.equal(hub.store.audit.at(-1)?.kind, 'session.logoutFailed');
    }
  });

  test('nobody to tell: no URI, no application, another issuer, a payload that is none', async () => {
    const hub = new OidcHub();
    const never: PostForm = async () => assert.fail('sent');
    for (const change of [
      { application: 'other' },
      { application: 'nobody' },
      { issuer: 'second' },
      { issuer: 'gone' },
      { subject: 7 },
    ]) {
      assert.deepEqual(await deliver(hub, never, { ...message.payload, ...change }), { kind: 'nobody' });
    }
  });
});

// Attacks on the OpenID provider by odd inputs: names, times, encodings and hints that a list of checks does not name.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signCompact } from '../../src/base/jose/index.ts';
import { claimsOf, OidcClient, parsed } from '../fakes/oidc-client.ts';
import { encoded, keyOf, OidcHub } from '../fakes/oidc-hub.ts';
import { onlyObject } from '../fakes/oidc-requests.ts';

describe('O1: a registered loopback address is no pattern', () => {
  const registered = 'http://127.0.0.1/cb';
  for (const uri of [
    'http://127.0.0.1:8080/cb',
    'http://127.0.0.1:*/cb',
    'http://127.0.0.2/cb',
    'http://localhost/cb',
    'http://[::1]/cb',
    'http://2130706433/cb',
    'http://127.0.0.1/cb?',
    'http://127.0.0.1/cb%00',
    'http://127.0.0.1/CB',
    ' http://127.0.0.1/cb',
    'http://127.0.0.1\\@evil.example/cb',
  ]) {
    test(uri, async () => {
      const hub = new OidcHub();
      hub.change('ehr', { redirectUris: [registered] });
      const client = new OidcClient(hub, 'ehr');
      assert.equal((await client.push({ redirect_uri: registered })).status, 201);
      const answer = await client.push({ redirect_uri: uri });
      assert.deepEqual([answer.status, answer.error], [400, 'invalid_request']);
    });
  }
});

describe('claims that are no wish', () => {
  const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
  for (const [what, claims] of [
    ['__proto__', '{"id_token":{"__proto__":null}}'],
    ['__proto__ in an escape', '{"id_token":{"\\u005f_proto__":{"value":"x"}}}'],
    ['a name twice', '{"id_token":{"sub":{"value":"anna"},"sub":{"value":"bo"}}}'],
    ['a name twice, once escaped', '{"id_token":{"sub":null,"s\\u0075b":null}}'],
    ['forty levels', `{"id_token":{"x":${deep}}}`],
    ['a lone surrogate', '{"id_token":{"acr":{"value":"\\ud800"}}}'],
    [
      'fifty-one names',
      JSON.stringify({ id_token: Object.fromEntries([...Array(51).keys()].map((n) => [`c${n}`, null])) }),
    ],
    ['an essential that is a text', '{"id_token":{"acr":{"essential":"true","values":["high"]}}}'],
    ['a sub that is a list', '{"id_token":{"sub":{"value":["anna"]}}}'],
    ['two subs', '{"id_token":{"sub":{"value":"anna"}},"userinfo":{"sub":{"value":"bo"}}}'],
  ] as const) {
    test(what, async () => {
      const answer = await new OidcClient(new OidcHub(), 'ehr').push({ claims });
      assert.deepEqual([answer.status, answer.error], [400, 'invalid_request']);
    });
  }
});

describe('a form that two readers would read differently', () => {
  for (const [what, body] of [
    ['bytes that are no UTF-8', 'state=%ff%fe'],
    ['an overlong slash', 'state=%c0%af'],
    ['half an escape', 'state=%2'],
    ['NUL', 'state=a%00b'],
    ['a name with NUL', 'st%00ate=a'],
    ['__proto__', '__proto__=x'],
    ['constructor', 'constructor=x'],
    ['the client twice', 'client_id=ehr'],
    ['the client twice, once escaped', 'client%5fid=other'],
    ['the assertion twice, once empty', 'client_assertion='],
    ['a line end in a value', 'nonce=a%0d%0ab'],
  ] as const) {
    test(what, async () => {
      const hub = new OidcHub();
      const client = new OidcClient(hub, 'ehr');
      const good = encoded({ ...client.request({ state: undefined, nonce: undefined }), ...client.credentials().form });
      const bad = await hub.call('POST', '/helse/par', { body: `${good}&${body}` });
      assert.deepEqual([bad.status, parsed(bad).error], [400, 'invalid_request']);
      assert.equal((await hub.call('POST', '/helse/par', { body: good })).status, 201);
    });
  }

  test('a parameter without a value is left out, also resource (RFC 6749 3.1)', async () => {
    const client = new OidcClient(new OidcHub(), 'ehr');
    assert.equal((await client.push({ resource: '', prompt: '', max_age: '', claims: '' })).status, 201);
    assert.equal((await client.machine({ resource: '', scope: 'journal/read' })).status, 200);
  });
});

describe('clock edges of what a client signs', () => {
  for (const [ahead, status] of [
    [10, 201],
    [11, 401],
    [60, 401],
    [61, 401],
  ] as const) {
    test(`client assertion with iat and nbf ${ahead} s ahead: ${status}`, async () => {
      const client = new OidcClient(new OidcHub(), 'ehr');
      const at = client.seconds + ahead;
      const client_assertion = client.assertion({ iat: at, nbf: at });
      assert.equal((await client.push({ client_assertion })).status, status);
    });
  }

  test('times with a fraction, or beyond all calendars, are no fault of ours', async () => {
    for (const [exp, status] of [
      [30.0005, 201],
      [-1, 401],
      [1e300, 401],
    ] as const) {
      const client = new OidcClient(new OidcHub(), 'ehr');
      const answer = await client.push({ client_assertion: client.assertion({ exp: client.seconds + exp }) });
      assert.equal(answer.status, status, String(exp));
    }
    const client = new OidcClient(new OidcHub(), 'ehr');
    const dpop = client.proof('token', { claims: { iat: client.seconds - 0.0005 } });
    assert.equal((await client.machine({}, { dpop })).status, 200);
    assert.equal((await client.machine({}, { dpop })).error, 'invalid_dpop_proof');
    for (const status of [201, 400]) {
      const answer = await client.post('par', onlyObject(client, { exp: client.seconds + 30.0005, jti: 'once' }));
      assert.equal(answer.status, status);
    }
  });
});

describe('O11: a logout that comes without our cookie', () => {
  test('by a stranger’s form with a hint of another session: this browser’s session stays', async () => {
    const hub = new OidcHub();
    const hint = String((await new OidcClient(hub, 'ehr').login()).id_token);
    hub.store.sessions.set('s2', { ...hub.session, id: 's2', person: 'bo' });
    const answer = await hub.call('POST', '/helse/end-session', { form: { id_token_hint: hint } });
    assert.equal(answer.headers['set-cookie'], undefined);
    assert.deepEqual(hub.ended, [{ session: String(claimsOf(hint).sid), by: 'logoutByApplication' }]);
  });
});

describe('O6: a nonce of another hub or time', () => {
  test('is asked for anew, and the proof is not spent', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const nonce = hub.nonce();
    const foreign = `${nonce.split('.')[0]}.${'A'.repeat(27)}`;
    for (const bad of [foreign, `${nonce}A`, nonce.toUpperCase(), '0.', '.'.repeat(4000)]) {
      const answer = await client.machine({}, { dpop: client.proof('token', { claims: { nonce: bad } }) });
      assert.deepEqual([answer.status, answer.error], [400, 'use_dpop_nonce'], bad.slice(0, 40));
    }
    const old = client.proof('token', { claims: { nonce } });
    hub.now += 6 * 60_000;
    const late = client.proof('token', { claims: { nonce } });
    assert.equal((await client.machine({}, { dpop: late })).error, 'use_dpop_nonce');
    assert.notEqual((await client.machine({}, { dpop: old })).status, 200);
  });
});

describe('single use at the PAR endpoint', () => {
  test('an assertion counts once', async () => {
    const client = new OidcClient(new OidcHub(), 'ehr');
    const client_assertion = client.assertion();
    assert.equal((await client.push({ client_assertion })).status, 201);
    const again = await client.push({ client_assertion });
    assert.deepEqual([again.status, again.error], [401, 'invalid_client']);
  });

  test('a proof counts once', async () => {
    const client = new OidcClient(new OidcHub(), 'ehr');
    const headers = { dpop: client.proof('par') };
    assert.equal((await client.push({}, { headers })).status, 201);
    const again = await client.push({}, { headers });
    assert.deepEqual([again.status, again.error], [400, 'invalid_dpop_proof']);
  });
});

test('a code lives 60 s at most, whatever the settings say', async () => {
  const hub = new OidcHub();
  const { settings } = hub.catalogue;
  hub.catalogue = { ...hub.catalogue, settings: { ...settings, lifetimes: { ...settings.lifetimes, code: 600 } } };
  const client = new OidcClient(hub, 'ehr');
  const code = await client.code();
  hub.now += 60_000;
  assert.equal((await client.redeem(code)).error, 'invalid_grant');
});

test('an assertion counts once at revocation too', async () => {
  const client = new OidcClient(new OidcHub(), 'ehr');
  const form = { token: 'unknown', client_assertion: client.assertion() };
  assert.equal((await client.post('revoke', form)).status, 200);
  assert.equal((await client.post('revoke', form)).error, 'invalid_client');
});

test('an ID token that the same key signed for another issuer is no hint (O7)', async () => {
  const client = new OidcClient(new OidcHub(), 'ehr');
  const claims = claimsOf((await client.login()).id_token);
  for (const [iss, status] of [
    [claims.iss, 201],
    ['https://hub.example/other', 400],
  ] as const) {
    const id_token_hint = signCompact({ typ: 'JWT' }, JSON.stringify({ ...claims, iss }), keyOf('hub'));
    assert.equal((await client.push({ id_token_hint })).status, status);
  }
});

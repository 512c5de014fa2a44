// Anything at all at every endpoint: an answer of the protocol or a page, never a fault, never anything unbounded.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { askPerson, pollPerson } from '../../../../test/fakes/backchannel-user.ts';
import { askDevice, findDevice, poll } from '../../../../test/fakes/device-user.ts';
import { claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { encoded, keyOf, OidcHub, tokenExchange } from '../../../../test/fakes/oidc-hub.ts';
import { publishedJwk, signCompact } from '../../../base/jose/index.ts';
import { accessTokenType, mostLiveKeys } from '../../../core/grants/index.ts';
import { readClaimsParameter } from './claims-parameter.ts';
import { readIdTokenHint } from './id-token-hint.ts';

const names = [
  ...['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type', 'code', 'scope'],
  ...['redirect_uri', 'code_verifier', 'code_challenge', 'code_challenge_method', 'refresh_token', 'token', 'resource'],
  ...['request', 'request_uri', 'response_type', 'response_mode', 'state', 'nonce', 'prompt', 'max_age', 'acr_values'],
  ...['claims', 'login_hint', 'ui_locales', 'id_token_hint', 'dpop_jkt', 'post_logout_redirect_uri', 'registration'],
  ...['subject_token', 'subject_token_type', 'requested_token_type', 'actor_token', 'audience'],
];

const values = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.json({ maxDepth: 4 }),
  fc.webUrl(),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '\u0000',
    'null',
    '-1',
    '1e400',
    'a.b.c',
    'urn:ietf:params:oauth:request_uri:x',
  ),
  fc.constantFrom('code', 'openid', 'S256', 'ehr', 'portal', 'legacy', 'authorization_code', 'refresh_token', 'none'),
  fc.constantFrom('x'.repeat(3000), '['.repeat(300), `{"id_token":${'{"a":'.repeat(40)}`),
);
const fields = fc.dictionary(
  fc.oneof({ arbitrary: fc.constantFrom(...names), weight: 9 }, { arbitrary: fc.string({ maxLength: 10 }), weight: 1 }),
  fc.oneof({ arbitrary: values, weight: 9 }, { arbitrary: fc.array(values, { maxLength: 3 }), weight: 1 }),
  { maxKeys: 14 },
);
const headers = fc.dictionary(
  fc.constantFrom('authorization', 'dpop', 'accept', 'cookie', 'content-type'),
  fc.oneof(
    values.map((text) => text.replace(/[^\x20-\x7e]/g, '?')),
    fc.constantFrom('Basic OjpB', 'Basic %%%', 'DPoP a.b.c', 'Bearer x', 'Basic bGVnYWN5OnglWg=='),
  ),
);

const statuses = new Set([200, 201, 303, 400, 401, 403]);
const endpoints = [
  ...['par', 'authorize', 'token', 'userinfo', 'introspect', 'revoke', 'end-session', 'client-keys'],
  ...['device_authorization', 'bc-authorize'],
];

async function sound(hub: OidcHub, method: 'GET' | 'POST', path: string, sent: Parameters<OidcHub['call']>[2]) {
  const answer = await hub.call(method, path, sent);
  assert.ok(statuses.has(answer.status) || answer.status === 404, `${answer.status} ${answer.body}`);
  assert.ok(String(answer.body ?? '').length < 100_000);
  for (const value of Object.values(answer.headers).flat()) assert.ok(!/[\r\n]/.test(value), value);
  for (const record of hub.store.audit.splice(0)) assert.ok(JSON.stringify(record).length < 12_000);
}

describe('anything at every endpoint', () => {
  for (const endpoint of endpoints) {
    test(endpoint, async () => {
      const hub = new OidcHub();
      await fc.assert(
        fc.asyncProperty(fields, headers, fc.boolean(), async (form, extra, posted) => {
          const path = `/helse/${endpoint}`;
          if (posted) await sound(hub, 'POST', path, { form, headers: extra });
          else await sound(hub, 'GET', path, { query: encoded(form), headers: extra });
        }),
        { numRuns: 200 },
      );
    });
  }

  test('bytes that are no form', async () => {
    const hub = new OidcHub();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...endpoints), fc.string({ unit: 'binary' }), async (endpoint, body) => {
        await sound(hub, 'POST', `/helse/${endpoint}`, { body });
        await sound(hub, 'GET', `/helse/${endpoint}`, { query: body });
      }),
      { numRuns: 300 },
    );
  });
});

describe('anything from an authenticated client', () => {
  test('a ticket to exchange', async () => {
    const hub = new OidcHub();
    const token = String((await new OidcClient(hub, 'ehr').login()).access_token);
    const client = new OidcClient(hub, 'journal-actor');
    await fc.assert(
      fc.asyncProperty(fields, fc.json({ maxDepth: 3 }), fc.boolean(), async (form, act, forged) => {
        const { client_assertion: _, client_assertion_type: __, client_id: ___, client_secret: ____, ...asked } = form;
        const claims = { ...claimsOf(token), act: JSON.parse(act), original_client_id: JSON.parse(act) };
        const bent = forged ? signCompact({ typ: 'at+jwt' }, JSON.stringify(claims), keyOf('hub')) : token;
        const right = { subject_token: bent, subject_token_type: accessTokenType, scope: 'lab/order' };
        const answer = await client.token({ ...right, ...asked, grant_type: tokenExchange } as never);
        assert.ok([200, 400].includes(answer.status), JSON.stringify(answer));
      }),
      { numRuns: 200 },
    );
  });

  test('a device’s request, its polls, and what a person types', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'thick');
    await fc.assert(
      fc.asyncProperty(fields, fc.string({ unit: 'grapheme', maxLength: 60 }), async (form, typed) => {
        const { client_assertion: _, client_assertion_type: __, client_id: ___, client_secret: ____, ...asked } = form;
        const answer = await askDevice(client, asked as never);
        assert.ok([200, 400].includes(answer.status), JSON.stringify(answer));
        assert.equal((await poll(client, answer.device_code ?? typed, asked as never)).status, 400);
        assert.ok(['unknown', 'tooMany'].includes(String(await findDevice(hub, typed))));
      }),
      { numRuns: 200 },
    );
    assert.equal(hub.store.codes.size, 0);
  });

  test('a request through the back channel, its polls, and what a browser asks for', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'thick');
    const text = fc.string({ unit: 'grapheme', maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(fields, text, text, async (form, login_hint, binding_message) => {
        const { client_assertion: _, client_assertion_type: __, client_id: ___, client_secret: ____, ...asked } = form;
        const answer = await askPerson(client, { login_hint, binding_message, ...asked } as never);
        assert.ok([200, 400, 403].includes(answer.status), JSON.stringify(answer));
        assert.equal((await pollPerson(client, answer.auth_req_id ?? login_hint, asked as never)).status, 400);
        assert.equal(await hub.frontend.backchannel.find('anna', login_hint), undefined);
      }),
      { numRuns: 200 },
    );
    assert.equal(hub.store.codes.size, 0);
  });

  test('a key to register', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'robot');
    const token = String((await client.machine({ scope: 'client:keys' })).access_token);
    const member = fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'k', 'kid', 'alg', 'use', 'key_ops', 'exp');
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('EC', 'RSA', 'P-256', 'AQAB', 'ES256', 'sig'),
    );
    const jwks = fc.oneof(
      fc.dictionary(member, value).map((each) => JSON.stringify(each)),
      fc.dictionary(member, value).map((each) => JSON.stringify({ ...publishedJwk(keyOf('new')), ...each })),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(jwks, async (body) => {
        const dpop = client.proof('client-keys', { token });
        const headers = { authorization: `DPoP ${token}`, dpop };
        const answer = await hub.call('POST', client.url('client-keys'), {
          body,
          contentType: 'application/json',
          headers,
        });
        assert.ok([201, 400, 503].includes(answer.status), String(answer.body));
        assert.ok(hub.store.clientKeys.size <= mostLiveKeys);
      }),
      { numRuns: 300 },
    );
  });

  test('pushed requests, plain and signed', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    await fc.assert(
      fc.asyncProperty(fields, fc.boolean(), async (form, signed) => {
        const { client_assertion: _, client_assertion_type: __, client_id: ___, client_secret: ____, ...asked } = form;
        const claims = {
          iss: 'ehr',
          aud: 'https://hub.example/helse',
          exp: client.seconds + 9,
          nbf: client.seconds,
          client_id: 'ehr',
        };
        const request = signCompact({}, JSON.stringify({ ...client.request(), ...asked, ...claims }), client.key);
        const answer = signed ? await client.post('par', { request }) : await client.push(asked as never);
        assert.ok([201, 400].includes(answer.status), JSON.stringify(answer));
        for (const { request: kept } of hub.store.pushed.values()) assert.ok(JSON.stringify(kept).length < 30_000);
        hub.store.pushed.clear();
      }),
      { numRuns: 200 },
    );
  });

  test('the token endpoint', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const tokens = await client.login();
    await fc.assert(
      fc.asyncProperty(
        fields,
        fc.constantFrom('authorization_code', 'refresh_token', 'client_credentials'),
        async (form, grant) => {
          const {
            client_assertion: _,
            client_assertion_type: __,
            client_id: ___,
            client_secret: ____,
            ...asked
          } = form;
          const own = grant === 'refresh_token' ? { refresh_token: String(tokens.refresh_token) } : {};
          const answer = await client.token({ ...asked, ...own, grant_type: grant } as never);
          assert.ok([200, 400, 401].includes(answer.status), JSON.stringify(answer));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('parsers', () => {
  test('claims', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.string()), (text) => {
        const reading = readClaimsParameter(text);
        if (reading.ok) assert.ok(reading.wish.idToken.length <= 50 && reading.wish.userinfo.length <= 50);
      }),
    );
  });

  test('ID token hints', () => {
    const hub = new OidcHub();
    const expected = { issuer: 'https://hub.example/helse', client: undefined, keys: [], catalogue: hub.catalogue };
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (claims, text) => {
        assert.equal(readIdTokenHint(text, expected).ok, false);
        assert.equal(
          readIdTokenHint(signCompact({ typ: 'JWT' }, JSON.stringify(claims), keyOf('x')), expected).ok,
          false,
        );
      }),
      { numRuns: 50 },
    );
  });
});

// Where tickets come back: userinfo, introspection, revocation.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CheckCase, describeChecks } from '../../../../test/fakes/check-cases.ts';
import {
  type Answer,
  assertionType,
  claimsOf,
  headerOf,
  OidcClient,
  parsed,
} from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, journalAudience, keyOf, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { type Ask, clientCases, dpopCases, formCases } from '../../../../test/fakes/shared-cases.ts';
import { minute } from '../../../../test/fakes/ward.ts';
import { readJwks, signCompact } from '../../../base/jose/index.ts';

type Headers = Record<string, string | readonly string[] | undefined>;

/** Userinfo with Anna's ticket of the EHR; `headers` bend the request. */
const info =
  (
    headers: (client: OidcClient, token: string, hub: OidcHub) => Headers | Promise<Headers>,
    id = 'ehr',
    request = {},
  ) =>
  async (hub: OidcHub) => {
    const client = new OidcClient(hub, id);
    const token = String((await client.login(request)).access_token);
    return client.userinfo(token, await headers(client, token, hub));
  };

/** A token that the hub itself signed, with claims bent. */
const forged = (token: string, bent: Record<string, unknown>, header: Record<string, string> = { typ: 'at+jwt' }) =>
  signCompact(header, JSON.stringify({ ...claimsOf(token), ...bent }), keyOf('hub'));

const asToken = (client: OidcClient, token: string): Headers => ({
  authorization: `DPoP ${token}`,
  dpop: client.proof('userinfo', { method: 'GET', token }),
});

const proofCase = (cases: readonly CheckCase[]) => cases.filter(({ what }) => !/RS256|two headers|no JWT/.test(what));

describeChecks('userinfo', [
  {
    check: 'userinfo.header',
    what: 'two Authorization headers',
    run: info((_, token) => ({ authorization: [`DPoP ${token}`, `DPoP ${token}`] })),
  },
  { check: 'userinfo.header', what: 'Basic', run: info(() => ({ authorization: 'Basic YTpi' })) },
  {
    check: 'userinfo.header',
    what: 'in the query',
    run: async (hub) => {
      const { access_token: token } = await new OidcClient(hub, 'portal').login();
      return parsed(await hub.call('GET', `/helse/userinfo?access_token=${token}`));
    },
  },
  {
    check: 'userinfo.header',
    what: 'in a form beside the header',
    run: async (hub) => {
      const { access_token: token } = await new OidcClient(hub, 'portal').login();
      const headers = { authorization: `Bearer ${token}` };
      return parsed(await hub.call('POST', '/helse/userinfo', { form: { access_token: String(token) }, headers }));
    },
  },
  { check: 'userinfo.present', what: 'no token', run: info(() => ({ authorization: undefined })) },
  { check: 'userinfo.token', what: 'nonsense', run: info((client) => asToken(client, 'nonsense')) },
  {
    check: 'userinfo.token',
    what: 'cut short (O7)',
    run: info((client, token) => asToken(client, token.slice(0, -2))),
  },
  {
    check: 'userinfo.token',
    what: 'expired',
    run: info((client, token, hub) => {
      hub.now += 10 * minute;
      return asToken(client, token);
    }),
  },
  {
    check: 'userinfo.token',
    what: 'an ID token',
    run: async (hub) => {
      const client = new OidcClient(hub, 'ehr');
      const { id_token: token } = await client.login();
      return client.userinfo(token);
    },
  },
  {
    check: 'userinfo.token',
    what: 'of another issuer',
    run: info((client, token) => asToken(client, forged(token, { iss: 'https://hub.example' }))),
  },
  {
    check: 'userinfo.token',
    what: 'signed with a key of ours for another use',
    run: info((client, token) =>
      asToken(client, signCompact({ typ: 'at+jwt' }, JSON.stringify(claimsOf(token)), keyOf('hub', 'PS256'))),
    ),
  },
  {
    check: 'userinfo.scheme',
    what: 'a bound token as Bearer (O6)',
    run: info((client, token) => ({
      authorization: `Bearer ${token}`,
      dpop: client.proof('userinfo', { method: 'GET', token }),
    })),
  },
  {
    check: 'userinfo.scheme',
    what: 'a Bearer token as DPoP',
    run: info((client, token) => asToken(client, token), 'portal'),
  },
  { check: 'dpop.required', what: 'no proof (O6)', run: info(() => ({ dpop: undefined })) },
  ...proofCase(
    dpopCases(
      'userinfo',
      async (hub, { headers }) =>
        info((_, token) => {
          // The proof is for the right token but for what the case bends.
          const client = new OidcClient(hub, 'ehr');
          const bent = claimsOf(String(headers?.dpop));
          const ath = claimsOf(client.proof('userinfo', { method: 'GET', token })).ath;
          const claims = {
            ...bent,
            ath,
            ...('nonce' in bent ? {} : { nonce: undefined }),
            ...('jti' in bent ? {} : { jti: undefined }),
          };
          return typeof headers?.dpop === 'string' && headers.dpop.includes('.')
            ? { dpop: client.proof('userinfo', { method: 'GET', claims }) }
            : { dpop: headers?.dpop };
        })(hub),
      'GET',
      () => 'token',
    ),
  ),
  {
    check: 'dpop.proof',
    what: 'no ath (O6)',
    run: info((client) => ({ dpop: client.proof('userinfo', { method: 'GET' }) })),
  },
  {
    check: 'dpop.proof',
    what: 'ath of another token (O6)',
    run: info((client) => ({ dpop: client.proof('userinfo', { method: 'GET', token: 'other' }) })),
  },
  {
    check: 'userinfo.proof',
    what: 'another key (O6)',
    run: info((client, token) => ({
      dpop: client.proof('userinfo', { method: 'GET', token, key: keyOf('thief') }),
    })),
  },
  {
    check: 'userinfo.live',
    what: 'revoked',
    run: info(async (client, token) => {
      await client.post('revoke', { token });
      return {};
    }),
  },
  {
    check: 'userinfo.live',
    what: 'session ended',
    run: info(async (_, __, hub) => {
      await hub.ports.sessions.end('s1', 'logout');
      return {};
    }),
  },
  {
    check: 'userinfo.client',
    what: 'closed since',
    run: info((_, __, hub) => {
      hub.change('ehr', { closed: true });
      return {};
    }),
  },
  { check: 'userinfo.scope', what: 'no openid', run: info(() => ({}), 'ehr', { scope: 'journal/read' }) },
  {
    check: 'userinfo.scope',
    what: 'a machine’s token',
    run: async (hub) => {
      const client = new OidcClient(hub, 'ehr');
      return client.userinfo((await client.machine()).access_token);
    },
  },
]);

describe('userinfo', () => {
  test('claims of the person by GET and POST, once for each proof', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const { access_token: token } = await client.login();
    const { headers, status, ...claims } = await client.userinfo(token);
    assert.equal(status, 200);
    assert.deepEqual(claims, { name: 'anna Example', given_name: 'anna', family_name: 'Example', sub: 'anna' });
    assert.equal(headers['dpop-nonce'], hub.nonce());
    const own = { authorization: `DPoP ${token}`, dpop: client.proof('userinfo', { token: String(token) }) };
    assert.equal((await hub.call('POST', '/helse/userinfo', { headers: own, body: '' })).status, 200);
    const replay = parsed(await hub.call('POST', '/helse/userinfo', { headers: own, body: '' }));
    assert.deepEqual([replay.status, replay.error], [401, 'invalid_dpop_proof']);
  });

  test('Bearer in the basic profile', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'portal');
    assert.equal((await client.userinfo((await client.login()).access_token)).sub, 'anna');
  });

  test('the challenge names the error, and none when no token came', async () => {
    const hub = new OidcHub();
    const none = await hub.call('GET', '/helse/userinfo');
    assert.equal(none.status, 401);
    assert.deepEqual(none.headers['www-authenticate'], [
      `DPoP realm="${issuerUrl}", algs="ES256 PS256 EdDSA"`,
      `Bearer realm="${issuerUrl}"`,
    ]);
    const wrong = await hub.call('GET', '/helse/userinfo', { headers: { authorization: 'Bearer x' } });
    assert.match(String(wrong.headers['www-authenticate']), /^Bearer realm="[^"]+", error="invalid_token"/);
    const client = new OidcClient(hub, 'ehr');
    const { access_token: token } = await client.login();
    const dpop = client.proof('userinfo', { method: 'GET', token: String(token), claims: { nonce: undefined } });
    const asked = await client.userinfo(token, { dpop });
    assert.equal(asked.status, 401);
    assert.match(String(asked.headers['www-authenticate']), /DPoP .*error="use_dpop_nonce"/);
    assert.equal(asked.headers['dpop-nonce'], hub.nonce());
    const narrow = await client.userinfo((await client.login({ scope: 'journal/read' })).access_token);
    assert.equal(narrow.status, 403);
  });
});

const post =
  (endpoint: string, token: (hub: OidcHub) => string | Promise<string>, asking: string): Ask =>
  async (hub, { client: id = 'ehr', form = {}, ...sent }) => {
    // The table's client is ehr: it stands for whoever may ask here.
    hub.change('ehr', { introspects: asking === 'ehr' ? [] : ['journal'] });
    return new OidcClient(hub, id).post(endpoint, { token: await token(hub), ...form }, sent);
  };

const anyToken = () => 'token';

describeChecks('introspect', [
  ...formCases(post('introspect', anyToken, 'journal-rs')),
  ...clientCases(post('introspect', anyToken, 'journal-rs')),
  {
    check: 'introspect.allowed',
    what: 'a client that is no resource server',
    run: (hub) => new OidcClient(hub, 'ehr').post('introspect', { token: 'x' }),
  },
  {
    check: 'introspect.token',
    what: 'absent',
    run: (hub) => new OidcClient(hub, 'journal-rs').post('introspect', {}),
  },
]);

const ask =
  (bend: (hub: OidcHub, tokens: Answer, client: OidcClient) => unknown | Promise<unknown>, asking = 'journal-rs') =>
  async (hub: OidcHub) => {
    const client = new OidcClient(hub, 'ehr');
    const tokens = await client.login();
    const token = (await bend(hub, tokens, client)) ?? tokens.access_token;
    return new OidcClient(hub, asking).post('introspect', { token: String(token) });
  };

describeChecks('active', [
  { check: 'active.token', what: 'nonsense', run: ask(() => 'nonsense') },
  { check: 'active.token', what: 'a refresh token', run: ask((_, { refresh_token: token }) => token) },
  { check: 'active.token', what: 'an ID token', run: ask((_, { id_token: token }) => token) },
  {
    check: 'active.token',
    what: 'expired',
    run: ask((hub) => {
      hub.now += 10 * minute;
    }),
  },
  { check: 'active.audience', what: 'of another API (A13)', run: ask(() => undefined, 'lab-rs') },
  {
    check: 'active.live',
    what: 'revoked by its id',
    run: ask(async (_, { access_token: token }, client) => {
      await client.post('revoke', { token: String(token) });
    }),
  },
  {
    check: 'active.live',
    what: 'its grant revoked',
    run: ask(async (_, { refresh_token: token }, client) => {
      await client.post('revoke', { token: String(token) });
    }),
  },
  {
    check: 'active.live',
    what: 'its session ended',
    run: ask((hub) => hub.ports.sessions.end('s1', 'logout')),
  },
  {
    check: 'active.client',
    what: 'its application closed',
    run: ask((hub) => hub.change('ehr', { closed: true })),
  },
]);

describe('introspection', () => {
  test('an active token, with what a resource server must enforce', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const { access_token: token } = await client.login();
    const answer = await new OidcClient(hub, 'journal-rs').post('introspect', { token: String(token) });
    assert.equal(answer.active, true);
    assert.equal(answer.token_type, 'DPoP');
    assert.equal(answer.client_id, 'ehr');
    assert.equal(answer.aud, journalAudience);
    assert.deepEqual(answer.cnf, { jkt: client.jkt });
    assert.equal(answer.sid, 's1');
    assert.ok(hub.audited().includes('ticket.introspected'));
  });

  test('a machine’s token too; an inactive one tells nothing', async () => {
    const hub = new OidcHub();
    const { access_token: token } = await new OidcClient(hub, 'machine').machine();
    assert.equal((await new OidcClient(hub, 'journal-rs').post('introspect', { token: String(token) })).active, true);
    const {
      headers: _,
      status,
      ...rest
    } = await new OidcClient(hub, 'lab-rs').post('introspect', { token: String(token) });
    assert.deepEqual([status, rest], [200, { active: false }]);
  });

  test('as a signed answer for the one that asked (RFC 9701)', async () => {
    const hub = new OidcHub();
    const { access_token: token } = await new OidcClient(hub, 'machine').machine();
    const headers = { accept: 'application/token-introspection+jwt' };
    const answer = await new OidcClient(hub, 'journal-rs').post('introspect', { token: String(token) }, { headers });
    assert.equal(answer.headers['content-type'], 'application/token-introspection+jwt');
    assert.equal(headerOf(answer.text).typ, 'token-introspection+jwt');
    const claims = claimsOf(answer.text);
    assert.deepEqual([claims.iss, claims.aud], [issuerUrl, 'journal-rs']);
    assert.equal((claims.token_introspection as { active: boolean }).active, true);
    assert.deepEqual([claims.sub, claims.exp], [undefined, undefined]);
  });

  test('an assertion counts once here as well', async () => {
    const hub = new OidcHub();
    const server = new OidcClient(hub, 'journal-rs');
    const form = { token: 'x', client_assertion: server.assertion() };
    assert.equal((await server.post('introspect', form)).status, 200);
    assert.equal((await server.post('introspect', form)).error, 'invalid_client');
  });
});

describeChecks('revoke', [
  ...formCases(post('revoke', anyToken, 'ehr')),
  ...clientCases(post('revoke', anyToken, 'ehr')),
  { check: 'revoke.token', what: 'absent', run: (hub) => new OidcClient(hub, 'ehr').post('revoke', {}) },
  ...(['access_token', 'refresh_token'] as const).map((kind) => ({
    check: 'revoke.own',
    what: `another’s ${kind} (A13)`,
    run: async (hub: OidcHub) => {
      const tokens = await new OidcClient(hub, 'ehr').login();
      return new OidcClient(hub, 'other').post('revoke', { token: String(tokens[kind]) });
    },
  })),
]);

describe('revocation', () => {
  test('another client’s try changes nothing', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const tokens = await client.login();
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      assert.equal((await new OidcClient(hub, 'other').post('revoke', { token: String(token) })).status, 400);
    }
    assert.equal((await client.userinfo(tokens.access_token)).status, 200);
    assert.equal((await client.refresh(tokens.refresh_token)).status, 200);
  });

  test('an access token goes alone, twice is as good as once, an unknown one is fine', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const tokens = await client.login();
    for (const token of [tokens.access_token, tokens.access_token, 'unknown', 'a.b.c']) {
      assert.equal((await client.post('revoke', { token: String(token) })).status, 200);
    }
    assert.equal((await client.userinfo(tokens.access_token)).status, 401);
    assert.equal((await client.refresh(tokens.refresh_token)).status, 200);
  });

  test('two at once are both told that it is done', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const token = String((await client.login()).access_token);
    const answers = await Promise.all([client.post('revoke', { token }), client.post('revoke', { token })]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
  });

  test('a secret client, by its own method, and a wrong assertion type named', async () => {
    const hub = new OidcHub();
    assert.equal((await new OidcClient(hub, 'legacy').post('revoke', { token: 'x' })).status, 200);
    const wrong = await new OidcClient(hub, 'ehr').post('revoke', { token: 'x', client_assertion_type: 'x' });
    assert.match(String(wrong.error_description), new RegExp(assertionType));
  });
});

test('our published keys are public and enough to verify with', async () => {
  const hub = new OidcHub();
  const answer = await hub.call('GET', '/helse/jwks');
  assert.equal(answer.headers['content-type'], 'application/jwk-set+json');
  const set = readJwks(JSON.parse(String(answer.body)));
  assert.ok(set.ok && set.keys.length === 4 && set.skipped.length === 0);
});

// Introspection and revocation: every check, and who learns and may do what.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { type Answer, assertionType, claimsOf, headerOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, journalAudience, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { type Ask, clientCases, formCases } from '../../../../test/fakes/shared-cases.ts';
import { minute } from '../../../../test/fakes/ward.ts';
import { readJwks } from '../../../base/jose/index.ts';

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
  { check: 'active.live', what: 'its person closed (A13)', run: ask((hub) => hub.closePerson('anna')) },
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

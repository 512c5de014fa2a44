// The userinfo endpoint: every check, and what comes back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CheckCase, describeChecks } from '../../../../test/fakes/check-cases.ts';
import { claimsOf, OidcClient, parsed } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, keyOf, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { dpopCases } from '../../../../test/fakes/shared-cases.ts';
import { minute } from '../../../../test/fakes/ward.ts';
import { signCompact } from '../../../base/jose/index.ts';

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
      asToken(client, signCompact({ typ: 'at+jwt' }, JSON.stringify(claimsOf(token)), keyOf('federation hub'))),
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
    check: 'userinfo.live',
    what: 'its person closed (A13)',
    run: info((_, __, hub) => {
      hub.closePerson('anna');
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

// The guard of the hub's own APIs: every check, who is found behind a ticket, and that a proof opens once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CheckCase, describeChecks } from '../../../../test/fakes/check-cases.ts';
import { claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, journalAudience, keyOf, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { minute } from '../../../../test/fakes/ward.ts';
import type { HttpRequest } from '../../../base/http/index.ts';
import { signCompact } from '../../../base/jose/index.ts';
import { adminApi, adminScopes } from '../../../core/catalogue/index.ts';
import type { Guarded, GuardWish } from './hub-api.ts';

const origin = 'https://hub.example';
const path = '/api/admin/v1/people';

interface Bent {
  readonly token?: string | undefined;
  readonly proof?: {
    readonly method?: string;
    readonly key?: ReturnType<typeof keyOf>;
    readonly claims?: Record<string, unknown>;
  };
  readonly headers?: HttpRequest['headers'];
  readonly wish?: Partial<GuardWish>;
}

/** A token that the hub itself signed, with claims bent. */
const forged = (token: string, bent: Record<string, unknown>, header: Record<string, string> = { typ: 'at+jwt' }) =>
  signCompact(header, JSON.stringify({ ...claimsOf(token), ...bent }), keyOf('hub'));
const rights = { aud: adminApi.audience, scope: adminScopes.read };

/** A program's own ticket for the admin API. */
async function ticket(client: OidcClient): Promise<string> {
  const { access_token: token } = await client.machine({ scope: 'journal/read' });
  return forged(String(token), rights);
}

async function ask(client: OidcClient, { token, proof = {}, headers = {}, wish = {} }: Bent = {}): Promise<Guarded> {
  const shown = token ?? (await ticket(client));
  const { claims, ...rest } = proof;
  const sent = {
    authorization: `DPoP ${shown}`,
    dpop: client.proof('token', { method: 'GET', token: shown, ...rest, claims: { htu: origin + path, ...claims } }),
    ...headers,
  };
  const request: HttpRequest = {
    method: 'GET',
    path,
    query: '',
    params: {},
    headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
    body: Buffer.alloc(0),
    ip: '127.0.0.1',
  };
  return client.hub.frontend.hubApi(request, {
    api: adminApi,
    scopes: [adminScopes.read],
    origin,
    about: { path },
    ...wish,
  });
}

const robot =
  (bend: (client: OidcClient) => Bent | Promise<Bent>): CheckCase['run'] =>
  async (hub: OidcHub) => {
    const client = new OidcClient(hub, 'robot');
    return ask(client, await bend(client));
  };

describeChecks('hubApi', [
  { check: 'hubApi.header', what: 'no token', run: robot(() => ({ headers: { authorization: undefined } })) },
  {
    check: 'hubApi.header',
    what: 'as Bearer',
    run: robot(async (client) => {
      const token = await ticket(client);
      return { token, headers: { authorization: `Bearer ${token}` } };
    }),
  },
  {
    check: 'hubApi.header',
    what: 'two tokens',
    run: robot(async (client) => {
      const token = await ticket(client);
      return { token, headers: { authorization: [`DPoP ${token}`, `DPoP ${token}`] } };
    }),
  },
  { check: 'hubApi.token', what: 'nonsense', run: robot(() => ({ token: 'nonsense' })) },
  {
    check: 'hubApi.token',
    what: 'expired',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.now += 11 * minute;
      return { token };
    }),
  },
  {
    check: 'hubApi.token',
    what: 'of another issuer',
    run: robot(async (client) => ({ token: forged(await ticket(client), { iss: 'https://elsewhere.example' }) })),
  },
  {
    check: 'hubApi.token',
    what: 'an ID token',
    run: robot(async (client) => ({ token: forged(await ticket(client), {}, { typ: 'JWT' }) })),
  },
  {
    check: 'hubApi.token',
    what: 'signed by somebody else',
    run: robot(async (client) => {
      const claims = claimsOf(await ticket(client));
      return { token: signCompact({ typ: 'at+jwt' }, JSON.stringify(claims), keyOf('thief')) };
    }),
  },
  { check: 'dpop.required', what: 'no proof', run: robot(() => ({ headers: { dpop: undefined } })) },
  { check: 'dpop.proof', what: 'of another path', run: robot(() => ({ proof: { claims: { htu: `${origin}/x` } } })) },
  { check: 'dpop.proof', what: 'of another method', run: robot(() => ({ proof: { method: 'DELETE' } })) },
  { check: 'dpop.proof', what: 'of another token', run: robot(() => ({ proof: { claims: { ath: 'x' } } })) },
  { check: 'hubApi.proof', what: 'by another key', run: robot(() => ({ proof: { key: keyOf('thief') } })) },
  {
    check: 'hubApi.proof',
    what: 'a token that is bound to no key',
    run: robot(async (client) => ({ token: forged(await ticket(client), { cnf: undefined }) })),
  },
  {
    check: 'hubApi.audience',
    what: 'a ticket for another API',
    run: robot(async (client) => ({ token: forged(await ticket(client), { aud: journalAudience }) })),
  },
  {
    check: 'hubApi.scope',
    what: 'another scope',
    run: robot(async (client) => ({ token: forged(await ticket(client), { scope: 'journal/read' }) })),
  },
  {
    check: 'hubApi.live',
    what: 'revoked',
    run: robot(async (client) => {
      const token = await ticket(client);
      await client.post('revoke', { token });
      return { token };
    }),
  },
  {
    check: 'hubApi.holder',
    what: 'about somebody without a grant',
    run: robot(async (client) => ({ token: forged(await ticket(client), { sub: 'anna' }) })),
  },
  {
    check: 'hubApi.machine',
    what: 'about a person, where an application is to call as itself',
    run: async (hub: OidcHub) => {
      hub.change('ehr', { scopes: ['openid', 'profile', 'offline_access', 'journal/read', adminScopes.read] });
      const client = new OidcClient(hub, 'ehr');
      const { access_token: token } = await client.login();
      return ask(client, { token: forged(String(token), rights), wish: { machine: true } });
    },
  },
  {
    check: 'hubApi.audience',
    what: 'a ticket for an API, where none is to be named',
    run: robot(() => ({ wish: { api: undefined } })),
  },
  {
    check: 'hubApi.application',
    what: 'the scope taken away meanwhile',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.change('robot', { scopes: ['openid'] });
      return { token };
    }),
  },
  {
    check: 'hubApi.acting',
    what: 'exchanged',
    run: robot(async (client) => ({ token: forged(await ticket(client), { act: { sub: 'journal-actor' } }) })),
  },
  {
    check: 'hubApi.application',
    what: 'closed meanwhile',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.change('robot', { closed: true });
      return { token };
    }),
  },
]);

describe('hubApiGuard', () => {
  test('an address for tickets that name no API takes the application’s own, and leaves the trail to what is done', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'robot');
    const { access_token: token } = await client.machine({ scope: 'usage:report' });
    assert.equal(claimsOf(String(token)).aud, issuerUrl);
    const before = hub.audited().length;
    const wish = { api: undefined, scopes: ['usage:report'], machine: true, about: undefined };
    const found = await ask(client, { token: String(token), wish });
    assert.ok(found.ok);
    assert.equal(found.caller.client, 'robot');
    assert.equal(hub.audited().length, before);
  });

  test('a program is itself, a person is behind the session of the grant', async () => {
    const hub = new OidcHub();
    const program = await ask(new OidcClient(hub, 'robot'));
    assert.ok(program.ok);
    assert.deepEqual(
      [program.caller.client, program.caller.person, program.caller.scopes],
      ['robot', undefined, [adminScopes.read]],
    );
    assert.equal(hub.audited().at(-1), 'admin.apiUsed');
    hub.change('ehr', { scopes: ['openid', 'profile', 'offline_access', 'journal/read', adminScopes.read] });
    const client = new OidcClient(hub, 'ehr');
    const { access_token: token } = await client.login();
    const person = await ask(client, { token: forged(String(token), rights) });
    assert.ok(person.ok);
    assert.deepEqual([person.caller.client, person.caller.person, person.caller.session], ['ehr', 'anna', 's1']);
    hub.closePerson('anna');
    const closed = await ask(client, { token: forged(String(token), rights) });
    assert.ok(!closed.ok);
    assert.equal(closed.status, 401);
  });
  test('a proof opens once, and a refusal says how to do better', async () => {
    const client = new OidcClient(new OidcHub(), 'robot');
    const token = await ticket(client);
    const proof = client.proof('token', { method: 'GET', token, claims: { htu: origin + path } });
    assert.ok((await ask(client, { token, headers: { dpop: proof } })).ok);
    const again = await ask(client, { token, headers: { dpop: proof } });
    assert.ok(!again.ok);
    assert.deepEqual([again.status, again.error], [401, 'invalid_dpop_proof']);
    const stale = await ask(client, { token, proof: { claims: { nonce: undefined } } });
    assert.ok(!stale.ok);
    assert.equal(stale.error, 'use_dpop_nonce');
    assert.ok(stale.headers['dpop-nonce'] && stale.headers['www-authenticate']);
    const lacking = await ask(client, { token: forged(token, { scope: 'journal/read' }) });
    assert.ok(!lacking.ok);
    assert.equal(lacking.status, 403);
  });
});

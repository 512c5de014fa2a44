// An application's own ticket at an address beside the issuers': every check, and that a proof is good once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, journalAudience, keyOf, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { minute } from '../../../../test/fakes/ward.ts';
import { type HttpRequest, singleHeader } from '../../../base/http/index.ts';
import { signCompact } from '../../../base/jose/index.ts';

const uri = 'https://hub.example/api/usage-events';
const scope = 'usage:report';

interface Bent {
  readonly token?: string;
  readonly headers?: Record<string, string | undefined>;
}

const ticket = async (client: OidcClient): Promise<string> => {
  const answer = await client.machine({ scope });
  assert.equal(answer.status, 200, JSON.stringify(answer));
  return String(answer.access_token);
};
const proofOf = (client: OidcClient, token: string, more = {}): string =>
  client.proof('client-keys', { method: 'POST', token, claims: { htu: uri }, ...more });

async function call(client: OidcClient, bent: Bent = {}) {
  const token = bent.token ?? (await ticket(client));
  const headers = { authorization: `DPoP ${token}`, dpop: proofOf(client, token), ...bent.headers };
  const request: HttpRequest = {
    method: 'POST',
    path: '/api/usage-events',
    query: '',
    params: {},
    headers,
    body: Buffer.alloc(0),
    ip: '::1',
  };
  const found = await client.hub.frontend.caller(request, { uri, scope });
  if (found.ok) return { application: found.application.id, nonce: found.headers['dpop-nonce'] };
  const { status, body } = found.answer;
  assert.ok(singleHeader({ ...request, headers: found.answer.headers }, 'dpop-nonce'));
  return { status, ...JSON.parse(String(body)) };
}

const robot = (bend: (client: OidcClient) => Bent | Promise<Bent>) => async (hub: OidcHub) => {
  const client = new OidcClient(hub, 'robot');
  return call(client, await bend(client));
};
const forged = (token: string, bent: Record<string, unknown>): string =>
  signCompact({ typ: 'at+jwt' }, JSON.stringify({ ...claimsOf(token), ...bent }), keyOf('hub'));
const bentTicket = (bent: Record<string, unknown>) =>
  robot(async (client) => ({ token: forged(await ticket(client), bent) }));

describeChecks('applicationToken', [
  { check: 'applicationToken.header', what: 'no token', run: robot(() => ({ headers: { authorization: undefined } })) },
  {
    check: 'applicationToken.header',
    what: 'as Bearer',
    run: robot(async (client) => {
      const token = await ticket(client);
      return { token, headers: { authorization: `Bearer ${token}` } };
    }),
  },
  { check: 'applicationToken.token', what: 'nonsense', run: robot(() => ({ token: 'nonsense' })) },
  {
    check: 'applicationToken.token',
    what: 'expired',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.now += 11 * minute;
      return { token };
    }),
  },
  {
    check: 'applicationToken.token',
    what: 'of a stranger’s issuer',
    run: bentTicket({ iss: 'https://other.example' }),
  },
  { check: 'dpop.required', what: 'no proof', run: robot(() => ({ headers: { dpop: undefined } })) },
  {
    check: 'dpop.proof',
    what: 'of another address',
    run: robot(async (client) => {
      const token = await ticket(client);
      return { token, headers: { dpop: client.proof('token', { token }) } };
    }),
  },
  {
    check: 'applicationToken.proof',
    what: 'by another key',
    run: robot(async (client) => {
      const token = await ticket(client);
      return { token, headers: { dpop: proofOf(client, token, { key: keyOf('thief') }) } };
    }),
  },
  { check: 'applicationToken.proof', what: 'bound to no key', run: bentTicket({ cnf: undefined }) },
  { check: 'applicationToken.audience', what: 'a ticket for an API', run: bentTicket({ aud: journalAudience }) },
  { check: 'applicationToken.scope', what: 'another scope', run: bentTicket({ scope: 'client:keys' }) },
  { check: 'applicationToken.machine', what: 'about a person', run: bentTicket({ sub: 'anna' }) },
  {
    check: 'applicationToken.live',
    what: 'revoked',
    run: robot(async (client) => {
      const token = await ticket(client);
      await client.post('revoke', { token });
      return { token };
    }),
  },
  {
    check: 'applicationToken.application',
    what: 'closed meanwhile',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.change('robot', { closed: true });
      return { token };
    }),
  },
  {
    check: 'applicationToken.application',
    what: 'the scope taken away meanwhile',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.change('robot', { scopes: ['openid'] });
      return { token };
    }),
  },
]);

test('a good ticket tells the application; its proof is good once', async () => {
  const client = new OidcClient(new OidcHub(), 'robot');
  const token = await ticket(client);
  assert.equal(claimsOf(token).aud, issuerUrl);
  const dpop = proofOf(client, token);
  const first = await call(client, { token, headers: { dpop } });
  assert.equal(first.application, 'robot');
  assert.ok(first.nonce);
  const again = await call(client, { token, headers: { dpop } });
  assert.deepEqual([again.status, again.error], [401, 'invalid_dpop_proof']);
  assert.equal(client.hub.store.audit.at(-1)?.kind, 'ticket.replayed');
});

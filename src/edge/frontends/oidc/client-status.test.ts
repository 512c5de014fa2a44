// How an application stands with the owners of its APIs, by a ticket of its own for nothing else, at its own address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, OidcHub } from '../../../../test/fakes/oidc-hub.ts';

async function status(client: OidcClient, scope = 'client:keys', htu = `${issuerUrl}/client-status`) {
  const { access_token } = await client.machine({ scope });
  const token = String(access_token);
  const proof = client.proof('client-keys', { method: 'GET', token, claims: { htu } });
  const headers = { authorization: `DPoP ${token}`, dpop: proof };
  const answer = await client.hub.call('GET', `${issuerUrl}/client-status`, { headers });
  return { http: answer.status, body: JSON.parse(String(answer.body)) };
}

test('active while every owner lets it have its scopes; limited when one does not, with the scope', async () => {
  const client = new OidcClient(new OidcHub(), 'robot');
  const all = await status(client);
  assert.deepEqual([all.body.status, client.hub.audited().at(-1)], ['Active', 'admin.clientStatusRead']);
  client.hub.changeApi('journal', { limits: { clients: [{ client: 'robot', scopes: ['journal/read'] }] } });
  const some = await status(client);
  const statuses = some.body.details.apiScopeAccessStatuses as { readonly granted: boolean }[];
  assert.deepEqual(
    [some.body.status, statuses.filter(({ granted }) => !granted)],
    ['Limited', [{ scope: 'journal/write', granted: false, reason: 'ApiScopeAccessPending' }]],
  );
});

test('refused: another scope, and a proof for the keys’ address', async () => {
  const client = new OidcClient(new OidcHub(), 'robot');
  assert.equal((await status(client, 'journal/read')).http, 401);
  assert.equal((await status(client, 'client:keys', `${issuerUrl}/client-keys`)).http, 401);
});

// What the provider says about itself, and where its routes are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue, issuerUrl, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { createOidcFrontend } from './frontend.ts';

const read = async (hub: OidcHub, path: string) => {
  const answer = await hub.call('GET', path);
  assert.equal(answer.status, 200, path);
  return JSON.parse(String(answer.body)) as Record<string, string & string[]>;
};

test('discovery stands where both specifications look for it', async () => {
  const hub = new OidcHub();
  const metadata = await read(hub, '/helse/.well-known/openid-configuration');
  assert.deepEqual(await read(hub, '/.well-known/oauth-authorization-server/helse'), metadata);
  assert.equal(metadata.issuer, issuerUrl);
  for (const [name, value] of Object.entries(metadata)) {
    if (name.endsWith('_endpoint') || name === 'jwks_uri') {
      assert.ok(String(value).startsWith(`${issuerUrl}/`), name);
      const path = new URL(String(value)).pathname;
      assert.ok(
        hub.frontend.routes.some((route) => route.path === path),
        `${name} has no route`,
      );
    }
  }
  assert.deepEqual(metadata.acr_values_supported, [
    'urn:tillit:loa:low',
    'urn:tillit:loa:substantial',
    'urn:tillit:loa:high',
  ]);
  assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
  assert.equal(metadata.authorization_response_iss_parameter_supported, true);
  assert.equal(metadata.request_uri_parameter_supported, false);
});

test('an issuer without basic applications shows nothing weak', async () => {
  const strict = catalogue();
  const clients = new Map([...strict.clients].filter(([, { profile }]) => profile === 'fapi2'));
  const metadata = await read(
    new OidcHub({ catalogue: { ...strict, clients } }),
    '/helse/.well-known/openid-configuration',
  );
  const text = JSON.stringify(metadata);
  assert.ok(
    !/RS256|client_secret|HS256|none"|implicit|plain/.test(text.replace(/"prompt_values_supported":\[[^\]]*\]/, '')),
    text,
  );
  assert.equal(metadata.require_pushed_authorization_requests, true);
});

test('an issuer at the root and one with a path stand side by side; two at one path do not', async () => {
  const hub = new OidcHub();
  assert.equal((await read(hub, '/.well-known/openid-configuration')).issuer, 'https://hub.example');
  const twice = new Map(hub.catalogue.issuers);
  twice.set('third', { id: 'third', url: 'https://other.example/helse', brand: 'hub' });
  const snapshot = { ...hub.catalogue, issuers: twice };
  assert.throws(() => createOidcFrontend({ ...hub.ports, catalogue: () => snapshot }), { code: 'issuer.samePath' });
});

test('every endpoint bounds its body', () => {
  for (const { method, path, maxBodyBytes = 0 } of new OidcHub().frontend.routes) {
    assert.ok(
      method === 'GET' || method === 'DELETE' ? maxBodyBytes === 0 : maxBodyBytes > 0 && maxBodyBytes <= 65_536,
      path,
    );
  }
});

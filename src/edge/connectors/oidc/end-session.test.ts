// The address that ends a login at a provider, and when there is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upstreamIssuer, upstreamRecord } from '../../../../test/fakes/upstream-provider.ts';
import { endSessionAddress } from './end-session.ts';
import { UpstreamFailure } from './failure.ts';
import type { MetadataReader, ProviderMetadata } from './provider-metadata.ts';

const upstream = upstreamRecord({ passLogout: true });
const provider = { id: 'idporten', upstream } as Parameters<typeof endSessionAddress>[1];
const facts = { issuer: upstreamIssuer, subject: 'x', idToken: 'an.id.token' };
const back = 'https://hub.example/logged-out/back';
const reader = (end_session_endpoint?: string): MetadataReader => ({
  of: async () => ({
    metadata: { issuer: upstreamIssuer, end_session_endpoint } as ProviderMetadata,
    keys: [],
  }),
});

test('it carries the hint, our client id, one address back and the state, beside what the endpoint has', async () => {
  const address = await endSessionAddress(reader('https://idp.example/end?tenant=1'), provider, facts, back);
  const url = new URL(address?.('the state') ?? '');
  assert.equal(url.origin + url.pathname, 'https://idp.example/end');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    tenant: '1',
    id_token_hint: 'an.id.token',
    client_id: 'tillit',
    post_logout_redirect_uri: back,
    state: 'the state',
  });
});

test('there is none where the provider publishes no endpoint, or does not answer; a fault of ours is no such answer', async () => {
  assert.equal(await endSessionAddress(reader(), provider, facts, back), undefined);
  const failing = (thrown: Error): MetadataReader => ({ of: () => Promise.reject(thrown) });
  const away = failing(new UpstreamFailure('unavailable', 'no answer'));
  assert.equal(await endSessionAddress(away, provider, facts, back), undefined);
  await assert.rejects(endSessionAddress(failing(new TypeError('ours')), provider, facts, back), TypeError);
});

// The peer's process: oidc-provider on a free port, with a session for each client's person.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientMetadata } from 'oidc-provider';
import { serveLines } from '../child.ts';
import { api, helseidId, type KnownClient, otherApi } from '../clients.ts';
import { createPeer, saveSession } from './provider.ts';

const metadataOf = ({ id, jwk, redirectUri }: KnownClient): ClientMetadata => ({
  client_id: id,
  redirect_uris: [redirectUri],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
  id_token_signed_response_alg: 'ES256',
  dpop_bound_access_tokens: true,
  require_pushed_authorization_requests: true,
  jwks: { keys: [jwk as never] },
});

async function start({ clients }: { readonly clients: readonly KnownClient[] }) {
  const signingJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  let handle: ReturnType<ReturnType<typeof createPeer>['callback']> | undefined;
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => void handle?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // As behind a proxy: clients know it without the port.
  const issuer = 'http://localhost';
  const provider = createPeer({
    issuer,
    clients: clients.flatMap((each) => [metadataOf(each), metadataOf({ ...each, id: helseidId(each.id) })]),
    signingJwk: { ...signingJwk, alg: 'ES256', use: 'sig', kid: 'peer' },
    apis: [api, otherApi],
  });
  handle = provider.callback();
  const sessions: string[] = [];
  for (const { id } of clients) sessions.push(`_session=${await saveSession(provider, `person-${id}`)}`);
  return {
    port,
    issuer,
    base: issuer,
    paths: { par: '/request', authorize: '/auth', token: '/token', introspect: '/token/introspection' },
    cookies: sessions,
  };
}

serveLines(start);

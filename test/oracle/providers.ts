// Starts both: the hub on an embedded database, and oidc-provider set as near to its profiles as it gets.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ClientMetadata } from 'oidc-provider';
import { startOidcHub } from '../../bench/hub/oidc-hub.ts';
import { createPeer, saveSession } from '../../bench/peer/provider.ts';
import { Secret } from '../../src/base/secret.ts';
import type { StoredItem } from '../../src/core/catalogue/index.ts';
import { createHashing } from '../../src/edge/connectors/password/index.ts';
import { startEmbedded, temporaryFolder } from '../support/index.ts';
import {
  api,
  basicRedirectUri,
  basicSecret,
  keys,
  otherApi,
  portalRedirectUri,
  publicJwk,
  queryRedirectUri,
  redirectUri,
} from './clients.ts';
import { type Party, party } from './party.ts';

const person = 'person-of-the-oracle';
const ehrKeys = [publicJwk(keys.ehr, 'ES256'), { ...publicJwk(keys.ehrRsa, 'PS256') }];

export interface Started {
  readonly party: Party;
  close(): Promise<void>;
}

export async function startOurs(): Promise<Started> {
  const database = await startEmbedded();
  const folder = temporaryFolder('oracle');
  const issuer = 'https://hub.example';
  const secretHash = await createHashing().hash(new Secret(basicSecret));
  const hub = await startOidcHub({
    connection: database.connection,
    dataFolder: join(folder.path, 'var'),
    catalogue: catalogue(issuer, secretHash),
    people: [person],
  });
  const cookie = await hub.login(person);
  return {
    party: party({
      name: 'tillit',
      issuer,
      port: hub.port,
      cookie,
      paths: {
        par: '/par',
        authorize: '/authorize',
        token: '/token',
        userinfo: '/userinfo',
        introspect: '/introspect',
        revoke: '/revoke',
      },
    }),
    close: async () => {
      await hub.close();
      await database.stop();
      folder.remove();
    },
  };
}

const item = (kind: StoredItem['kind'], id: string, doc: object): StoredItem => ({ kind, id, doc: { id, ...doc } });

function catalogue(issuer: string, secretHash: string): readonly StoredItem[] {
  const shared = {
    issuer: 'hub',
    name: { en: 'An application' },
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: ['openid', 'profile', api.scope, otherApi.scope],
    apis: [api.id, otherApi.id],
    introspects: [api.id],
    minimumAssurance: 'low',
  };
  const byKey = (...jwks: readonly object[]) => ({ method: 'private_key_jwt', jwks: { keys: jwks } });
  return [
    item('brand', 'plain', { name: 'Plain', primary: '#005a8c', accent: '#7a1f5c', contact: 'help@example.org' }),
    item('issuer', 'hub', { url: issuer, brand: 'plain' }),
    item('provider', 'password', { connector: 'password', name: { en: 'Password' }, maximumAssurance: 'low' }),
    ...[api, otherApi].map(({ id, audience, scope }) =>
      item('api', id, { audience, name: { en: id }, scopes: [scope] }),
    ),
    item('application', 'ehr', {
      ...shared,
      redirectUris: [redirectUri, queryRedirectUri],
      authentication: byKey(...ehrKeys),
    }),
    item('application', 'portal', {
      ...shared,
      redirectUris: [portalRedirectUri],
      authentication: byKey(publicJwk(keys.portal, 'ES256')),
    }),
    item('application', 'basic', {
      ...shared,
      profile: 'basic',
      redirectUris: [basicRedirectUri],
      authentication: { method: 'client_secret_basic', secretHash },
    }),
    item('application', 'machine', {
      ...shared,
      grants: ['client_credentials'],
      authentication: byKey(publicJwk(keys.machine, 'ES256')),
    }),
  ];
}

export async function startTheirs(): Promise<Started> {
  const issuer = 'https://op.example';
  const privateJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const provider = createPeer({
    issuer,
    clients: theirClients(),
    signingJwk: { ...privateJwk, alg: 'ES256', use: 'sig', kid: 'oracle' },
    apis: [api, otherApi],
  });
  provider.proxy = true;
  const server = createServer(provider.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    party: party({
      name: 'oidc-provider',
      issuer,
      port: (server.address() as AddressInfo).port,
      cookie: `_session=${await saveSession(provider, person)}`,
      paths: {
        par: '/request',
        authorize: '/auth',
        token: '/token',
        userinfo: '/me',
        introspect: '/token/introspection',
        revoke: '/token/revocation',
      },
    }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function theirClients(): readonly ClientMetadata[] {
  const shared = {
    response_types: ['code' as const],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    id_token_signed_response_alg: 'ES256' as const,
  };
  const fapi = {
    ...shared,
    token_endpoint_auth_method: 'private_key_jwt' as const,
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  };
  const jwks = (...jwkList: readonly object[]) => ({ keys: jwkList as never });
  return [
    { ...fapi, client_id: 'ehr', redirect_uris: [redirectUri, queryRedirectUri], jwks: jwks(...ehrKeys) },
    {
      ...fapi,
      client_id: 'portal',
      redirect_uris: [portalRedirectUri],
      jwks: jwks(publicJwk(keys.portal, 'ES256')),
    },
    {
      ...shared,
      client_id: 'basic',
      client_secret: basicSecret,
      token_endpoint_auth_method: 'client_secret_basic',
      redirect_uris: [basicRedirectUri],
    },
    {
      ...fapi,
      client_id: 'machine',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      require_pushed_authorization_requests: false,
      jwks: jwks(publicJwk(keys.machine, 'ES256')),
    },
  ];
}

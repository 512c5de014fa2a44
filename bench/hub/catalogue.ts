// What the measured hub knows: one issuer, two APIs, the bench's clients in the fapi2 profile.
import type { StoredItem } from '../../src/core/catalogue/index.ts';
import { api, helseidId, type KnownClient, otherApi } from '../clients.ts';

export const issuer = 'https://hub.bench.example';

const applicationOf = ({ id, jwk, redirectUri }: KnownClient): StoredItem => ({
  kind: 'application',
  id,
  doc: {
    id,
    issuer: 'bench',
    name: { en: id },
    redirectUris: [redirectUri],
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk] } },
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: ['openid', 'profile', api.scope, otherApi.scope],
    apis: [api.id, otherApi.id],
    introspects: [api.id],
    minimumAssurance: 'low',
  },
});

/** The same client once more, as a machine in the profile `helseid`. */
const helseidMachine = ({ id, jwk }: KnownClient): StoredItem => ({
  kind: 'application',
  id: helseidId(id),
  doc: {
    id: helseidId(id),
    issuer: 'bench',
    name: { en: id },
    profile: 'helseid',
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk] } },
    grants: ['client_credentials'],
    scopes: [api.scope],
    apis: [api.id],
    minimumAssurance: 'low',
  },
});

export const benchCatalogue = (clients: readonly KnownClient[]): readonly StoredItem[] => [
  {
    kind: 'brand',
    id: 'plain',
    doc: { id: 'plain', name: 'Plain', primary: '#005a8c', accent: '#7a1f5c', contact: 'help@example.org' },
  },
  { kind: 'issuer', id: 'bench', doc: { id: 'bench', url: issuer, brand: 'plain' } },
  ...[api, otherApi].map(
    ({ id, audience, scope }): StoredItem => ({
      kind: 'api',
      id,
      doc: {
        id,
        audience,
        name: { en: id },
        scopes: [scope],
        claims: ['name'],
        contextTypes: ['nhn:sfm:journal-id'],
        // The profile `helseid` would sign with RS256: rows of two profiles are to differ by the profile alone.
        accessTokenAlgorithm: 'ES256',
      },
    }),
  ),
  {
    kind: 'provider',
    id: 'password',
    doc: { id: 'password', connector: 'password', name: { en: 'Password' }, maximumAssurance: 'low' },
  },
  ...clients.map(applicationOf),
  ...clients.map(helseidMachine),
];

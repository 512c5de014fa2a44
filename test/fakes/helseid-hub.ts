// A hub whose issuers are laid out as HelseID's, with one client of profile helseid at each of two paths.
import { type AlgorithmName, publishedJwk } from '../../src/base/jose/index.ts';
import type { Issuer, OidcApplication } from '../../src/core/catalogue/index.ts';
import type { OidcChecks } from '../../src/edge/frontends/oidc/index.ts';
import { catalogue, issuerUrl, keyOf, OidcHub } from './oidc-hub.ts';
import { application } from './ward.ts';

export const identityScopes = [
  'helseid://scopes/identity/pid',
  'helseid://scopes/identity/pid_pseudonym',
  'helseid://scopes/identity/security_level',
  'helseid://scopes/identity/assurance_level',
  'helseid://scopes/identity/network',
  'helseid://scopes/hpr/hpr_number',
  'helseid://scopes/client/client_name',
];

export const helseidIssuers: readonly Issuer[] = [
  { id: 'hub', url: issuerUrl, brand: 'hub', endpoints: 'helseid' },
  { id: 'session', url: 'https://hub.example/4f0c/sts', brand: 'hub', endpoints: 'helseid' },
];

/** A client of HelseID as its record would be here; signs with a key of `alg`. */
export const helseidClient = (
  id: string,
  change: Partial<OidcApplication> = {},
  alg: AlgorithmName = 'ES256',
): OidcApplication =>
  application(id, {
    profile: 'helseid',
    idTokenAlgorithm: undefined,
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: ['openid', 'profile', 'offline_access', 'journal/read', 'journal/write', 'lab/order', ...identityScopes],
    apis: ['journal', 'lab'],
    redirectUris: [`https://${id}.example/cb`],
    authentication: { method: 'private_key_jwt', jwks: { keys: [publishedJwk(keyOf(id, alg))] } },
    ...change,
  });

/** The hub; `change` is of the client `epj` at the first issuer. The client `conformance` is at the second. */
export function helseidHub(change: Partial<OidcApplication> = {}, checks?: OidcChecks): OidcHub {
  const applications = [
    helseidClient('epj', change),
    helseidClient('conformance', { issuer: 'session' }),
    application('record', {
      grants: [],
      authentication: helseidClient('record').authentication,
      introspects: ['journal'],
    }),
  ];
  const issuers = new Map(helseidIssuers.map((issuer) => [issuer.id, issuer]));
  return new OidcHub({ catalogue: { ...catalogue({ applications }), issuers }, ...(checks ? { checks } : {}) });
}

// What the provider says about itself: OpenID Connect Discovery 1.0, RFC 8414, and its public keys.
import { answerHeaders, type HttpResponse } from '../../../base/http/index.ts';
import { acrValues } from '../../../core/catalogue/assurance-names.ts';
import {
  type CatalogueSnapshot,
  type GrantType,
  grantTypes,
  type Issuer,
  mayRotateKeys,
  mustPush,
  profileOf,
} from '../../../core/catalogue/index.ts';
import { backchannelGrant, deviceGrant } from '../../../core/grants/index.ts';
import { releasedClaims } from '../../../core/issuing/index.ts';
import { locales } from '../../../wire/codes/index.ts';
import { endpointUrl, hasHelseidPages, helseidPath } from './endpoint-paths.ts';
import { answerAlgorithm } from './introspect.ts';
import type { IssuerKeys } from './ports.ts';

const protocolClaims = ['sub', 'iss', 'aud', 'exp', 'iat', 'acr', 'amr', 'auth_time', 'sid', 'nonce', 'at_hash'];

/** Always there; the others only where an application has turned one on. */
const usualGrants: ReadonlySet<GrantType> = new Set(['authorization_code', 'refresh_token', 'client_credentials']);

/** The metadata of an issuer. What depends on the application's profile is listed in full; the profile narrows it. */
export function metadata(issuer: Issuer, catalogue: CatalogueSnapshot): Readonly<Record<string, unknown>> {
  const applications = [...catalogue.clients.values()].filter((each) => each.issuer === issuer.id);
  const open = applications.filter(({ closed }) => !closed);
  // An issuer without applications yet is what a new one will be: strict.
  const rules = open.length > 0 ? [...new Set(open.map(profileOf))] : [profileOf(undefined)];
  const client = [...new Set(rules.flatMap(({ clientAlgorithms }) => [...clientAlgorithms]))];
  const secrets = rules.some((each) => each.secrets);
  const methods = secrets ? ['private_key_jwt', 'client_secret_basic', 'client_secret_post'] : ['private_key_jwt'];
  const scopes = new Set(['openid', ...applications.flatMap((each) => each.scopes)]);
  return {
    issuer: issuer.url,
    authorization_endpoint: endpointUrl(issuer, 'authorize'),
    token_endpoint: endpointUrl(issuer, 'token'),
    pushed_authorization_request_endpoint: endpointUrl(issuer, 'par'),
    userinfo_endpoint: endpointUrl(issuer, 'userinfo'),
    introspection_endpoint: endpointUrl(issuer, 'introspect'),
    revocation_endpoint: endpointUrl(issuer, 'revoke'),
    end_session_endpoint: endpointUrl(issuer, 'end-session'),
    jwks_uri: endpointUrl(issuer, 'jwks'),
    scopes_supported: [...scopes].sort(),
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: grantTypes.filter(
      (grant) => usualGrants.has(grant) || open.some(({ grants }) => grants.includes(grant)),
    ),
    subject_types_supported: ['public'],
    acr_values_supported: acrValues,
    claims_supported: [...protocolClaims, ...releasedClaims],
    claim_types_supported: ['normal'],
    ui_locales_supported: locales,
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    code_challenge_methods_supported: ['S256'],
    require_pushed_authorization_requests: open.every(mustPush),
    authorization_response_iss_parameter_supported: true,
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    require_request_uri_registration: false,
    request_object_signing_alg_values_supported: client,
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: client,
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: client,
    introspection_signing_alg_values_supported: [answerAlgorithm],
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: client,
    id_token_signing_alg_values_supported: [...new Set(rules.flatMap((each) => each.idTokenAlgorithms))],
    dpop_signing_alg_values_supported: [...new Set(rules.flatMap((each) => [...each.proofAlgorithms]))],
    // RFC 8628 4.
    device_authorization_endpoint: open.some(({ grants }) => grants.includes(deviceGrant))
      ? endpointUrl(issuer, 'device-authorization')
      : undefined,
    ...(open.some(({ grants }) => grants.includes(backchannelGrant)) ? backchannelMetadata(issuer, client) : {}),
    // Not a standard's name: where applications with the scope look after their own keys.
    client_keys_endpoint: open.some(mayRotateKeys) ? endpointUrl(issuer, 'client-keys') : undefined,
    // Where a client system sends drafts of clients.
    client_drafts_endpoint: [...catalogue.clientSystems.values()].some(
      (system) => system.issuer === issuer.id && !system.closed,
    )
      ? endpointUrl(issuer, 'client-drafts')
      : undefined,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    ...(hasHelseidPages(issuer) ? helseidMetadata(issuer) : {}),
  };
}

/** CIBA Core 4. */
const backchannelMetadata = (issuer: Issuer, algorithms: readonly string[]) => ({
  backchannel_authentication_endpoint: endpointUrl(issuer, 'backchannel-authentication'),
  backchannel_token_delivery_modes_supported: ['poll'],
  backchannel_authentication_request_signing_alg_values_supported: algorithms,
  backchannel_user_code_parameter_supported: false,
});

/** What HelseID's document says beyond the standards', and where its session iframe is (Session Management 1.0 3.3). */
const helseidMetadata = ({ url }: Issuer) => ({
  check_session_iframe: url + helseidPath('check-session'),
  expired_jwks_uri: url + helseidPath('expired-jwks'),
  available_idps: url + helseidPath('available-idps'),
});

/** Public JSON that anybody may read and keep for a while. */
export function publicJson(value: unknown, maxAgeSeconds: number, type = 'application/json'): HttpResponse {
  return {
    status: 200,
    headers: {
      ...answerHeaders,
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'content-type': type,
      'cache-control': `public, max-age=${maxAgeSeconds}`,
    },
    body: JSON.stringify(value),
  };
}

/** Keys that sign no more and are in the JWKS no more: for whoever must verify an old ticket. */
export const expiredKeySet = (keys: IssuerKeys, issuer: Issuer): HttpResponse =>
  publicJson({ keys: keys.retired(issuer.id) }, 300, 'application/jwk-set+json');

/** The issuer's public keys (RFC 7517 5). Five minutes: short against the time between publishing and using a key. */
export const keySet = (keys: IssuerKeys, issuer: Issuer): HttpResponse =>
  publicJson({ keys: keys.published(issuer.id) }, 300, 'application/jwk-set+json');

// Checks as data: one ordered list for each endpoint, each with its clause, each of which a test can leave out.

/** Error codes of OAuth 2 and its extensions that this hub answers with. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'invalid_target' // RFC 8707
  | 'invalid_dpop_proof' // RFC 9449
  | 'use_dpop_nonce' // RFC 9449
  | 'invalid_token' // RFC 6750
  | 'insufficient_scope' // RFC 6750
  | 'invalid_request_object' // OIDC Core 3.1.2.6
  | 'request_uri_not_supported' // OIDC Core 3.1.2.6
  | 'registration_not_supported' // OIDC Core 3.1.2.6
  | 'access_denied'
  | 'login_required' // OIDC Core 3.1.2.6
  | 'interaction_required' // OIDC Core 3.1.2.6
  | 'unmet_authentication_requirements' // OpenID Connect Core Error Code unmet_authentication_requirements 1.0
  | 'invalid_authorization_details' // RFC 9396 5
  | 'attestation_has_expired' // Norwegian trust framework, ATT-58
  | 'invalid_client_metadata' // RFC 7591 3.2.2
  | 'authorization_pending' // RFC 8628 3.5
  | 'slow_down' // RFC 8628 3.5
  | 'expired_token' // RFC 8628 3.5
  | 'invalid_binding_message' // CIBA Core 13
  | 'temporarily_unavailable';

/** A no in OAuth's words. The description tells an integrator what to change; ASCII without quotes and backslash (RFC 6749 5.2). */
export interface Refusal {
  readonly error: OAuthError;
  readonly description: string;
}

/** One rule of an endpoint: answers why it refuses, or nothing. */
export interface Check<Facts> {
  readonly name: string;
  /** The clause that asks for it. */
  readonly clause: string;
  readonly test: (facts: Facts) => Refusal | undefined;
}

/** A refusal with the name of the check that made it. */
export interface Refused extends Refusal {
  readonly check: string;
}

/** The first refusal of a list, or undefined when every check passes. */
export function firstRefusal<Facts>(checks: readonly Check<Facts>[], facts: Facts): Refused | undefined {
  for (const { name, test } of checks) {
    const refusal = test(facts);
    if (refusal !== undefined) return { ...refusal, check: name };
  }
  return undefined;
}

/** Shorthand for a refusal. */
export const refusal = (error: OAuthError, description: string): Refusal => ({ error, description });

/** Refuses with `error` and `description` when the condition holds. */
export const refuseIf = (condition: boolean, error: OAuthError, description: string): Refusal | undefined =>
  condition ? { error, description } : undefined;

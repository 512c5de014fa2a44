// Client assertions (private_key_jwt): RFC 7521, RFC 7523, OIDC Core 9, FAPI 2.0 and draft-ietf-oauth-rfc7523bis.
import type { EpochMs, EpochSeconds } from '../clock.ts';
import { type AlgorithmName, allAlgorithms, fapiAlgorithms } from './algorithms.ts';
import { type AudienceRule, audienceAccepted } from './audience.ts';
import { type Check, firstFailed } from './check.ts';
import { type CompactJws, type JwsFault, mediaType, parseCompactJws } from './compact-jws.ts';
import type { VerifyKey } from './jwk.ts';
import { verifyJws } from './jws.ts';
import { type ClaimsFault, defaultLeewayFutureSeconds, type JwtClaims, latestStart, readClaims } from './jwt.ts';

/** An assertion as sent: well-formed, not yet believed. Its `iss` tells which client's keys to load. */
export interface ClientAssertion {
  readonly jws: CompactJws;
  readonly claims: JwtClaims;
}
export type ClientAssertionParse =
  | { readonly ok: true; readonly assertion: ClientAssertion }
  | { readonly ok: false; readonly reason: JwsFault | ClaimsFault };

export interface ClientAssertionExpected {
  readonly clientId: string;
  readonly keys: readonly VerifyKey[];
  readonly audience: AudienceRule;
  readonly now: EpochMs;
  /** How far ahead `exp` may be. Default 60. */
  readonly maxLifetimeSeconds?: number;
  /** How far the client's clock may be ahead of ours. Default 10. */
  readonly leewayFutureSeconds?: number;
  /** How far the client's clock may be behind ours: so long an assertion counts after its `exp`. Default 0. */
  readonly leewayPastSeconds?: number;
  /** Default: those of FAPI 2.0. */
  readonly algorithms?: ReadonlySet<AlgorithmName>;
}

export type ClientAssertionCheckName =
  | 'type'
  | 'algorithm'
  | 'issuer'
  | 'subject'
  | 'audience'
  | 'tokenId'
  | 'expiry'
  | 'notExpired'
  | 'lifetime'
  | 'notBefore'
  | 'issuedAt'
  | 'signature';

export interface CheckedClientAssertion {
  readonly clientId: string;
  readonly jti: string;
  readonly exp: EpochSeconds;
  /** From this instant on the assertion is refused as expired: how long its `jti` must be remembered. */
  readonly until: EpochMs;
  /** Every claim, now believed (HelseID's `assertion_details`, for example). */
  readonly claims: JwtClaims;
}
export type ClientAssertionResult =
  | { readonly ok: true; readonly assertion: CheckedClientAssertion }
  | { readonly ok: false; readonly failed: ClientAssertionCheckName };

const longestAssertion = 16_384;
const defaultMaxLifetimeSeconds = 60;
const acceptedTypes: ReadonlySet<string> = new Set(['jwt', 'client-authentication+jwt']);

/** Reads a `client_assertion`. `numericStrings` as in `readClaims`. Never throws. */
export function parseClientAssertion(
  token: string,
  options: { readonly numericStrings?: boolean } = {},
): ClientAssertionParse {
  const parsed = parseCompactJws(token, { maxLength: longestAssertion });
  if (!parsed.ok) return parsed;
  const reading = readClaims(parsed.jws.payload, options);
  return reading.ok ? { ok: true, assertion: { jws: parsed.jws, claims: reading.claims } } : reading;
}

/** In order of cost; the signature last, over what is otherwise right. All of them must hold. */
export const clientAssertionChecks: readonly Check<
  ClientAssertion,
  ClientAssertionExpected,
  ClientAssertionCheckName
>[] = [
  {
    name: 'type',
    clause: 'RFC 8725 3.11; draft-ietf-oauth-rfc7523bis 4',
    test: ({ jws: { header } }) => header.typ === undefined || acceptedTypes.has(mediaType(header.typ)),
  },
  {
    name: 'algorithm',
    clause: 'RFC 8725 3.1; FAPI 2.0 SP 5.4.1',
    test: ({ jws }, { algorithms = fapiAlgorithms }) => (algorithms as ReadonlySet<string>).has(jws.header.alg),
  },
  { name: 'issuer', clause: 'RFC 7523 3 item 1', test: ({ claims }, { clientId }) => claims.iss === clientId },
  { name: 'subject', clause: 'RFC 7523 3 item 2.B', test: ({ claims }, { clientId }) => claims.sub === clientId },
  {
    name: 'audience',
    clause: 'RFC 7523 3 item 3; FAPI 2.0 SP 5.3.2.1 clause 8; draft-ietf-oauth-rfc7523bis 4 (audience injection)',
    test: ({ claims }, { audience }) => audienceAccepted(claims.aud, audience),
  },
  { name: 'tokenId', clause: 'OIDC Core 9', test: ({ claims }) => claims.jti !== undefined },
  { name: 'expiry', clause: 'RFC 7523 3 item 4', test: ({ claims }) => claims.exp !== undefined },
  {
    name: 'notExpired',
    clause: 'RFC 7523 3 item 4',
    test: ({ claims: { exp } }, { now, leewayPastSeconds = 0 }) =>
      exp === undefined || now < (exp + leewayPastSeconds) * 1000,
  },
  {
    name: 'lifetime',
    clause: 'RFC 7523 3 item 4 (unreasonably far in the future)',
    test: (
      { claims: { exp } },
      { now, maxLifetimeSeconds = defaultMaxLifetimeSeconds, leewayFutureSeconds = defaultLeewayFutureSeconds },
    ) => exp === undefined || exp * 1000 <= latestStart(now, leewayFutureSeconds) + maxLifetimeSeconds * 1000,
  },
  {
    name: 'notBefore',
    clause: 'RFC 7523 3 item 5; FAPI 2.0 SP 5.3.2.1 clause 13',
    test: ({ claims: { nbf } }, { now, leewayFutureSeconds }) =>
      nbf === undefined || nbf * 1000 <= latestStart(now, leewayFutureSeconds),
  },
  {
    name: 'issuedAt',
    clause: 'RFC 7523 3 item 6; FAPI 2.0 SP 5.3.2.1 clause 13',
    test: ({ claims: { iat } }, { now, leewayFutureSeconds }) =>
      iat === undefined || iat * 1000 <= latestStart(now, leewayFutureSeconds),
  },
  {
    name: 'signature',
    clause: 'RFC 7523 3 item 9; RFC 7515 5.2',
    test: ({ jws }, { keys }) => verifyJws(jws, keys, { algorithms: allAlgorithms }).ok,
  },
];

/**
 * Judges an assertion by the list. That its `jti` is new is a claim for the caller to commit. `checks` is the
 * list above; tests hand in a shorter one to see that each entry counts.
 */
export function checkClientAssertion(
  assertion: ClientAssertion,
  expected: ClientAssertionExpected,
  checks = clientAssertionChecks,
): ClientAssertionResult {
  const failed = firstFailed(checks, assertion, expected);
  if (failed !== undefined) return { ok: false, failed };
  const { claims } = assertion;
  const exp = claims.exp ?? 0;
  const until = Math.ceil((exp + (expected.leewayPastSeconds ?? 0)) * 1000);
  return {
    ok: true,
    // A NumericDate may have a fraction (RFC 7519 2); an instant of ours is whole, and never before the end.
    assertion: { clientId: expected.clientId, jti: claims.jti ?? '', exp, until, claims },
  };
}

// Signed authorization requests (RFC 9101, FAPI 2.0 Message Signing section 5.3).
import type { EpochMs } from '../clock.ts';
import { type AlgorithmName, allAlgorithms, fapiAlgorithms } from './algorithms.ts';
import { audienceAccepted } from './audience.ts';
import { type Check, firstFailed } from './check.ts';
import { type CompactJws, type JwsFault, mediaType, parseCompactJws } from './compact-jws.ts';
import type { VerifyKey } from './jwk.ts';
import { verifyJws } from './jws.ts';
import { type ClaimsFault, type JwtClaims, latestStart, readClaims } from './jwt.ts';
import type { JsonValue } from './strict-json.ts';

/** A request object as sent: well-formed, not yet believed. */
export interface RequestObject {
  readonly jws: CompactJws;
  readonly claims: JwtClaims;
}
export type RequestObjectParse =
  | { readonly ok: true; readonly request: RequestObject }
  | { readonly ok: false; readonly reason: JwsFault | ClaimsFault };

export interface RequestObjectExpected {
  readonly clientId: string;
  readonly issuer: string;
  readonly keys: readonly VerifyKey[];
  readonly now: EpochMs;
  /** Whether `nbf` and `exp` must be there (FAPI 2.0 Message Signing). Default true. */
  readonly timesRequired?: boolean;
  /** Whether `client_id` must be inside too (RFC 9101 5); when it is there it must be right in any case. Default true. */
  readonly clientIdRequired?: boolean;
  /** Whether `sub` may be the client, as in an assertion: only where an object that says nothing changes nothing. Default false. */
  readonly subjectAllowed?: boolean;
  readonly leewayFutureSeconds?: number;
  /** Default: those of FAPI 2.0. */
  readonly algorithms?: ReadonlySet<AlgorithmName>;
}

export type RequestObjectCheckName =
  | 'type'
  | 'algorithm'
  | 'issuer'
  | 'audience'
  | 'clientId'
  | 'notAnAssertion'
  | 'notNested'
  | 'timesPresent'
  | 'notExpired'
  | 'lifetime'
  | 'notBefore'
  | 'notOld'
  | 'issuedAt'
  | 'signature';

export type RequestObjectResult =
  | {
      readonly ok: true;
      /** The authorization parameters inside: every claim that is not one of the JWT's own. Nothing outside counts (RFC 9101 6.3). */
      readonly parameters: ReadonlyMap<string, JsonValue>;
      readonly claims: JwtClaims;
    }
  | { readonly ok: false; readonly failed: RequestObjectCheckName };

const longestRequestObject = 65_536;
const greatestAgeSeconds = 3600;
const acceptedTypes: ReadonlySet<string> = new Set(['jwt', 'oauth-authz-req+jwt']);
const ownClaims: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** Reads a `request` parameter. An encrypted one (five parts) is refused. Never throws. */
export function parseRequestObject(token: string): RequestObjectParse {
  const parsed = parseCompactJws(token, { maxLength: longestRequestObject });
  if (!parsed.ok) return parsed;
  const reading = readClaims(parsed.jws.payload);
  return reading.ok ? { ok: true, request: { jws: parsed.jws, claims: reading.claims } } : reading;
}

/** In order of cost; the signature last, over what is otherwise right. All of them must hold. */
export const requestObjectChecks: readonly Check<RequestObject, RequestObjectExpected, RequestObjectCheckName>[] = [
  {
    name: 'type',
    clause: 'RFC 9101 4, 10.8',
    test: ({ jws: { header } }) => header.typ === undefined || acceptedTypes.has(mediaType(header.typ)),
  },
  {
    name: 'algorithm',
    clause: 'RFC 9101 10.1; FAPI 2.0 SP 5.4.1',
    test: ({ jws }, { algorithms = fapiAlgorithms }) => (algorithms as ReadonlySet<string>).has(jws.header.alg),
  },
  { name: 'issuer', clause: 'RFC 9101 4', test: ({ claims }, { clientId }) => claims.iss === clientId },
  {
    name: 'audience',
    clause: 'RFC 9101 4; FAPI 2.0 Message Signing 5.3.1',
    test: ({ claims }, { issuer }) => audienceAccepted(claims.aud, { accepted: [issuer], array: 'contains' }),
  },
  {
    name: 'clientId',
    clause: 'RFC 9101 5',
    test: ({ claims }, { clientId, clientIdRequired = true }) =>
      claims.all.client_id === undefined ? !clientIdRequired : claims.all.client_id === clientId,
  },
  {
    name: 'notAnAssertion',
    clause: 'RFC 9101 4, 10.8 (a client assertion must not pass for a request)',
    test: ({ claims }, { clientId, subjectAllowed = false }) => subjectAllowed || claims.sub !== clientId,
  },
  {
    name: 'notNested',
    clause: 'RFC 9101 4 (request and request_uri MUST NOT be included)',
    test: ({ claims: { all } }) => all.request === undefined && all.request_uri === undefined,
  },
  {
    name: 'timesPresent',
    clause: 'FAPI 2.0 Message Signing 5.3.1',
    test: ({ claims }, { timesRequired = true }) =>
      !timesRequired || (claims.exp !== undefined && claims.nbf !== undefined),
  },
  {
    name: 'notExpired',
    clause: 'RFC 7519 4.1.4',
    test: ({ claims: { exp } }, { now }) => exp === undefined || now < exp * 1000,
  },
  {
    name: 'lifetime',
    clause: 'FAPI 2.0 Message Signing 5.3.1 (exp at most 60 minutes after nbf)',
    test: ({ claims: { exp, nbf } }, { now, leewayFutureSeconds }) =>
      exp === undefined ||
      exp * 1000 <=
        (nbf === undefined ? latestStart(now, leewayFutureSeconds) : nbf * 1000) + greatestAgeSeconds * 1000,
  },
  {
    name: 'notBefore',
    clause: 'RFC 7519 4.1.5; FAPI 2.0 SP 5.3.2.1 clause 13',
    test: ({ claims: { nbf } }, { now, leewayFutureSeconds }) =>
      nbf === undefined || nbf * 1000 <= latestStart(now, leewayFutureSeconds),
  },
  {
    name: 'notOld',
    clause: 'FAPI 2.0 Message Signing 5.3.1 (nbf at most 60 minutes ago)',
    test: ({ claims: { nbf } }, { now }) => nbf === undefined || nbf * 1000 >= now - greatestAgeSeconds * 1000,
  },
  {
    name: 'issuedAt',
    clause: 'RFC 7519 4.1.6; FAPI 2.0 SP 5.3.2.1 clause 13',
    test: ({ claims: { iat } }, { now, leewayFutureSeconds }) =>
      iat === undefined || iat * 1000 <= latestStart(now, leewayFutureSeconds),
  },
  {
    name: 'signature',
    clause: 'RFC 9101 6.2',
    test: ({ jws }, { keys }) => verifyJws(jws, keys, { algorithms: allAlgorithms }).ok,
  },
];

/** Judges a request object by the list and hands out its parameters. Tests hand in a shorter list to see that each entry counts. */
export function checkRequestObject(
  request: RequestObject,
  expected: RequestObjectExpected,
  checks = requestObjectChecks,
): RequestObjectResult {
  const failed = firstFailed(checks, request, expected);
  if (failed !== undefined) return { ok: false, failed };
  const parameters = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(request.claims.all)) {
    if (value !== undefined && !ownClaims.has(name)) parameters.set(name, value);
  }
  return { ok: true, parameters, claims: request.claims };
}

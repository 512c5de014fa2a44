// What an answer of a provider must be like, as two lists in security order: before the code is redeemed, and after.
import { createHash } from 'node:crypto';
import { algorithmNamed } from '../../../base/jose/index.ts';
import { isTestNumber } from '../../../core/catalogue/index.ts';
import { reaches, type UpstreamReason } from '../../../wire/codes/index.ts';
import type { ResponseFacts, TokenFacts } from './answer-facts.ts';

export interface AnswerCheck<Facts> {
  readonly name: string;
  /** The clause that asks for it. */
  readonly clause: string;
  /** What the person is told; absent = that the answer could not be trusted. */
  readonly reason?: UpstreamReason;
  /** Whether the answer passes. */
  readonly test: (facts: Facts) => boolean;
}

export interface AnswerChecks {
  readonly response: readonly AnswerCheck<ResponseFacts>[];
  readonly token: readonly AnswerCheck<TokenFacts>[];
}

/** How far a provider's clock may be from ours, seconds (FAPI 2.0 SP 5.3.2.1 clause 13). */
export const leewaySeconds = 10;
/** An ID token is redeemed at once: one that was made long ago is somebody else's. */
const oldestIssueSeconds = 600;
const longestCode = 4096;

const responseChecks: readonly AnswerCheck<ResponseFacts>[] = [
  {
    name: 'response.state',
    clause: 'RFC 9700 4.7: the answer belongs to this login of this browser',
    test: ({ parameters, memo }) => parameters.state === memo.state,
  },
  {
    name: 'response.sameProvider',
    clause: 'RFC 9700 4.4.2: the provider that was asked is the one that answers',
    test: ({ provider, memo }) => provider.upstream.issuer === memo.issuer,
  },
  {
    name: 'response.issuer',
    clause: 'RFC 9207 2.4: `iss` is there when the provider says that it sends it, and is its issuer',
    test: ({ parameters, metadata }) =>
      parameters.iss === undefined
        ? metadata.authorization_response_iss_parameter_supported !== true
        : parameters.iss === metadata.issuer,
  },
  {
    name: 'response.available',
    clause: 'RFC 6749 4.1.2.1: a disturbance at the provider',
    reason: 'upstream.unavailable',
    test: ({ parameters }) => !['server_error', 'temporarily_unavailable'].includes(parameters.error ?? ''),
  },
  {
    name: 'response.granted',
    clause: 'RFC 6749 4.1.2.1: no error',
    reason: 'upstream.cancelled',
    test: ({ parameters }) => parameters.error === undefined,
  },
  {
    name: 'response.code',
    clause: 'RFC 6749 4.1.2: a code, and no tokens through the browser',
    test: ({ parameters: { code, id_token, access_token } }) =>
      code !== undefined &&
      code !== '' &&
      code.length <= longestCode &&
      id_token === undefined &&
      access_token === undefined,
  },
];

/** The left half of the hash that the signature's algorithm goes with (OIDC Core 3.1.3.6). */
function halfHash(value: string, alg: string): string {
  // EdDSA with Ed25519 hashes with SHA-512; of the others the name says it.
  const bits = /^Ed/.test(alg) ? '512' : alg.slice(-3);
  const digest = createHash(`sha${bits}`).update(value, 'ascii').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

/** The oldest login that counts: `fresh` wants one that was made on this visit. */
function earliestLogin({ memo, now }: TokenFacts): number | undefined {
  const limits = [
    memo.fresh ? memo.begunAt : undefined,
    memo.maxAgeSeconds === undefined ? undefined : now - memo.maxAgeSeconds * 1000,
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.max(...limits);
}

const tokenChecks: readonly AnswerCheck<TokenFacts>[] = [
  {
    name: 'token.algorithm',
    clause: 'RFC 8725 3.1: signed with an algorithm that this kind of provider uses',
    test: ({ jws, preset }) => {
      const algorithm = algorithmNamed(jws.header.alg);
      return algorithm !== undefined && preset.algorithms.includes(algorithm.name);
    },
  },
  {
    name: 'token.signature',
    clause: 'OIDC Core 3.1.3.7 item 6: signed with a key that the issuer publishes; TLS alone is not enough here',
    test: ({ verified }) => verified.ok,
  },
  {
    name: 'token.issuer',
    clause: 'OIDC Core 3.1.3.7 item 2',
    test: ({ claims, provider }) => claims.iss === provider.upstream.issuer,
  },
  {
    name: 'token.audience',
    clause: 'OIDC Core 3.1.3.7 item 3: our client id, and nobody whom we do not know',
    test: ({ claims: { aud }, provider: { upstream } }) => {
      const all = typeof aud === 'string' ? [aud] : (aud ?? []);
      return all.length > 0 && all.every((one) => one === upstream.clientId);
    },
  },
  {
    name: 'token.authorizedParty',
    clause: 'OIDC Core 3.1.3.7 items 4 and 5: azp, when it is there, is us',
    test: ({ claims, provider: { upstream } }) => claims.all.azp === undefined || claims.all.azp === upstream.clientId,
  },
  {
    name: 'token.expires',
    clause: 'OIDC Core 3.1.3.7 item 9',
    test: ({ claims, now }) => claims.exp !== undefined && now < (claims.exp + leewaySeconds) * 1000,
  },
  {
    name: 'token.issuedNow',
    clause: 'OIDC Core 3.1.3.7 item 10: made for this redemption, neither long ago nor ahead',
    test: ({ claims: { iat }, now }) =>
      iat !== undefined && iat * 1000 <= now + leewaySeconds * 1000 && iat * 1000 >= now - oldestIssueSeconds * 1000,
  },
  {
    name: 'token.startsNow',
    clause: 'RFC 7519 4.1.5',
    test: ({ claims: { nbf }, now }) => nbf === undefined || nbf * 1000 <= now + leewaySeconds * 1000,
  },
  {
    name: 'token.nonce',
    clause: 'OIDC Core 3.1.3.7 item 11: the nonce of this login',
    test: ({ claims, memo }) => claims.all.nonce === memo.nonce,
  },
  {
    name: 'token.accessTokenHash',
    clause: 'OIDC Core 3.1.3.8: at_hash, when it is there, is of this access token',
    test: ({ claims, accessToken, jws }) =>
      claims.all.at_hash === undefined || claims.all.at_hash === halfHash(accessToken, jws.header.alg),
  },
  {
    name: 'token.subject',
    clause: 'OIDC Core 2: sub has 1 to 255 characters',
    test: ({ claims: { sub } }) => sub !== undefined && sub.length >= 1 && sub.length <= 255,
  },
  {
    name: 'userinfo.subject',
    clause: 'OIDC Core 5.3.2: UserInfo is of the same sub, else it must not be used',
    test: ({ userinfo, claims }) => userinfo === undefined || userinfo.sub === claims.sub,
  },
  {
    name: 'login.recent',
    clause: 'OIDC Core 3.1.3.7 item 13: auth_time is there and recent enough when that was asked for',
    reason: 'upstream.tooOld',
    test: (facts) => {
      const earliest = earliestLogin(facts);
      if (earliest === undefined) return true;
      const at = facts.claims.all.auth_time;
      return typeof at === 'number' && (at + leewaySeconds) * 1000 >= earliest;
    },
  },
  {
    name: 'login.past',
    clause: 'OIDC Core 2: auth_time lies in the past',
    test: ({ claims: { all }, now }) =>
      all.auth_time === undefined ||
      (typeof all.auth_time === 'number' && all.auth_time * 1000 <= now + leewaySeconds * 1000),
  },
  {
    name: 'level.reached',
    clause:
      'OIDC Core 3.1.3.7 item 12: the level that was asked for, by this provider’s own names; an unknown one is low',
    reason: 'upstream.levelTooLow',
    test: ({ level, memo }) => reaches(level, memo.required),
  },
  {
    name: 'person.named',
    clause: 'A1, A2: an identifier in a namespace that this provider may assert, in its one spelling',
    reason: 'upstream.subject',
    test: ({ subjects }) => subjects.length > 0,
  },
  {
    name: 'person.real',
    clause: 'N7: made-up numbers count only where the provider’s record says so',
    reason: 'upstream.testNumber',
    test: ({ subjects, provider: { upstream } }) =>
      upstream.testNumbers || subjects.every(({ namespace, value }) => !isTestNumber(namespace, value)),
  },
];

export const answerChecks: AnswerChecks = { response: responseChecks, token: tokenChecks };

/** The first check that the answer does not pass. */
export const firstFailed = <Facts>(
  checks: readonly AnswerCheck<Facts>[],
  facts: Facts,
): AnswerCheck<Facts> | undefined => checks.find(({ test }) => !test(facts));

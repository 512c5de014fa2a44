// What a provider's logout token must be like (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6), as lists in order.
import type { CompactJws, JwsVerification, JwtClaims } from '../../../base/jose/index.ts';
import { algorithmNamed, isJsonObject, mediaType } from '../../../base/jose/index.ts';
import type { ProviderPreset } from '../../../core/catalogue/index.ts';
import { type AnswerCheck, leewaySeconds } from './checks.ts';
import { longestSession } from './claims-reading.ts';
import type { UpstreamProvider } from './ports.ts';

/** A token as it came: nothing in it may be believed yet. */
export interface LogoutFacts {
  readonly provider: UpstreamProvider;
  readonly preset: ProviderPreset;
  readonly jws: CompactJws;
  readonly claims: JwtClaims;
  readonly now: number;
}

export interface SignedLogoutFacts extends LogoutFacts {
  readonly verified: JwsVerification;
}

export interface LogoutChecks {
  /** Before any key is looked for: what anybody could send costs next to nothing. */
  readonly token: readonly AnswerCheck<LogoutFacts>[];
  readonly signature: readonly AnswerCheck<SignedLogoutFacts>[];
}

export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';
/** 2.4 recommends two minutes at most; what is remembered of it is bounded by the second. */
const oldestIssueSeconds = 600;
const longestLifeSeconds = 3600;

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= longest;

const tokenChecks: readonly AnswerCheck<LogoutFacts>[] = [
  {
    name: 'logout.algorithm',
    clause:
      'Back-Channel Logout 2.6 step 2, RFC 8725 3.1: signed with an algorithm that this kind of provider uses; never none',
    test: ({ jws, preset }) => {
      const algorithm = algorithmNamed(jws.header.alg);
      return algorithm !== undefined && preset.algorithms.includes(algorithm.name);
    },
  },
  {
    name: 'logout.type',
    clause:
      'Back-Channel Logout 2.4, RFC 8725 3.11: no token of another kind; `logout+jwt` where the provider is known to say it',
    test: ({ jws: { header }, preset }) => {
      const type = header.typ === undefined ? undefined : mediaType(header.typ);
      return type === 'logout+jwt' || (!preset.typedLogout && (type === undefined || type === 'jwt'));
    },
  },
  {
    name: 'logout.issuer',
    clause: 'Back-Channel Logout 2.6 step 3 (OIDC Core 3.1.3.7 item 2)',
    test: ({ claims, provider }) => claims.iss === provider.upstream.issuer,
  },
  {
    name: 'logout.audience',
    clause: 'Back-Channel Logout 2.6 step 3 (OIDC Core 3.1.3.7 item 3): our client id, and nobody whom we do not know',
    test: ({ claims: { aud }, provider: { upstream } }) => {
      const all = typeof aud === 'string' ? [aud] : (aud ?? []);
      return all.length > 0 && all.every((one) => one === upstream.clientId);
    },
  },
  {
    name: 'logout.issuedNow',
    clause: 'Back-Channel Logout 2.6 step 3 (OIDC Core 3.1.3.7 item 10): made lately, and not ahead',
    test: ({ claims: { iat }, now }) =>
      iat !== undefined && iat * 1000 <= now + leewaySeconds * 1000 && iat * 1000 >= now - oldestIssueSeconds * 1000,
  },
  {
    name: 'logout.expires',
    clause: 'Back-Channel Logout 2.4, 2.6 step 3 (OIDC Core 3.1.3.7 item 9)',
    test: ({ claims: { exp }, now }) => exp !== undefined && now < (exp + leewaySeconds) * 1000,
  },
  {
    name: 'logout.endsSoon',
    clause: 'Back-Channel Logout 2.4: preferably two minutes; an hour is the most that we remember',
    test: ({ claims: { exp }, now }) => exp === undefined || exp * 1000 <= now + longestLifeSeconds * 1000,
  },
  {
    name: 'logout.startsNow',
    clause: 'RFC 7519 4.1.5',
    test: ({ claims: { nbf }, now }) => nbf === undefined || nbf * 1000 <= now + leewaySeconds * 1000,
  },
  {
    name: 'logout.event',
    clause: 'Back-Channel Logout 2.6 step 5: `events` has the member of a logout, whose value is an object',
    test: ({ claims: { all } }) =>
      isJsonObject(all.events) && Object.hasOwn(all.events, logoutEvent) && isJsonObject(all.events[logoutEvent]),
  },
  {
    name: 'logout.noNonce',
    clause: 'Back-Channel Logout 2.6 step 6: no nonce, so that no ID token is taken for one',
    test: ({ claims: { all } }) => !Object.hasOwn(all, 'nonce'),
  },
  {
    name: 'logout.named',
    clause: 'Back-Channel Logout 2.6 step 4: sub, sid or both, each a text',
    test: ({ claims: { sub, all } }) =>
      (sub !== undefined || all.sid !== undefined) &&
      (sub === undefined || isText(sub, 255)) &&
      (all.sid === undefined || isText(all.sid, longestSession)),
  },
  {
    name: 'logout.tokenId',
    clause: 'Back-Channel Logout 2.4, 2.6 step 8: jti, which counts once',
    test: ({ claims: { jti } }) => jti !== undefined,
  },
];

const signatureChecks: readonly AnswerCheck<SignedLogoutFacts>[] = [
  {
    name: 'logout.signature',
    clause: 'Back-Channel Logout 2.6 step 2: signed with a key that the issuer publishes now',
    test: ({ verified }) => verified.ok,
  },
];

export const logoutChecks: LogoutChecks = { token: tokenChecks, signature: signatureChecks };

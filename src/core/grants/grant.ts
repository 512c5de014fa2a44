// Records behind OAuth 2 tickets: pushed requests, codes, grants, refresh tokens.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance } from '../../wire/codes/index.ts';
import type { ContextConditions } from '../context/index.ts';
import type { ClaimsByAudience, TicketMinimum } from '../issuing/index.ts';

/** An authorization request after it was checked: what the rest of the flow goes by. */
export interface AuthorizationRequest {
  readonly client: string;
  readonly issuer: string;
  readonly redirectUri: string;
  readonly scope: readonly string[];
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
  readonly codeChallenge?: string | undefined;
  readonly dpopJkt?: string | undefined;
  readonly prompt: readonly ('none' | 'login' | 'consent' | 'select_account')[];
  /** Seconds. */
  readonly maxAge?: number | undefined;
  /** The level that the request asks for, from `acr_values` or `claims`; unknown values are ignored. */
  readonly assurance?: Assurance | undefined;
  /** `acr` was asked for as essential: fail when it cannot be reached (OIDC Core 5.5.1.1). */
  readonly assuranceEssential: boolean;
  readonly loginHint?: string | undefined;
  readonly uiLocales: readonly string[];
  readonly responseMode: 'query' | 'form_post';
  /** Audiences wanted (RFC 8707); read by `resourcesAsked`. */
  readonly resources?: readonly string[] | undefined;
  /** The first of them: what programs of the release before read and wrote. */
  readonly resource?: string | undefined;
  /** Names of claims asked for in `claims`, for the ID token and for userinfo. */
  readonly idTokenClaims: readonly string[];
  readonly userinfoClaims: readonly string[];
  /** A `claims` value for `sub`: another person gets access_denied. */
  readonly expectedSubject?: string | undefined;
  /** A `claims` value for the HPR number: another than its holder gets access_denied. */
  readonly expectedHprNumber?: string | undefined;
  /** Wishes in `acr_values`: `idp:NAME` and `amr:NAME`. */
  readonly wishedProviders?: readonly string[] | undefined;
  readonly wishedMethods?: readonly string[] | undefined;
  /** What the program shows too, so that the person can tell which request it is (CIBA Core 7.1). */
  readonly bindingMessage?: string | undefined;
  /** The organisation that the application asks for (HelseID's `on_behalf_of`): one of its record. */
  readonly onBehalfOf?: string | undefined;
  /** Details of its request object. */
  readonly context?: StoredContext | undefined;
}

/** Details that came in a request object, for as long as the grant lives. They may name a patient: sealed. */
export interface StoredContext {
  /** Names of their types. */
  readonly types: readonly string[];
  /** What policy sees of them. */
  readonly conditions: ContextConditions;
  /** The details themselves and when they came. */
  readonly sealed: string;
}

export interface PushedRequest {
  /** Hash of the request_uri's reference part. */
  readonly hash: string;
  readonly request: AuthorizationRequest;
  readonly expiresAt: EpochMs;
}

/** What a code and every token of a grant is about: copied, so that a later change does not rewrite history. */
export interface GrantSubject {
  readonly person: string;
  readonly session: string;
  readonly subject: string;
  readonly assignment?: string | undefined;
  readonly organisation?: string | undefined;
  readonly acr: Assurance;
  readonly amr: readonly string[];
  readonly authTime: EpochMs;
  /** The common minimum (N9). Absent in grants of an older program. */
  readonly minimum?: TicketMinimum | undefined;
  /** Claims about the person for the ID token and userinfo, from the Statement. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Claims in access tokens, by audience; absent in grants from before each API had its own. */
  readonly apiClaims?: ClaimsByAudience | undefined;
  /** The Statement's confidential claims, sealed for this grant by whoever stores it; base64. */
  readonly sealed?: string | undefined;
  /** The same of `apiClaims`. */
  readonly sealedForApis?: string | undefined;
  /** Id of the audit reference in which the decision is explained. */
  readonly decision: string;
}

export interface Grant {
  readonly id: string;
  readonly client: string;
  readonly issuer: string;
  readonly scope: readonly string[];
  /** Audiences that tokens may be for; read by `resourcesOf`. */
  readonly resources?: readonly string[] | undefined;
  /** The first of them: what programs of the release before read and wrote. */
  readonly audience?: string | undefined;
  readonly dpopJkt?: string | undefined;
  readonly about: GrantSubject;
  /** The level that the request asked for: renewing must reach it too. */
  readonly assurance?: Assurance | undefined;
  /** Details of the request object: in every access token of the grant. */
  readonly context?: StoredContext | undefined;
  readonly idTokenClaims: readonly string[];
  readonly userinfoClaims: readonly string[];
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly revokedAt?: EpochMs | undefined;
}

export interface AuthorizationCode {
  readonly hash: string;
  readonly grant: Grant;
  readonly redirectUri: string;
  readonly codeChallenge?: string | undefined;
  readonly nonce?: string | undefined;
  readonly expiresAt: EpochMs;
}

export interface RefreshToken {
  readonly hash: string;
  readonly grant: Grant;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** When it was rotated away (basic profile only). */
  readonly supersededAt?: EpochMs | undefined;
}

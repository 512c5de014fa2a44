// What each protocol profile asks of its applications, as one row of data a profile: nothing else tells them apart.
import { type AlgorithmName, allAlgorithms, fapiAlgorithms } from '../../base/jose/index.ts';
import type { Api } from './api.ts';
import type { OidcApplication, ProtocolProfile, TicketAlgorithm } from './snapshot.ts';

/** Whether something is asked of every application, of those whose record asks for it (the default), or of none. */
export type Demand = 'always' | 'byApplication' | 'never';

export interface ProfileRules {
  /** Requests are pushed before the browser comes (RFC 9126). */
  readonly pushedRequests: Demand;
  /** Access and refresh tokens are bound to a key that the client proves to hold (RFC 9449). */
  readonly boundTokens: Demand;
  /** A client secret may stand in for private_key_jwt. */
  readonly secrets: boolean;
  /** What `aud` of a client assertion may be: our issuer alone; or also the endpoint; or any of our URLs that are in use in the field. */
  readonly assertionAudience: 'issuer' | 'issuerOrEndpoint' | 'ownUrls';
  /** Dates in assertions may be texts of digits, as some clients in the field write them. */
  readonly datesAsText: boolean;
  /** How long an assertion still counts after its `exp`, seconds: for clients whose assertions live 5 s on clocks that differ. */
  readonly assertionGraceSeconds: number;
  /** Request objects must say from when and until when they hold. */
  readonly timedRequests: boolean;
  /** What a request object says counts alone (RFC 9101 6.3), or before the parameters beside it (OIDC Core 6.1). */
  readonly requestObject: 'alone' | 'first';
  /** What clients may sign assertions and request objects with. */
  readonly clientAlgorithms: ReadonlySet<AlgorithmName>;
  /** What clients may sign DPoP proofs with. */
  readonly proofAlgorithms: ReadonlySet<AlgorithmName>;
  /** The first is what an application gets that names none. */
  readonly idTokenAlgorithms: readonly [TicketAlgorithm, ...TicketAlgorithm[]];
  /** Access tokens of an API that names none: of those above, what the APIs of such clients verify. */
  readonly accessTokenAlgorithm: TicketAlgorithm;
  /** Whether a refresh token is replaced each time it is used. */
  readonly rotation: Demand;
  /** `scope` in an access token: one text (RFC 9068 2.2.3), or a list. */
  readonly scopeClaim: 'text' | 'list';
  /** Whose `sub` it is: our own id of the person, or a keyed hash of the national number, the same for all clients. */
  readonly subject: 'person' | 'pseudonym';
  /** Access tokens say from when they hold and how their client authenticated, as HelseID's do (`nbf`, `client_amr`). */
  readonly accessTokenStart: boolean;
  /** Requests through the back channel carry a message that the person can compare (FAPI-CIBA 5.2.2 clause 2). */
  readonly bindingMessage: boolean;
  /** Redirects to http on the person's own machine, for programs that are no web pages (RFC 8252 7.3). */
  readonly httpLoopback: boolean;
}

export const protocolProfiles: Readonly<Record<ProtocolProfile, ProfileRules>> = {
  /** FAPI 2.0 Security Profile, final. */
  fapi2: {
    pushedRequests: 'always',
    boundTokens: 'always',
    secrets: false,
    assertionAudience: 'issuer',
    datesAsText: false,
    assertionGraceSeconds: 0,
    timedRequests: true,
    requestObject: 'alone',
    clientAlgorithms: fapiAlgorithms,
    proofAlgorithms: fapiAlgorithms,
    idTokenAlgorithms: ['ES256', 'PS256', 'EdDSA'],
    accessTokenAlgorithm: 'ES256',
    rotation: 'never',
    scopeClaim: 'text',
    subject: 'person',
    accessTokenStart: false,
    bindingMessage: true,
    httpLoopback: false,
  },
  /** Code and PKCE, with Bearer tokens and secrets: weaker, and only when somebody asks for it by name. */
  basic: {
    pushedRequests: 'never',
    boundTokens: 'never',
    secrets: true,
    assertionAudience: 'issuerOrEndpoint',
    datesAsText: false,
    assertionGraceSeconds: 0,
    timedRequests: false,
    requestObject: 'alone',
    clientAlgorithms: allAlgorithms,
    proofAlgorithms: fapiAlgorithms,
    idTokenAlgorithms: ['ES256', 'PS256', 'EdDSA', 'RS256'],
    accessTokenAlgorithm: 'ES256',
    rotation: 'always',
    scopeClaim: 'text',
    subject: 'person',
    accessTokenStart: false,
    bindingMessage: false,
    httpLoopback: true,
  },
  /** HelseID's security profile (FAPI 2.0 with its deviations), for clients that were written for it. */
  helseid: {
    pushedRequests: 'byApplication',
    boundTokens: 'byApplication',
    secrets: false,
    assertionAudience: 'ownUrls',
    datesAsText: true,
    assertionGraceSeconds: 10,
    timedRequests: false,
    requestObject: 'first',
    clientAlgorithms: allAlgorithms,
    proofAlgorithms: allAlgorithms,
    idTokenAlgorithms: ['RS256', 'ES256', 'PS256'],
    accessTokenAlgorithm: 'RS256',
    rotation: 'byApplication',
    scopeClaim: 'list',
    subject: 'pseudonym',
    accessTokenStart: true,
    bindingMessage: false,
    httpLoopback: true,
  },
};

/** The row of an application. A client that is not known is held to the strictest. */
export const profileOf = (application: Pick<OidcApplication, 'profile'> | undefined): ProfileRules =>
  protocolProfiles[application?.profile ?? 'fapi2'];

const asked = (demand: Demand, byApplication: boolean): boolean =>
  demand === 'always' || (demand === 'byApplication' && byApplication);

/** What ID and logout tokens of an application are signed with. */
export const idTokenAlgorithmOf = (application: OidcApplication): TicketAlgorithm =>
  application.idTokenAlgorithm ?? profileOf(application).idTokenAlgorithms[0];

/** What an access token is signed with: what its API's record says, since the API verifies it, else by the client's profile. */
export const accessTokenAlgorithmOf = (
  application: Pick<OidcApplication, 'profile'>,
  api: Pick<Api, 'accessTokenAlgorithm'> | undefined,
): TicketAlgorithm => api?.accessTokenAlgorithm ?? profileOf(application).accessTokenAlgorithm;

/** Whether the application must push its requests. */
export const mustPush = (application: OidcApplication | undefined): boolean =>
  asked(profileOf(application).pushedRequests, application?.requirePushedRequest ?? true);

/** Whether the application must bind its tokens to a key. */
export const mustBind = (application: OidcApplication | undefined): boolean =>
  asked(profileOf(application).boundTokens, application?.requireBoundTokens ?? true);

/** Whether each use of a refresh token replaces it. */
export const rotatesRefresh = (application: OidcApplication): boolean =>
  asked(profileOf(application).rotation, application.refreshUse !== 'reusable');

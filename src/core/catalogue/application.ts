// What a user opens, or a machine that acts as itself: what all applications have in common, and OpenID Connect clients.
import type { Assurance, LocalizedText } from '../../wire/codes/index.ts';
import type { SourceOutage } from './enrolment-rule.ts';

/** What every application has, whichever protocol it speaks. */
export interface Application {
  readonly id: string;
  readonly issuer: string;
  readonly name: LocalizedText;
  /** A closed application gets no ticket. */
  readonly closed: boolean;
  readonly organisation?: string | undefined;
  /** Only for people of its members (K3); absent = membership is not looked at. */
  readonly federation?: string | undefined;
  readonly minimumAssurance: Assurance;
  /** Provider ids that may be used; absent = all. */
  readonly providers?: readonly string[] | undefined;
  readonly requireAssignment: boolean;
  /** When the source that a person comes from does not answer; absent = `refuse`. */
  readonly sourceOutage?: SourceOutage | undefined;
  /** Where the start page and the "back to" links go. */
  readonly homeUrl?: string | undefined;
}

/** Protocol profiles of an OpenID Connect application (`protocol-profile.ts`): `fapi2` is the default, others show where they are weaker. */
export type ProtocolProfile = 'fapi2' | 'basic' | 'helseid';

/** A public JWK set, inline or fetched from the application. */
export type KeySource =
  | { readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] } }
  | { readonly jwksUri: string };

export type ClientAuthentication =
  | ({ readonly method: 'private_key_jwt' } & KeySource)
  /** Only in `basic`. The hash is Argon2id (PHC string). */
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secretHash: string };

/** What access and ID tokens may be signed with. */
export const ticketAlgorithms = ['ES256', 'PS256', 'EdDSA', 'RS256'] as const;
export type TicketAlgorithm = (typeof ticketAlgorithms)[number];

export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  /** RFC 8693. */
  'urn:ietf:params:oauth:grant-type:token-exchange',
  /** RFC 8628. */
  'urn:ietf:params:oauth:grant-type:device_code',
  /** OpenID Connect CIBA Core 1.0, poll mode. */
  'urn:openid:params:grant-type:ciba',
] as const;
export type GrantType = (typeof grantTypes)[number];

/** An application that may exchange tickets of another's users, and for which scopes at most. */
export interface AllowedActor {
  readonly application: string;
  readonly scopes: readonly string[];
}

/** Whom an application may speak for; the numbers are organisation numbers of the national register. */
export interface Representation {
  /** `single`: its own organisation; `multi`: organisations that have let its supplier act for them. */
  readonly tenancy: 'single' | 'multi' | 'none';
  /** Its own organisation, with `single`. */
  readonly parent?: string | undefined;
  /** A unit that is always meant: the application names no organisation then. */
  readonly child?: string | undefined;
  /** Who acts for others, with `multi`. */
  readonly supplier?: string | undefined;
  /** The only parents that may be named; absent: its own, or with `multi` all that have delegated. */
  readonly parents?: readonly string[] | undefined;
  /** Units that may be named; with `multi` the register decides. */
  readonly children?: readonly string[] | undefined;
  /** Parent -> the only units of it that may be named. */
  readonly childrenOf?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly allowParent: boolean;
  readonly allowChild: boolean;
}

/** An OpenID Connect client; its id is the OAuth client_id. */
export interface OidcApplication extends Application {
  readonly profile: ProtocolProfile;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly backchannelLogoutUri?: string | undefined;
  /** Opened in a hidden frame of the hub's page after logout (OIDC Front-Channel Logout 1.0). */
  readonly frontchannelLogoutUri?: string | undefined;
  /** False: the frame's address says neither `iss` nor `sid`. Absent = true. */
  readonly frontchannelLogoutSessionRequired?: boolean | undefined;
  readonly authentication: ClientAuthentication;
  readonly grants: readonly GrantType[];
  /** Scopes that it may ask for, `openid` among them. */
  readonly scopes: readonly string[];
  /** Ids of the APIs that it may get tokens for; the first is the default audience. */
  readonly apis: readonly string[];
  /** Organisation numbers that it may ask for (`on_behalf_of`), each by the name that the provider has for it. */
  readonly onBehalfOf?: Readonly<Record<string, string>> | undefined;
  readonly requireSignedRequest: boolean;
  /** Absent = the first that the profile allows. */
  readonly idTokenAlgorithm?: TicketAlgorithm | undefined;
  /** Profile helseid: false while the application is moved step by step. Absent = true. */
  readonly requirePushedRequest?: boolean | undefined;
  readonly requireBoundTokens?: boolean | undefined;
  /** Profile helseid: whether a refresh token may be used again. Absent = one time. */
  readonly refreshUse?: 'reusable' | 'oneTime' | undefined;
  /** Seconds; absent = the hub's. */
  readonly accessTokenSeconds?: number | undefined;
  readonly refreshSeconds?: number | undefined;
  /** How long a key lives that the application registers itself, days. */
  readonly keyDays?: number | undefined;
  /** Who may exchange tickets of this application's users (RFC 8693), however often they were exchanged before. */
  readonly actors?: readonly AllowedActor[] | undefined;
  /** May introspect tokens of these APIs (it is their resource server). */
  readonly introspects: readonly string[];
  /** Whom it may speak for; absent = nobody. */
  readonly represents?: Representation | undefined;
  /** It was made by the confirmed draft of this system: no file that leaves it out removes it. */
  readonly clientSystem?: string | undefined;
}

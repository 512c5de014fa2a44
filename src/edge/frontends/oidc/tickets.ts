// The tickets themselves: access tokens (RFC 9068), ID tokens (OIDC Core 2) and logout tokens. Signed after the commit.
import { hash } from 'node:crypto';
import { type EpochMs, type EpochSeconds, toSeconds } from '../../../base/clock.ts';
import { type AlgorithmName, type SigningKey, signCompact } from '../../../base/jose/index.ts';
import { acrOf } from '../../../core/catalogue/assurance-names.ts';
import { type Issuer, type OidcApplication, profileOf } from '../../../core/catalogue/index.ts';
import type { Actor, Grant } from '../../../core/grants/index.ts';
import type { TicketMinimum } from '../../../core/issuing/index.ts';

/** An ID token says how a login was; a client reads it at once. */
const idTokenSeconds = 300;
/** OIDC Back-Channel Logout 2.4 recommends at most two minutes. */
const logoutTokenSeconds = 120;

/** A ticket's claims as the exact text that will be signed: made before the commit, so that the trail can hold its digest. */
export type TicketText = string;

export interface AccessTokenContent {
  readonly issuer: Issuer;
  readonly client: string;
  readonly subject: string;
  readonly audience: string;
  readonly scope: readonly string[];
  readonly jti: string;
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  /** Thumbprint of the DPoP key; a token without is Bearer. */
  readonly jkt?: string | undefined;
  /** Absent for a machine. */
  readonly grant?: Grant | undefined;
  /** Of a machine's decision; a person's is in the grant. */
  readonly decision?: string | undefined;
  /** What the application said of the request, as claims (core/context). */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  /** Of a machine's ticket; a person's is in the grant. */
  readonly minimum?: Partial<TicketMinimum> | undefined;
  /** After an exchange (RFC 8693 4.1): who acts, and the application that the person is at. */
  readonly exchanged?: { readonly act: Actor; readonly original: string } | undefined;
  /** Its profile says how the token is written. */
  readonly application: OidcApplication;
}

/** Claims of an access token. What its API's record wants stands beside the protocol's claims and never over them. */
export function accessTokenText(content: AccessTokenContent): TicketText {
  const { issuer, client, subject, audience, scope, jti, issuedAt, expiresAt, jkt, grant, decision } = content;
  const { application, exchanged } = content;
  const { scopeClaim, accessTokenStart } = profileOf(application);
  return JSON.stringify({
    decision,
    ...content.context,
    ...(grant === undefined ? minimumClaims(content.minimum) : personClaims(grant, grant.about.apiClaims?.[audience])),
    iss: issuer.url,
    sub: subject,
    aud: audience,
    client_id: client,
    scope: scope.length === 0 ? undefined : scopeClaim === 'list' ? scope : scope.join(' '),
    jti,
    iat: issuedAt,
    exp: expiresAt,
    cnf: jkt === undefined ? undefined : { jkt },
    nbf: accessTokenStart ? issuedAt : undefined,
    client_amr: accessTokenStart ? application.authentication.method : undefined,
    grant_id: grant?.id,
    act: exchanged?.act,
    original_client_id: exchanged?.original,
  });
}

/** The access token; of a type of its own (`at+jwt`, RFC 9068 2.1) unless its API cannot read that. */
export const accessToken = (text: TicketText, key: SigningKey, type: 'JWT' | 'at+jwt' = 'at+jwt'): string =>
  signCompact({ typ: type }, text, key);

export interface IdTokenContent {
  readonly issuer: Issuer;
  readonly grant: Grant;
  readonly nonce?: string | undefined;
  readonly issuedAt: EpochSeconds;
}

/** Claims of an ID token, all but `at_hash`: that depends on a signature that is not made yet. */
export function idTokenText({ issuer, grant, nonce, issuedAt }: IdTokenContent): TicketText {
  const released = personClaims(grant, grant.about.claims);
  for (const name of grant.userinfoClaims) if (!grant.idTokenClaims.includes(name)) delete released[name];
  return JSON.stringify({
    ...released,
    iss: issuer.url,
    sub: grant.about.subject,
    aud: grant.client,
    azp: undefined,
    iat: issuedAt,
    exp: issuedAt + idTokenSeconds,
    nonce,
    at_hash: undefined,
  });
}

/** The ID token, signed as the application is registered for; `at_hash`, its last member, ties the access token to it. */
export function idToken(text: TicketText, token: string, key: SigningKey): string {
  const whole = `${text.slice(0, -1)},"at_hash":"${halfHash(token, key.alg)}"}`;
  return signCompact({ typ: 'JWT' }, whole, key);
}

/** A logout token (OIDC Back-Channel Logout 2.4): never a nonce, a type of its own. */
export function logoutToken(
  content: {
    readonly issuer: Issuer;
    readonly application: OidcApplication;
    readonly subject: string;
    readonly session: string;
    readonly jti: string;
    readonly now: EpochMs;
  },
  key: SigningKey,
): string {
  const { issuer, application, subject, session, jti, now } = content;
  const iat = toSeconds(now);
  const claims = {
    iss: issuer.url,
    aud: application.id,
    iat,
    exp: iat + logoutTokenSeconds,
    jti,
    // The session says it: what it was reached by is our own id, which is not this client's `sub`.
    sub: profileOf(application).subject === 'pseudonym' ? undefined : subject,
    sid: session,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  };
  return signCompact({ typ: 'logout+jwt' }, JSON.stringify(claims), key);
}

/** Claims at userinfo: what was released, but what was asked for the ID token alone. */
export function userinfoClaims(grant: Grant): Record<string, unknown> {
  const released: Record<string, unknown> = { ...grant.about.claims };
  for (const name of grant.idTokenClaims) if (!grant.userinfoClaims.includes(name)) delete released[name];
  return { ...released, sub: grant.about.subject };
}

/** The common minimum of a ticket about a person (N9), and what was released. */
function personClaims({ about }: Grant, released: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    assignment_id: about.assignment,
    organisation_id: about.organisation,
    ...released,
    ...minimumClaims(about.minimum),
    acr: acrOf(about.acr),
    amr: about.amr,
    auth_time: toSeconds(about.authTime),
    sid: about.session,
    decision: about.decision,
  };
}

/** Names of the common minimum in a ticket. */
const minimumClaims = (minimum: Partial<TicketMinimum> = {}): Readonly<Record<string, unknown>> => ({
  sub_namespace: minimum.subjectNamespace,
  professional_id: minimum.professional,
  organisation_parent: minimum.organisationParent,
  organisation_child: minimum.organisationChild,
  supplier: minimum.supplier,
  purpose: minimum.purpose,
});

/** OIDC Core 3.1.3.6: the left half of the hash that goes with the signature's algorithm (Ed25519: SHA-512). */
function halfHash(token: string, alg: AlgorithmName): string {
  const name = /512$|^Ed/.test(alg) ? 'sha512' : alg.endsWith('384') ? 'sha384' : 'sha256';
  const digest = hash(name, token, 'buffer');
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

// Redeeming an authorization code: once, by the client, redirect URI, verifier and key that it was made for.
import { hash, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '../../base/clock.ts';
import type { CatalogueSnapshot, Issuer, OidcApplication } from '../catalogue/index.ts';
import { type Check, firstRefusal, type Refused, refuseIf } from './check.ts';
import type { Grant } from './grant.ts';
import type { CodeFacts } from './ports.ts';
import { isForeign, lacksKey, lacksKeyText, type Target, targetOf } from './resource.ts';

/** What a code is judged by; loaded before. */
export interface RedemptionFacts {
  readonly now: EpochMs;
  readonly application: OidcApplication;
  readonly issuer: Issuer;
  readonly catalogue: CatalogueSnapshot;
  readonly code: string | undefined;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
  /** Audiences asked for at the token endpoint. */
  readonly resources: readonly string[];
  /** Thumbprint of the key of the request's DPoP proof. */
  readonly jkt: string | undefined;
  readonly stored: CodeFacts | undefined;
}

/** In security order: whose it is before whether it was used, so that a stranger cannot have a grant revoked. */
export const redemptionChecks: readonly Check<RedemptionFacts>[] = [
  {
    name: 'code.given',
    clause: 'RFC 6749 4.1.3',
    test: ({ code }) => refuseIf(code === undefined, 'invalid_request', 'code is missing'),
  },
  {
    name: 'code.known',
    clause: 'RFC 6749 5.2',
    test: ({ stored }) => refuseIf(stored === undefined, 'invalid_grant', 'the code is unknown'),
  },
  {
    name: 'code.client',
    clause: 'RFC 6749 4.1.3 (issued to the authenticated client)',
    test: ({ stored, application, issuer }) =>
      refuseIf(
        stored?.grant.client !== application.id || stored.grant.issuer !== issuer.id,
        'invalid_grant',
        'the code was issued to another client',
      ),
  },
  {
    name: 'code.unused',
    clause: 'RFC 6749 4.1.2; FAPI 2.0 SP 5.3.2.1',
    test: ({ stored }) =>
      refuseIf(stored?.redeemed === true, 'invalid_grant', 'the code was used before; its tokens are revoked'),
  },
  {
    name: 'code.fresh',
    clause: 'FAPI 2.0 SP 5.3.2.1 (at most 60 seconds)',
    test: ({ stored, now }) =>
      refuseIf(stored !== undefined && now >= stored.expiresAt, 'invalid_grant', 'the code has expired'),
  },
  {
    name: 'code.redirectUri',
    clause: 'RFC 6749 4.1.3',
    test: ({ stored, redirectUri }) =>
      refuseIf(
        stored?.redirectUri !== redirectUri,
        'invalid_grant',
        'redirect_uri is not the one of the authorization request',
      ),
  },
  {
    name: 'code.verifier',
    clause: 'RFC 7636 4.6',
    test: ({ stored, codeVerifier }) =>
      refuseIf(
        !verifies(codeVerifier, stored?.codeChallenge),
        'invalid_grant',
        'code_verifier does not go with the code_challenge of the authorization request (S256)',
      ),
  },
  {
    name: 'code.dpopKey',
    clause: 'RFC 9449 10',
    test: ({ stored, jkt }) =>
      refuseIf(
        stored?.grant.dpopJkt !== undefined && stored.grant.dpopJkt !== jkt,
        'invalid_grant',
        'the code is bound to another DPoP key',
      ),
  },
  {
    name: 'code.oneResource',
    clause: 'RFC 8707 2.2 (one audience a token)',
    test: ({ resources }) => refuseIf(resources.length > 1, 'invalid_target', 'name one resource for each token'),
  },
  {
    name: 'code.resource',
    clause: 'RFC 8707 2.2 (within what was granted)',
    test: (facts) =>
      refuseIf(
        isForeign(facts.stored?.grant, facts.resources, redemptionTarget(facts)),
        'invalid_target',
        'resource is none of those of the authorization request, or the application is no longer registered for it',
      ),
  },
  {
    name: 'code.bound',
    clause: 'RFC 9449 5; N5 (the API takes bound tokens alone)',
    test: (facts) => refuseIf(lacksKey(redemptionTarget(facts).api, facts.jkt), 'invalid_dpop_proof', lacksKeyText),
  },
  {
    name: 'code.session',
    clause: 'the session that the code came from has ended',
    test: ({ stored, now }) =>
      refuseIf(
        stored?.sessionLive === false || (stored?.grant.expiresAt ?? now) <= now,
        'invalid_grant',
        'the session has ended; start a new authorization request',
      ),
  },
];

/** The API of the first token: the one named by `resource`, else the first of the request. */
export const redemptionTarget = ({ stored, resources, application, catalogue }: RedemptionFacts): Target =>
  targetOf(stored?.grant, { resources }, application, catalogue);

export type Redemption =
  | { readonly kind: 'refused'; readonly refused: Refused; readonly revoke: Grant | undefined }
  | { readonly kind: 'redeemed'; readonly stored: CodeFacts; readonly grant: Grant };

/** Judges a code. `revoke` is the grant that a replayed code takes down (RFC 6749 4.1.2). */
export function decideRedemption<Facts extends RedemptionFacts>(
  facts: Facts,
  checks: readonly Check<Facts>[] = redemptionChecks,
): Redemption {
  const refused = firstRefusal(checks, facts);
  const { stored, jkt } = facts;
  if (refused !== undefined || stored === undefined) {
    const found = refused ?? { check: 'code.known', error: 'invalid_grant', description: 'the code is unknown' };
    return { kind: 'refused', refused: found, revoke: found.check === 'code.unused' ? stored?.grant : undefined };
  }
  return { kind: 'redeemed', stored, grant: { ...stored.grant, dpopJkt: jkt } };
}

const verifierForm = /^[A-Za-z0-9\-._~]{43,128}$/;

/** RFC 7636 4.1 and 4.6, S256 alone: there is no plain, and no code without a challenge. */
function verifies(verifier: string | undefined, challenge: string | undefined): boolean {
  if (verifier === undefined || challenge === undefined || !verifierForm.test(verifier)) return false;
  const made = Buffer.from(hash('sha256', verifier, 'base64url'));
  const wanted = Buffer.from(challenge);
  return made.length === wanted.length && timingSafeEqual(made, wanted);
}

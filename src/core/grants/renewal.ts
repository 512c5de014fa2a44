// Renewing by a refresh token: still the same client and key, a live session, and a new yes of policy each time.
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, lowerOf } from '../../wire/codes/index.ts';
import type { CatalogueSnapshot, Issuer, OidcApplication } from '../catalogue/index.ts';
import type { ContextConditions } from '../context/index.ts';
import type { Statement } from '../issuing/index.ts';
import type { PolicyDecision, PolicyFacts } from '../policy/index.ts';
import type { Session } from '../sessions/index.ts';
import { scopesFor, scopesOf } from './audience.ts';
import { type Check, refuseIf } from './check.ts';
import type { Grant, GrantSubject } from './grant.ts';
import { holderAssignment, holderPolicyFacts } from './holder.ts';
import type { RefreshFacts } from './ports.ts';
import { isForeign, lacksKey, lacksKeyText, type Target, targetOf } from './resource.ts';

/** How long a rotated refresh token stays usable by its client: an answer may have been lost on the way. */
export const rotationGraceMs = 60_000;

/** What a refresh token is judged by before anything else is looked up. */
export interface RenewalFacts {
  readonly now: EpochMs;
  readonly application: OidcApplication;
  readonly issuer: Issuer;
  readonly catalogue: CatalogueSnapshot;
  readonly refreshToken: string | undefined;
  readonly scope: string | undefined;
  readonly resources: readonly string[];
  readonly jkt: string | undefined;
  readonly stored: RefreshFacts | undefined;
}

/** In security order: whose it is before whether it was rotated away, so that a stranger cannot have a grant revoked. */
export const renewalChecks: readonly Check<RenewalFacts>[] = [
  {
    name: 'refresh.given',
    clause: 'RFC 6749 6',
    test: ({ refreshToken }) => refuseIf(refreshToken === undefined, 'invalid_request', 'refresh_token is missing'),
  },
  {
    name: 'refresh.known',
    clause: 'RFC 6749 5.2',
    test: ({ stored }) => refuseIf(stored === undefined, 'invalid_grant', 'the refresh token is unknown'),
  },
  {
    name: 'refresh.client',
    clause: 'RFC 6749 10.4; RFC 9700 2.2.2',
    test: ({ stored, application, issuer }) =>
      refuseIf(
        stored?.grant.client !== application.id || stored.grant.issuer !== issuer.id,
        'invalid_grant',
        'the refresh token was issued to another client',
      ),
  },
  {
    name: 'refresh.revoked',
    clause: 'RFC 7009 2.1',
    test: ({ stored }) =>
      refuseIf(stored?.grant.revokedAt !== undefined, 'invalid_grant', 'the grant was revoked; log in again'),
  },
  {
    name: 'refresh.unused',
    clause: 'RFC 9700 4.14.2 (rotation)',
    test: ({ stored, now }) =>
      refuseIf(
        stored?.supersededAt !== undefined && now >= stored.supersededAt + rotationGraceMs,
        'invalid_grant',
        'the refresh token was replaced by a newer one and used again; its grant is revoked',
      ),
  },
  {
    name: 'refresh.fresh',
    clause: 'RFC 6749 5.2',
    test: ({ stored, now }) =>
      refuseIf(
        stored !== undefined && (now >= stored.expiresAt || now >= stored.grant.expiresAt),
        'invalid_grant',
        'the refresh token has expired; log in again',
      ),
  },
  {
    name: 'refresh.dpopKey',
    clause: 'RFC 9449 5 and 10',
    test: ({ stored, jkt }) =>
      refuseIf(stored?.grant.dpopJkt !== jkt, 'invalid_grant', 'the refresh token is bound to another DPoP key'),
  },
  {
    name: 'refresh.session',
    clause: 'the session is the grant: when it has ended nothing is renewed',
    test: ({ stored, now }) =>
      refuseIf(!isLive(stored?.session, stored?.grant, now), 'invalid_grant', 'the session has ended; log in again'),
  },
  {
    name: 'refresh.assignment',
    clause: 'the assignment that the grant speaks of must hold at every ticket',
    test: (facts) =>
      refuseIf(
        facts.stored?.grant.about.assignment !== undefined && holderAssignment(facts.stored, facts.now) === undefined,
        'invalid_grant',
        'the assignment that was chosen at login has ended; log in again',
      ),
  },
  {
    name: 'refresh.scope',
    clause: 'RFC 6749 6',
    test: (facts) =>
      refuseIf(
        renewedScope(facts).some(
          (each) => facts.stored?.grant.scope.includes(each) !== true || !facts.application.scopes.includes(each),
        ),
        'invalid_scope',
        'scope is more than what was granted, or the application is no longer registered for it',
      ),
  },
  {
    name: 'refresh.oneResource',
    clause: 'RFC 8707 2.2 (one audience a token)',
    test: ({ resources }) => refuseIf(resources.length > 1, 'invalid_target', 'name one resource for each token'),
  },
  {
    name: 'refresh.resource',
    clause: 'RFC 8707 2.2 (within what was granted)',
    test: (facts) =>
      refuseIf(
        isForeign(facts.stored?.grant, facts.resources, renewalTarget(facts)),
        'invalid_target',
        'resource is none of those that were granted, or the application is no longer registered for it',
      ),
  },
  {
    name: 'refresh.scopeOfApi',
    clause: 'RFC 8707 2.2 (the scopes of a token are those of its API)',
    test: (facts) =>
      refuseIf(
        scopesFor(renewalTarget(facts).api, facts.catalogue, renewedScope(facts)).length < renewedScope(facts).length,
        'invalid_scope',
        'scope belongs to another API that was granted; name that API with resource',
      ),
  },
  {
    name: 'refresh.bound',
    clause: 'RFC 9449 5; N5 (the API takes bound tokens alone)',
    test: (facts) => refuseIf(lacksKey(renewalTarget(facts).api, facts.jkt), 'invalid_dpop_proof', lacksKeyText),
  },
];

/** What is looked up only for a refresh token that passed: the card, policy, and what is released now. */
export interface RenewedFacts {
  readonly card: 'good' | 'revoked' | 'unknown';
  readonly decision: PolicyDecision;
  readonly statement: Statement | undefined;
  readonly stored: RefreshFacts;
}

export const renewedChecks: readonly Check<RenewedFacts>[] = [
  {
    name: 'renewed.cardRevoked',
    clause: 'card status older than 15 minutes is checked again; a revoked card ends the session',
    test: ({ card }) => refuseIf(card === 'revoked', 'invalid_grant', 'the card was revoked; the session has ended'),
  },
  {
    name: 'renewed.cardUnknown',
    clause: 'revocation fails closed',
    test: ({ card }) =>
      refuseIf(
        card === 'unknown',
        'temporarily_unavailable',
        'the status of the card cannot be checked now; try again',
      ),
  },
  {
    name: 'renewed.permit',
    clause: 'no ticket without a Permit, at refresh as at login',
    test: ({ decision }) =>
      decision.kind === 'permit' ? undefined : refuseIf(true, 'invalid_grant', objectionText(decision)),
  },
  {
    name: 'renewed.subject',
    clause: 'OIDC Core 12.2 (the same sub)',
    test: ({ statement, stored }) =>
      refuseIf(
        statement !== undefined && statement.subject !== stored.grant.about.subject,
        'invalid_grant',
        'the person has another identifier towards this application now; log in again',
      ),
  },
];

/** RFC 6749 5.2: the rules by id, which are ASCII; their titles are in the trail. */
const objectionText = (decision: Exclude<PolicyDecision, { kind: 'permit' }>): string =>
  decision.kind === 'deny' && decision.rules.length > 0
    ? `refused by ${decision.rules.join(' ')}`
    : `policy asks for a new login (${decision.reason})`;

/** The API of the renewed ticket: the one named by `resource`, else by the scopes asked for, else the first. */
export const renewalTarget = ({
  scope,
  stored,
  resources,
  application,
  catalogue,
}: Pick<RenewalFacts, 'scope' | 'stored' | 'resources' | 'application' | 'catalogue'>): Target =>
  targetOf(stored?.grant, { resources, scope: scopesOf(scope) }, application, catalogue);

/** What the renewed ticket is for: the scopes asked for, else (also when only spaces came) all of its API that were granted. */
export function renewedScope(facts: Omit<TicketFacts, 'now'>): readonly string[] {
  const asked = scopesOf(facts.scope);
  if (asked.length > 0) return asked;
  return scopesFor(renewalTarget(facts).api, facts.catalogue, facts.stored?.grant.scope ?? []);
}

/** What tells which ticket of a grant is asked for. */
export type TicketFacts = Pick<RenewalFacts, 'now' | 'application' | 'catalogue' | 'stored' | 'scope' | 'resources'>;

/** What policy is asked at a refresh: the session's evidence, as it stands now. */
export function policyFactsOf(facts: TicketFacts, session: Session, context?: ContextConditions): PolicyFacts {
  const { application, catalogue, now, stored: holder } = facts;
  const { api } = renewalTarget(facts);
  const apis = api === undefined ? [] : [api.id];
  return holderPolicyFacts(
    { application, catalogue, now, holder, apis, scopes: renewedScope(facts), context },
    session,
  );
}

/**
 * What the renewed tickets say. The time and the methods stay those of the login that the grant came from (OIDC Core
 * 12.2); the level is never above what policy found now.
 */
export function renewedSubject(about: GrantSubject, statement: Statement): GrantSubject {
  const acr: Assurance = lowerOf(about.acr, statement.assurance);
  const { claims, apiClaims, organisation, minimum } = statement;
  return { ...about, acr, claims, apiClaims, organisation, minimum };
}

/** Idle time governs single sign-on; a refresh is not the person's doing, so only the end and the absolute limit count. */
function isLive(session: Session | undefined, grant: Grant | undefined, now: EpochMs): boolean {
  return (
    session !== undefined &&
    session.id === grant?.about.session &&
    session.person === grant.about.person &&
    session.endedAt === undefined &&
    now < session.absoluteUntil
  );
}

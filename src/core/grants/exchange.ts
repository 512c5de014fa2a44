// Token exchange (RFC 8693): an API calls the next one for the person whose ticket it was given. Never more than was given.
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, lowerOf, reaches } from '../../wire/codes/index.ts';
import { type Api, approves, type CatalogueSnapshot, type Issuer, type OidcApplication } from '../catalogue/index.ts';
import type { Statement } from '../issuing/index.ts';
import { isMachinePermit, isPermit, type MachineDecision, type PolicyDecision } from '../policy/index.ts';
import { isIdentityScope, scopeRefusal, scopesOf, wantedApis } from './audience.ts';
import { type Check, refusal, refuseIf } from './check.ts';
import type { Grant, GrantSubject } from './grant.ts';
import type { TokenState } from './ports.ts';

export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/** Actors that may stand behind one another in a ticket: the application that the person is at is not one of them. */
export const longestChain = 3;

/** Who acts for whom (RFC 8693 4.1): the newest outside, those before it inside. */
export interface Actor {
  readonly iss: string;
  readonly sub: string;
  readonly client_id: string;
  readonly act?: Actor | undefined;
}

/** The ticket that is exchanged, read and verified. */
export interface SubjectToken {
  readonly jti: string;
  /** The application that it was issued to. */
  readonly client: string;
  /** The application that the person logged in to, at the beginning of the chain. */
  readonly original: string;
  readonly subject: string;
  readonly audience: string;
  readonly scope: readonly string[];
  readonly expiresAt: EpochMs;
  readonly grant: string | undefined;
  readonly act: Actor | undefined;
}

export interface ExchangeFacts {
  readonly application: OidcApplication;
  readonly issuer: Issuer;
  readonly catalogue: CatalogueSnapshot;
  readonly scope: string | undefined;
  /** `resource` and `audience` (RFC 8693 2.1) together. */
  readonly targets: readonly string[];
  readonly subjectTokenType: string | undefined;
  readonly requestedTokenType: string | undefined;
  readonly actorToken: boolean;
  /** Undefined when there is none, or none of ours that holds now. */
  readonly subject: SubjectToken | undefined;
  readonly state: TokenState | undefined;
  readonly jkt: string | undefined;
}

/** How many actors a chain has. */
export const depthOf = (act: Actor | undefined): number => (act === undefined ? 0 : 1 + depthOf(act.act));

const originalOf = ({ catalogue, subject }: ExchangeFacts): OidcApplication | undefined =>
  subject && catalogue.clients.get(subject.original);

/** What the first application of the chain lets this one do in its users' names: scopes, or nothing. */
const allowedScopes = (facts: ExchangeFacts): readonly string[] | undefined =>
  originalOf(facts)?.actors?.find(({ application }) => application === facts.application.id)?.scopes;

/** The scopes asked for; without any, all that this application may get for those users. */
export function exchangedScope(facts: ExchangeFacts): {
  readonly scope: readonly string[];
  readonly api: Api | undefined;
} {
  const { application, catalogue, scope, targets, subject } = facts;
  const asked = scopesOf(scope);
  const [api] = wantedApis(application, catalogue, asked, targets);
  const all = application.scopes.filter(
    (each) =>
      api?.scopes.includes(each) === true &&
      approves(api, application.id, each) &&
      allowedScopes(facts)?.includes(each) === true &&
      (api.audience !== subject?.audience || subject.scope.includes(each)),
  );
  return { scope: asked.length > 0 ? asked : all, api };
}

export const exchangeChecks: readonly Check<ExchangeFacts>[] = [
  {
    name: 'exchange.type',
    clause: 'RFC 8693 2.1 (subject_token_type)',
    test: ({ subjectTokenType }) =>
      refuseIf(
        subjectTokenType !== accessTokenType,
        'invalid_request',
        `subject_token_type must be ${accessTokenType}`,
      ),
  },
  {
    name: 'exchange.requestedType',
    clause: 'RFC 8693 2.1 (requested_token_type)',
    test: ({ requestedTokenType = accessTokenType }) =>
      refuseIf(
        requestedTokenType !== accessTokenType,
        'invalid_request',
        `requested_token_type must be ${accessTokenType} or absent: no refresh token and no ID token comes of an exchange`,
      ),
  },
  {
    name: 'exchange.noActorToken',
    clause: 'RFC 8693 2.1 (the actor is the client that authenticated)',
    test: ({ actorToken }) =>
      refuseIf(actorToken, 'invalid_request', 'leave actor_token out: the actor is the application that calls'),
  },
  {
    name: 'exchange.subject',
    clause: 'RFC 8693 2.2.2; RFC 9068 4 (ours, signed, not expired)',
    test: ({ subject }) =>
      refuseIf(
        subject === undefined,
        'invalid_request',
        'subject_token is not an access token of ours, or has expired',
      ),
  },
  {
    name: 'exchange.live',
    clause: 'RFC 8693 2.2.2 (revoked tokens; ended sessions)',
    test: ({ state }) =>
      refuseIf(
        state === undefined || state.revoked || !state.grantLive || !state.sessionLive,
        'invalid_request',
        'subject_token was revoked, or its session ended',
      ),
  },
  {
    name: 'exchange.audience',
    clause: 'RFC 8693 5; only who the ticket was given to may pass it on',
    test: ({ application, catalogue, subject }) =>
      refuseIf(
        !application.introspects.some((id) => catalogue.apis.get(id)?.audience === subject?.audience),
        'invalid_request',
        'subject_token is not for an API of this application (introspects)',
      ),
  },
  {
    name: 'exchange.original',
    clause: 'a closed application gets nothing, nor does anybody in its name',
    test: ({ catalogue, issuer, subject }) =>
      refuseIf(
        [subject?.client, subject?.original].some((id) => {
          const found = catalogue.clients.get(id ?? '');
          return found === undefined || found.closed || found.issuer !== issuer.id;
        }),
        'invalid_request',
        'an application that the ticket went through is closed',
      ),
  },
  {
    name: 'exchange.actor',
    clause: 'RFC 8693 4.4 (may_act), as data: the application that people log in to lists who acts for them',
    test: (facts) =>
      refuseIf(
        allowedScopes(facts) === undefined,
        'unauthorized_client',
        'the application that the person logged in to does not list this one among its actors',
      ),
  },
  {
    name: 'exchange.depth',
    clause: 'RFC 8693 4.1 (nested act claims)',
    test: ({ subject }) =>
      refuseIf(
        depthOf(subject?.act) >= longestChain,
        'invalid_request',
        `subject_token was exchanged too many times (${longestChain})`,
      ),
  },
  {
    name: 'exchange.oneTarget',
    clause: 'RFC 8707 2 (one audience a token)',
    test: ({ targets }) =>
      refuseIf(new Set(targets).size > 1, 'invalid_target', 'name one target, by resource or audience'),
  },
  {
    name: 'exchange.scope',
    clause: 'RFC 6749 3.3; RFC 8693 2.2.2 (invalid_target)',
    test: ({ application, catalogue, scope, targets }) =>
      scopeRefusal(application, catalogue, scopesOf(scope), targets),
  },
  {
    name: 'exchange.noPerson',
    clause: 'OIDC Core 3.1.2.1 (openid asks for a login)',
    test: ({ scope, catalogue }) =>
      refuseIf(
        scopesOf(scope).some((each) => isIdentityScope(each, catalogue)),
        'invalid_scope',
        'ask for scopes of the API alone',
      ),
  },
  {
    name: 'exchange.narrow',
    clause: 'RFC 8693 5: never wider than what the first application allows, nor than the ticket for the same API',
    test: (facts) => {
      const { subject } = facts;
      const { scope, api } = exchangedScope(facts);
      if (scope.length === 0) return refusal('invalid_scope', 'there is no scope that this application may have here');
      return refuseIf(
        scope.some((each) => allowedScopes(facts)?.includes(each) !== true) ||
          (api?.audience === subject?.audience && scope.some((each) => subject?.scope.includes(each) !== true)),
        'invalid_scope',
        'scope is more than the first application lets its actors have, or than subject_token has',
      );
    },
  },
  {
    name: 'exchange.bound',
    clause: 'RFC 9449 5 (an exchanged ticket is always bound to a key)',
    test: ({ jkt }) => refuseIf(jkt === undefined, 'invalid_dpop_proof', 'send a DPoP proof in the DPoP header'),
  },
];

/** What is looked up for an exchange that passed: card, policy, and what may be said of the person. */
export interface ExchangedFacts {
  readonly application: OidcApplication;
  readonly subject: SubjectToken;
  readonly card: 'good' | 'revoked' | 'unknown';
  readonly assignmentHolds: boolean;
  readonly decision: PolicyDecision | MachineDecision;
  readonly statement: Statement | undefined;
  /** The level of the ticket; absent for a machine. */
  readonly assurance: Assurance | undefined;
}

export const exchangedChecks: readonly Check<ExchangedFacts>[] = [
  {
    name: 'exchanged.card',
    clause: 'card status older than 15 minutes is checked again; unknown fails closed',
    test: ({ card }) =>
      card === 'unknown'
        ? refusal('temporarily_unavailable', 'the status of the card cannot be checked now; try again')
        : refuseIf(card === 'revoked', 'invalid_request', 'the card was revoked; the session has ended'),
  },
  {
    name: 'exchanged.assignment',
    clause: 'the assignment that the ticket speaks of must hold at every ticket',
    test: ({ assignmentHolds }) =>
      refuseIf(!assignmentHolds, 'invalid_request', 'the assignment that was chosen at login has ended'),
  },
  {
    name: 'exchanged.permit',
    clause: 'no ticket without a Permit, at an exchange as at login',
    test: ({ decision }) =>
      refuseIf(
        decision.kind !== 'permit' || !(isPermit(decision.permit) || isMachinePermit(decision.permit)),
        'unauthorized_client',
        'policy refuses this ticket now; the reference tells which rule',
      ),
  },
  {
    name: 'exchanged.assurance',
    clause: 'N6: the level of the ticket counts, never a higher one',
    test: ({ application, assurance }) =>
      refuseIf(
        assurance !== undefined && !reaches(assurance, application.minimumAssurance),
        'unauthorized_client',
        'the ticket is of a lower level than this application needs',
      ),
  },
  {
    name: 'exchanged.subject',
    clause: 'RFC 8693 1.1 (the same subject)',
    test: ({ statement, subject }) =>
      refuseIf(
        statement !== undefined && statement.subject !== subject.subject,
        'invalid_request',
        'the person has another identifier towards this application',
      ),
  },
];

/** The chain with its new actor outside. */
export const actorOf = (issuer: Issuer, application: OidcApplication, before: Actor | undefined): Actor => ({
  iss: issuer.url,
  sub: application.id,
  client_id: application.id,
  act: before,
});

/** The grant as the exchanged ticket speaks of it: the level never rises, the life never gets longer. Never stored. */
export function exchangedGrant(grant: Grant, statement: Statement, { expiresAt }: SubjectToken): Grant {
  const { claims, apiClaims, organisation, minimum, assurance } = statement;
  const about: GrantSubject = {
    ...grant.about,
    acr: lowerOf(grant.about.acr, assurance),
    organisation,
    minimum,
    claims,
    apiClaims,
    sealed: undefined,
  };
  return { ...grant, about, expiresAt: Math.min(grant.expiresAt, expiresAt) };
}

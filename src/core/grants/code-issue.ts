// Issuing an authorization code after a login: the last look at what policy permitted, then grant and code as records.
import type { EpochMs } from '../../base/clock.ts';
import { reaches } from '../../wire/codes/index.ts';
import type { Api, CatalogueSnapshot, Issuer, OidcApplication } from '../catalogue/index.ts';
import type { Statement } from '../issuing/index.ts';
import { isPermit, type Permit } from '../policy/index.ts';
import type { Session } from '../sessions/index.ts';
import { wantedApis } from './audience.ts';
import { type Check, refuseIf } from './check.ts';
import type { AuthorizationCode, AuthorizationRequest, Grant } from './grant.ts';
import { resourcesAsked } from './resource.ts';

export interface CodeIssueFacts {
  readonly now: EpochMs;
  readonly catalogue: CatalogueSnapshot;
  readonly issuer: Issuer;
  readonly application: OidcApplication | undefined;
  readonly request: AuthorizationRequest;
  readonly permit: Permit;
  readonly session: Session;
  readonly statement: Statement;
  /** The only person who may answer the request, where it was made for one. */
  readonly askedPerson?: string | undefined;
}

export const codeIssueChecks: readonly Check<CodeIssueFacts>[] = [
  {
    name: 'answer.application',
    clause: 'a closed application gets no ticket',
    test: ({ application, issuer }) =>
      refuseIf(
        application === undefined || application.closed || application.issuer !== issuer.id,
        'access_denied',
        'the application is closed',
      ),
  },
  // Before all that is about the person: what is wrong with another one must not end the request of the one who was asked.
  {
    name: 'answer.person',
    clause: 'CIBA Core 7.1 (the person of the hint, and nobody else)',
    test: ({ askedPerson, session }) =>
      refuseIf(
        askedPerson !== undefined && askedPerson !== session.person,
        'access_denied',
        'another person than the one who was asked logged in',
      ),
  },
  {
    name: 'answer.permit',
    clause: 'no Statement without a Permit',
    test: ({ permit, request, session, statement }) =>
      refuseIf(
        !isPermit(permit) ||
          permit.application !== request.client ||
          permit.person !== session.person ||
          statement.application !== request.client ||
          statement.session !== session.id,
        'access_denied',
        'the decision is not about this request',
      ),
  },
  {
    name: 'answer.apis',
    clause: 'no token for an API whose limits the decision did not look at (N5)',
    test: (facts) =>
      refuseIf(
        apisToGrant(facts).some(({ id }) => !facts.permit.apis.includes(id)),
        'access_denied',
        'the decision is not about the APIs of this request',
      ),
  },
  {
    name: 'answer.assurance',
    clause: 'never below the minimum; OIDC Core 5.5.1.1 (essential acr)',
    test: ({ statement, request, application }) =>
      refuseIf(
        !reaches(statement.assurance, request.assurance ?? 'low') ||
          !reaches(statement.assurance, application?.minimumAssurance ?? 'low'),
        'unmet_authentication_requirements',
        'the login did not reach the level that was asked for',
      ),
  },
  {
    name: 'answer.subject',
    clause: 'OIDC Core 3.1.2.1 (id_token_hint), 5.5.1 (sub with a value)',
    test: ({ statement, request }) =>
      refuseIf(
        request.expectedSubject !== undefined && request.expectedSubject !== statement.subject,
        'access_denied',
        'another person than the one asked for logged in',
      ),
  },
  {
    name: 'answer.session',
    clause: 'the session of the login is live',
    test: ({ session, now }) =>
      refuseIf(session.endedAt !== undefined || session.absoluteUntil <= now, 'access_denied', 'the session has ended'),
  },
];

/** The APIs that the request is for, as the catalogue has them now. */
export const apisToGrant = ({
  application,
  catalogue,
  request,
}: Pick<CodeIssueFacts, 'application' | 'catalogue' | 'request'>): readonly Api[] =>
  application === undefined ? [] : wantedApis(application, catalogue, request.scope, resourcesAsked(request));

/** Grant and code of a login. The grant is saved when the code is redeemed; until then it lives inside the code. */
export function codeOf(
  facts: CodeIssueFacts,
  ids: { readonly grant: string; readonly codeHash: string },
): AuthorizationCode {
  const { now, catalogue, application, request, statement, session } = facts;
  const { lifetimes } = catalogue.settings;
  const longest = Math.max(
    application?.refreshSeconds ?? lifetimes.refresh,
    application?.accessTokenSeconds ?? lifetimes.accessToken,
  );
  const resources = apisToGrant(facts).map(({ audience }) => audience);
  const grant: Grant = {
    id: ids.grant,
    client: request.client,
    issuer: request.issuer,
    scope: request.scope,
    resources,
    audience: resources[0],
    dpopJkt: request.dpopJkt,
    about: {
      person: session.person,
      session: session.id,
      subject: statement.subject,
      assignment: statement.assignment,
      organisation: statement.organisation,
      acr: statement.assurance,
      amr: statement.methods,
      authTime: statement.authTime,
      minimum: statement.minimum,
      claims: statement.claims,
      apiClaims: statement.apiClaims,
      decision: statement.decision,
    },
    assurance: request.assurance,
    context: request.context,
    idTokenClaims: request.idTokenClaims,
    userinfoClaims: request.userinfoClaims,
    createdAt: now,
    expiresAt: Math.min(now + longest * 1000, session.absoluteUntil),
  };
  return {
    hash: ids.codeHash,
    grant,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
    nonce: request.nonce,
    expiresAt: now + Math.min(lifetimes.code, 60) * 1000,
  };
}

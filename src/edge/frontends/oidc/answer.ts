// The end of a login, told to the application: a code, or why there is none.
import type { HttpResponse } from '../../../base/http/index.ts';
import { newId, newToken, tokenHash } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import type { Application } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import {
  type AuthorizationRequest,
  apisToGrant,
  codeOf,
  firstRefusal,
  type OAuthError,
  type Refused,
  saveCode,
  spendPushed,
} from '../../../core/grants/index.ts';
import type { LoginOutcome, LoginRequest } from '../../../core/journey/index.ts';
import type { ReasonCode } from '../../../wire/codes/index.ts';
import { authorizationResponse } from './authorization-response.ts';
import { withSealed } from './confidential.ts';
import { contextBody, contextOfLogin } from './context.ts';
import { type Call, commitOrReplay, commonOf, type OidcContext } from './endpoint.ts';
import { hasHelseidPages } from './endpoint-paths.ts';
import { fromMemo, type OidcMemo } from './memo.ts';
import { doneRecord, refusedRecord } from './records.ts';
import { sessionState, watchCookie } from './session-state.ts';

type Granted = Extract<LoginOutcome, { kind: 'granted' }>;

/** Answers the application at the end of its journey. Throws a Problem for a page where it cannot be answered any more. */
export async function answerLogin(
  context: OidcContext,
  login: LoginRequest,
  outcome: LoginOutcome,
): Promise<HttpResponse> {
  const catalogue = context.ports.catalogue();
  const memo = fromMemo(login.memo);
  const { request } = memo;
  const issuer = catalogue.issuers.get(login.issuer);
  const application = catalogue.applications.get(request.client);
  if (issuer === undefined || application?.redirectUris.includes(request.redirectUri) !== true) {
    throw problem('request.redirectUri', outcome.reference, 'the redirect URI is no longer registered');
  }
  const { reference } = outcome;
  const call: Call = { issuer, endpoint: 'authorize', now: context.ports.clock(), catalogue, reference };
  if (outcome.kind === 'refused') {
    const refused: Refused = {
      check: 'login',
      error: errors[outcome.error],
      description: ['the login ended without a ticket:', outcome.reason, ...(outcome.rules ?? [])].join(' '),
    };
    return refuseToApplication(context, call, request, refused, outcome.reason);
  }
  if (outcome.kind === 'loginAdded') throw problem('internal', reference, 'an application never adds a login');
  return grantCode(context, call, memo, outcome);
}

const errors: Readonly<Record<Extract<LoginOutcome, { kind: 'refused' }>['error'], OAuthError>> = {
  denied: 'access_denied',
  cancelled: 'access_denied',
  loginRequired: 'login_required',
  interactionRequired: 'interaction_required',
  assuranceNotReached: 'unmet_authentication_requirements',
};

async function grantCode(context: OidcContext, call: Call, memo: OidcMemo, outcome: Granted): Promise<HttpResponse> {
  const { ports } = context;
  const { request, pushed } = memo;
  const { now, issuer, catalogue, reference } = call;
  const { permit, session } = outcome;
  const application = catalogue.applications.get(request.client);
  const statement = await ports.release(permit, {
    application: request.client,
    scope: request.scope,
    claims: [...request.idTokenClaims, ...request.userinfoClaims],
    // Of those that the decision is not about the list of checks speaks; they are not released.
    apis: apisToGrant({ application, catalogue, request }).filter(({ id }) => permit.apis.includes(id)),
    session: session.id,
    decision: reference,
    person: outcome.person,
  });
  const facts = { now, catalogue, issuer, application, request, permit, session, statement };
  const refused = firstRefusal(context.checks.codeIssue, facts);
  if (refused !== undefined) return refuseToApplication(context, call, request, refused);
  const said = application && (await judgeContext(context, call, application, request, outcome));
  if (said?.refused !== undefined) return refuseToApplication(context, call, request, said.refused);

  const token = newToken(32, ports.random);
  const made = codeOf(facts, { grant: newId(now, ports.random), codeHash: tokenHash(token) });
  const grant = withSealed(ports.nonces, made.grant, statement);
  const code = { ...made, grant };
  const committed = await commitOrReplay(
    context,
    call,
    request.client,
    {
      claims: pushed === undefined ? [] : [spendPushed(pushed.hash, pushed.expiresAt)],
      writes: [saveCode(code)],
      ifWon: [
        doneRecord(
          'ticket.authorized',
          commonOf(call, request.client),
          {
            redirectUri: request.redirectUri,
            scope: grant.scope,
            resources: grant.resources,
            acr: grant.about.acr,
            amr: grant.about.amr,
            assignment: grant.about.assignment,
            ...(said?.ticket && contextBody(said.ticket)),
            catalogue: catalogue.revision,
          },
          grant,
        ),
      ],
    },
    grant,
  );
  if (!committed.won) throw problem('request.expired', reference, 'the request_uri was spent by another code');
  if (!hasHelseidPages(issuer)) return authorizationResponse(issuer, request, { code: token });
  // Session Management 1.0 section 3.2: whoever advertises the iframe answers with a session_state.
  const watched = { client: request.client, redirectUri: request.redirectUri, session: session.id };
  const answer = authorizationResponse(issuer, request, {
    code: token,
    session_state: sessionState(watched, ports.random),
  });
  return { ...answer, headers: { ...answer.headers, 'set-cookie': [watchCookie(session.id)] } };
}

/** What the request object said, held against who logged in (core/context). */
async function judgeContext(
  context: OidcContext,
  call: Call,
  application: Application,
  request: AuthorizationRequest,
  { person, permit, session }: Granted,
) {
  if (request.context === undefined) return {};
  const holder = person ?? (await context.ports.registers?.holder(session.id))?.person;
  return contextOfLogin(context, call, {
    application,
    request,
    api: apisToGrant({ application, catalogue: call.catalogue, request })[0],
    loggedIn: holder && { person: holder, assurance: permit.assurance },
  });
}

async function refuseToApplication(
  context: OidcContext,
  call: Call,
  request: AuthorizationRequest,
  refused: Refused,
  reason?: ReasonCode,
): Promise<HttpResponse> {
  await context.ports.commit(recordOnly([refusedRecord(commonOf(call, request.client), refused, { reason })]));
  return authorizationResponse(call.issuer, request, {
    error: refused.error,
    error_description: `${refused.description} (reference ${call.reference})`,
  });
}

const problem = (code: ReasonCode, reference: string, detail: string) =>
  new Problem({ kind: 'invalid', code, public: { reference }, detail });

// The end of a login, told to the application: a code, or why there is none.
import type { HttpResponse } from '../../../base/http/index.ts';
import { newToken, tokenHash } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { type AuthorizationRequest, type Refused, saveCode, spendPushed } from '../../../core/grants/index.ts';
import type { LoginOutcome, LoginRequest } from '../../../core/journey/index.ts';
import type { ReasonCode } from '../../../wire/codes/index.ts';
import { authorizationResponse } from './authorization-response.ts';
import { type Call, commitOrReplay, commonOf, type OidcContext } from './endpoint.ts';
import { hasHelseidPages } from './endpoint-paths.ts';
import { codeOfLogin, type Granted, refusedLogin } from './login-code.ts';
import { fromMemo, type OidcMemo } from './memo.ts';
import { refusedRecord } from './records.ts';
import { sessionState, watchCookie } from './session-state.ts';
import { answerWaiting } from './waiting-answer.ts';

/** Answers the application at the end of its journey. Throws a Problem for a page where it cannot be answered any more. */
export async function answerLogin(
  context: OidcContext,
  login: LoginRequest,
  outcome: LoginOutcome,
): Promise<HttpResponse> {
  const catalogue = context.ports.catalogue();
  const memo = fromMemo(login.memo);
  if (memo.waiting !== undefined) return answerWaiting(context, login.issuer, memo, memo.waiting, outcome);
  const { request } = memo;
  const issuer = catalogue.issuers.get(login.issuer);
  const application = catalogue.clients.get(request.client);
  if (issuer === undefined || application?.redirectUris.includes(request.redirectUri) !== true) {
    throw problem('request.redirectUri', outcome.reference, 'the redirect URI is no longer registered');
  }
  const { reference } = outcome;
  const call: Call = { issuer, endpoint: 'authorize', now: context.ports.clock(), catalogue, reference };
  if (outcome.kind === 'refused') {
    return refuseToApplication(context, call, request, refusedLogin(outcome), outcome.reason);
  }
  if (outcome.kind === 'loginAdded') throw problem('internal', reference, 'an application never adds a login');
  return grantCode(context, call, memo, outcome);
}

async function grantCode(context: OidcContext, call: Call, memo: OidcMemo, outcome: Granted): Promise<HttpResponse> {
  const { ports } = context;
  const { request, pushed } = memo;
  const { issuer, reference } = call;
  const token = newToken(32, ports.random);
  const made = await codeOfLogin(context, call, request, outcome, { hash: tokenHash(token) });
  if (made.refused !== undefined) return refuseToApplication(context, call, request, made.refused);
  const committed = await commitOrReplay(
    context,
    call,
    request.client,
    {
      claims: pushed === undefined ? [] : [spendPushed(pushed.hash, pushed.expiresAt)],
      writes: [saveCode(made.code)],
      ifWon: [made.record],
    },
    made.code.grant,
  );
  if (!committed.won) throw problem('request.expired', reference, 'the request_uri was spent by another code');
  if (!hasHelseidPages(issuer)) return authorizationResponse(issuer, request, { code: token });
  // Session Management 1.0 section 3.2: whoever advertises the iframe answers with a session_state.
  const { session } = outcome;
  const watched = { client: request.client, redirectUri: request.redirectUri, session: session.id };
  const answer = authorizationResponse(issuer, request, {
    code: token,
    session_state: sessionState(watched, ports.random),
  });
  return { ...answer, headers: { ...answer.headers, 'set-cookie': [watchCookie(session.id)] } };
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

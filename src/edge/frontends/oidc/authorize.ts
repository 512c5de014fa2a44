// The authorization endpoint (RFC 6749 3.1, RFC 9126 4): from a checked request to the one chooser, the dispatcher.
import {
  type HttpRequest,
  type HttpResponse,
  parseQuery,
  readForm,
  seeOther,
  withSetCookies,
} from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { conditionsOfDetails } from '../../../core/context/index.ts';
import {
  type AuthorizationRequest,
  apisToGrant,
  firstRefusal,
  type Refused,
  savePushed,
} from '../../../core/grants/index.ts';
import type { LoginRequest } from '../../../core/journey/index.ts';
import { answerLogin } from './answer.ts';
import { authorizationResponse, withQuery } from './authorization-response.ts';
import { pageReason } from './authorize-checks.ts';
import { contextOfRequest } from './context.ts';
import { type Call, callOf, commonOf, type OidcContext, ourKeys } from './endpoint.ts';
import { endpointUrl } from './endpoint-paths.ts';
import { type OidcMemo, toMemo } from './memo.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import { newRequestUri, pushedBody, requestUriPrefix } from './push.ts';
import { doneRecord, refusedRecord } from './records.ts';
import { gatherRequest, type RequestFacts, requestOf } from './request-facts.ts';

/** A request that may go on, or the answer that goes back instead. */
type Judged =
  | { readonly kind: 'request'; readonly memo: OidcMemo }
  | { readonly kind: 'answer'; readonly response: HttpResponse };

/** Answers GET and POST /authorize. Throws a Problem for a page where there is nobody to send an error to. */
export async function authorize(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'authorize');
  const posted = request.method === 'POST';
  const parameters = parametersOf(posted ? readForm(request) : parseQuery(request.query));
  const judged = await judge(context, call, parameters);
  if (judged.kind === 'answer') return judged.response;
  return posted ? toGet(context, call, judged.memo, parameters) : begin(context, call, judged.memo, request);
}

async function judge(context: OidcContext, call: Call, parameters: Parameters): Promise<Judged> {
  const { issuer, now, catalogue } = call;
  const application = catalogue.clients.get(parameters.get('client_id') ?? '');
  const requestUri = parameters.get('request_uri');
  const token = requestUri?.startsWith(requestUriPrefix) ? requestUri.slice(requestUriPrefix.length) : undefined;
  const pushed = token === undefined ? undefined : await context.ports.reads.pushedRequest(tokenHash(token));
  const refused = firstRefusal(context.checks.authorize, {
    parameters,
    now,
    issuer,
    application,
    requestUri,
    ours: token !== undefined,
    pushed,
  });
  if (refused !== undefined) return refuseByPage(context, call, application?.id, refused);
  if (pushed !== undefined) {
    const { hash, expiresAt, request } = pushed;
    return { kind: 'request', memo: { request, pushed: { hash, expiresAt } } };
  }
  return judgePlain(context, call, parameters);
}

/** Plain parameters, or a request object by value: for the basic profile. */
async function judgePlain(context: OidcContext, call: Call, outer: Parameters): Promise<Judged> {
  const { issuer, now, catalogue } = call;
  const application = catalogue.clients.get(outer.get('client_id') ?? '');
  const facts = await gatherRequest(
    {
      channel: 'browser',
      now,
      issuer,
      catalogue,
      application,
      outer,
      provenKey: () => undefined,
      ourKeys: () => ourKeys(context, issuer),
    },
    context.clientKeys,
  );
  const first = firstRefusal(context.checks.requestOrigin, facts);
  if (first !== undefined) return refuseByPage(context, call, application?.id, first);
  const second = firstRefusal(context.checks.requestContent, facts);
  if (second !== undefined) return refuseBack(context, call, facts, second);
  const request = requestOf(facts);
  const said = await contextOfRequest(context, call, facts, request);
  if (said.refused !== undefined) return refuseBack(context, call, facts, said.refused);
  return { kind: 'request', memo: { request: { ...request, context: said.stored } } };
}

async function refuseBack(context: OidcContext, call: Call, facts: RequestFacts, refused: Refused): Promise<Judged> {
  await context.ports.commit(recordOnly([refusedRecord(commonOf(call, facts.application?.id), refused)]));
  return { kind: 'answer', response: refusalToApplication(call, facts, refused) };
}

/** The redirect URI is known to be registered: the application hears why (RFC 6749 4.1.2.1). */
function refusalToApplication(call: Call, facts: RequestFacts, refused: Refused): HttpResponse {
  const to = {
    redirectUri: facts.get('redirect_uri') ?? '',
    responseMode: facts.get('response_mode') === 'form_post' ? 'form_post' : 'query',
    state: facts.get('state')?.slice(0, 2048),
    uiLocales: [],
  } as const;
  const description = `${refused.description} (reference ${call.reference})`;
  return authorizationResponse(call.issuer, to, { error: refused.error, error_description: description });
}

async function refuseByPage(
  context: OidcContext,
  call: Call,
  client: string | undefined,
  refused: Refused,
): Promise<never> {
  const reason = pageReason(refused.check);
  await context.ports.commit(recordOnly([refusedRecord(commonOf(call, client), refused, { reason })]));
  throw new Problem({
    kind: 'invalid',
    code: reason,
    public: { reference: call.reference },
    detail: `${refused.check}: ${refused.description}`,
  });
}

/**
 * A POST from another site comes without our Lax cookies, so nothing is decided on it: the browser comes back with a
 * GET, with the same request_uri, or with one for plain parameters kept as if they had been pushed.
 */
async function toGet(
  context: OidcContext,
  call: Call,
  { request, pushed }: OidcMemo,
  parameters: Parameters,
): Promise<HttpResponse> {
  const kept = newRequestUri(context, call);
  if (pushed === undefined) {
    await context.ports.commit({
      claims: [],
      writes: [savePushed({ hash: kept.hash, request, expiresAt: kept.expiresAt })],
      ifWon: [doneRecord('ticket.pushed', commonOf(call, request.client), pushedBody(request))],
      ifLost: [],
    });
  }
  const query: [string, string][] = [
    ['client_id', request.client],
    ['request_uri', pushed === undefined ? kept.uri : (parameters.get('request_uri') ?? '')],
  ];
  return seeOther(withQuery(endpointUrl(call.issuer, 'authorize'), query));
}

/** Starts the login of a checked request, and answers with its first page, or at once. */
export async function begin(
  context: OidcContext,
  call: Call,
  memo: OidcMemo,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { browser, dispatcher } = context.ports;
  const turn = await dispatcher.start(loginRequestOf(call, memo), browser.read(request));
  const cookies = browser.cookies(turn);
  if (turn.kind === 'interact') return seeOther(browser.loginUrl(turn.journey), cookies);
  const answer = await answerLogin(context, turn.request, turn.outcome);
  return withSetCookies(answer, cookies);
}

function loginRequestOf({ issuer, catalogue }: Call, memo: OidcMemo): LoginRequest {
  const asked: AuthorizationRequest = memo.request;
  const application = catalogue.clients.get(asked.client);
  return {
    frontend: 'oidc',
    issuer: issuer.id,
    application: asked.client,
    apis: apisToGrant({ application, catalogue, request: asked }).map(({ id }) => id),
    scopes: asked.scope,
    assurance: asked.assurance,
    fresh: asked.prompt.includes('login') || asked.maxAge === 0,
    maxAge: asked.maxAge,
    passive: asked.prompt.includes('none'),
    chooseAgain: asked.prompt.includes('select_account'),
    hint: asked.loginHint,
    locales: asked.uiLocales,
    expectedSubject: asked.expectedSubject,
    expectedPerson: memo.waiting?.person,
    expectedHprNumber: asked.expectedHprNumber,
    wishedProviders: asked.wishedProviders,
    wishedMethods: asked.wishedMethods,
    onBehalfOf: asked.onBehalfOf === undefined ? undefined : application?.onBehalfOf?.[asked.onBehalfOf],
    context: asked.context?.conditions ?? (application && conditionsOfDetails([], application)),
    memo: toMemo(memo),
  };
}

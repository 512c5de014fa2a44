// Single sign-on (SAML Profiles 4.1): from a judged AuthnRequest to the one chooser, the dispatcher.

import { minuteMs } from '../../../base/clock.ts';
import { type HttpRequest, type HttpResponse, parseQuery, seeOther, withSetCookies } from '../../../base/http/index.ts';
import { type AuthnRequest, type AuthnRequestVerdict, judgeAuthnRequest } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { askedLevel, type CatalogueSnapshot, type Issuer } from '../../../core/catalogue/index.ts';
import type { LoginRequest } from '../../../core/journey/index.ts';
import { answerLogin, answerRefusal } from './answer.ts';
import { type Call, callOf, refuseByPage, type SamlContext } from './call.ts';
import { firstRefusal } from './checks.ts';
import { type SamlMemo, toMemo } from './memo.ts';
import { serviceProviderOf } from './partner.ts';
import { samlUrl } from './paths.ts';
import { openFromBrowser } from './received.ts';
import { wantsTransient } from './request-checks.ts';
import { sealedUntil, unsealed } from './sealed.ts';

type Accepted = Extract<AuthnRequestVerdict, { accepted: true }>;

const resumeMs = 5 * minuteMs;
const purpose = 'request';
/** Of a browser's request, cookies and all, our listener reads 16 kB; others on the way less. */
const mostUrlLength = 8192;

/** Answers GET and POST /saml/sso. Throws a Problem for a page where the request cannot be believed. */
export async function signOn(context: SamlContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  await loadXml();
  const call = callOf(context, issuer, 'sso');
  const { message, application } = await openFromBrowser(context, call, request);
  const expected = {
    now: call.now,
    endpointUrl: samlUrl(issuer, 'sso'),
    serviceProvider: serviceProviderOf(application),
  };
  const verdict = judgeAuthnRequest(message, expected, context.checks.request);
  if (!verdict.accepted)
    return await refuseByPage(context, call, application.id, { check: verdict.reason, because: verdict.because });
  const { relayState } = message.received;
  const { locale } = context.ports.browser.read(request);
  const memo = memoOf(verdict, application.id, relayState, locale === undefined ? [] : [locale]);
  const refused = firstRefusal(context.checks.requestContent, { request: verdict.request, application });
  if (refused !== undefined) return await answerRefusal(context, call, application, memo, refused);
  const login = loginRequestOf(call, verdict.request, memo);
  return request.method === 'POST' ? await toGet(context, call, login) : await begin(context, call, login, request);
}

/**
 * A POST from another site comes without our Lax cookies, so nothing is decided on it: the browser comes back with a GET
 * that carries the judged request, sealed.
 */
async function toGet(context: SamlContext, call: Call, login: LoginRequest): Promise<HttpResponse> {
  const { issuer, now } = call;
  const sealed = sealedUntil(context.ports.seals, purpose, issuer.id, login, now + resumeMs);
  const url = `${samlUrl(issuer, 'sso-continue')}?${new URLSearchParams({ request: sealed })}`;
  if (url.length <= mostUrlLength) return seeOther(url);
  const because = 'it asks for more than an address can carry on';
  return await refuseByPage(context, call, login.application, { check: 'request.length', because });
}

/** Answers GET /saml/sso/continue. */
export async function resumeSignOn(context: SamlContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'sso-continue');
  const query = parseQuery(request.query);
  const sealed = (query.ok && query.fields.get('request')) || '';
  const login = unsealed<LoginRequest>(context.ports.seals, purpose, issuer.id, sealed, call.now);
  if (login === undefined) {
    const because = 'no request that was judged here a moment ago';
    return await refuseByPage(context, call, undefined, { check: 'request.resumed', because });
  }
  return await begin(context, call, login, request);
}

/** Starts the login of a checked request, and answers with its first page, or at once. */
export async function begin(
  context: SamlContext,
  call: Call,
  login: LoginRequest,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { browser, dispatcher } = context.ports;
  const turn = await dispatcher.start(login, browser.read(request));
  const cookies = browser.cookies(turn);
  if (turn.kind === 'interact') return seeOther(browser.loginUrl(turn.journey), cookies);
  return withSetCookies(await answerLogin(context, turn.request, turn.outcome, call.endpoint), cookies);
}

function memoOf(
  { request, answerTo }: Accepted,
  application: string,
  relayState: string | undefined,
  locales: readonly string[],
): SamlMemo {
  const wanted = request.requestedAuthnContext;
  return {
    application,
    answerTo: answerTo.location,
    request: { id: request.id },
    relayState,
    levels: wanted && { comparison: wanted.comparison, names: wanted.classRefs },
    transient: wantsTransient(request) || undefined,
    subject: request.subject?.value,
    locales,
  };
}

function loginRequestOf(call: Call, request: AuthnRequest, memo: SamlMemo): LoginRequest {
  const asked = memo.levels && askedLevel(memo.levels);
  return {
    ...plainLogin(call, memo),
    assurance: asked?.ok === true ? asked.level : undefined,
    fresh: request.forceAuthn,
    passive: request.isPassive,
    hint: request.principalSelection[0]?.value,
    wishedProviders: providersWished(call.catalogue, request),
  };
}

/** A login without any wish. */
export const plainLogin = ({ issuer }: Call, memo: SamlMemo): LoginRequest => ({
  frontend: 'saml',
  issuer: issuer.id,
  application: memo.application,
  apis: [],
  scopes: [],
  fresh: false,
  passive: false,
  chooseAgain: false,
  locales: memo.locales,
  memo: toMemo(memo),
});

/** Providers whose entity IDs the request lists, in its order: a preference (SAML Core 3.4.1.2, 3.4.1.3). */
function providersWished({ providers }: CatalogueSnapshot, { scoping }: AuthnRequest): readonly string[] | undefined {
  const listed = scoping?.idpList.map(({ providerId }) => providerId) ?? [];
  const found = listed.flatMap((entity) =>
    [...providers.values()].filter(({ saml }) => saml?.entityId === entity).map(({ id }) => id),
  );
  return found.length === 0 ? undefined : found;
}

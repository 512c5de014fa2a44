// Single sign-on (SAML Profiles 4.1): from a judged AuthnRequest to the one chooser, the dispatcher.

import { minuteMs } from '../../../base/clock.ts';
import { type HttpRequest, type HttpResponse, parseQuery, seeOther, withSetCookies } from '../../../base/http/index.ts';
import { type AuthnRequest, type AuthnRequestVerdict, bindings, judgeAuthnRequest } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { askedLevel, type Issuer } from '../../../core/catalogue/index.ts';
import type { LoginRequest } from '../../../core/journey/index.ts';
import { localeOfTag, locales } from '../../../wire/codes/index.ts';
import { answerLogin, answerRefusal } from './answer.ts';
import { type Call, callOf, refuseByPage, type SamlContext } from './call.ts';
import { firstRefusal } from './checks.ts';
import { type SamlMemo, toMemo } from './memo.ts';
import { serviceProviderOf } from './partner.ts';
import { samlUrl } from './paths.ts';
import { openFromBrowser } from './received.ts';
import { wantsTransient } from './request-checks.ts';
import { sealedUntil, unsealed } from './sealed.ts';
import { type WaysAsked, waysAsked } from './ways-asked.ts';

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
    answers: [bindings.post, bindings.artifact],
  };
  const verdict = judgeAuthnRequest(message, expected, context.checks.request);
  if (!verdict.accepted)
    return await refuseByPage(context, call, application.id, { check: verdict.reason, because: verdict.because });
  const { relayState } = message.received;
  const { locale } = context.ports.browser.read(request);
  const memo = memoOf(verdict, application.id, relayState, locale === undefined ? [] : [locale]);
  const { request: asked, signed } = verdict;
  const ways = waysAsked(call.catalogue, issuer, application, asked);
  const refused = firstRefusal(context.checks.requestContent, { request: asked, application, signed, ways });
  if (refused !== undefined) return await answerRefusal(context, call, application, memo, refused);
  const login = loginRequestOf(call, asked, memo, ways);
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
    answerBinding: answerTo.binding === bindings.artifact ? 'artifact' : undefined,
    request: { id: request.id },
    relayState,
    levels: wanted && { comparison: wanted.comparison, names: wanted.classRefs },
    transient: wantsTransient(request) || undefined,
    subject: request.subject?.value,
    requesters: requestersOf(request),
    direct: request.scoping?.proxyCount === 0 || undefined,
    locales,
  };
}

function loginRequestOf(call: Call, request: AuthnRequest, memo: SamlMemo, ways: WaysAsked): LoginRequest {
  const asked = memo.levels && askedLevel(memo.levels);
  return {
    ...plainLogin(call, memo),
    assurance: asked?.ok === true ? asked.level : undefined,
    fresh: request.forceAuthn,
    passive: request.isPassive,
    hint: request.principalSelection[0]?.value,
    onlyProviders: ways.listed || ways.direct ? ways.open : undefined,
    requesters: memo.requesters,
    passedOn: request.scoping?.proxyCount,
    message: messageOf(request),
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

const mostRequesters = 5;

/** For whom the application asks (SAML Core 3.4.1.2): the nearest few, for the trail and for a provider that takes them. */
function requestersOf({ scoping }: AuthnRequest): readonly string[] | undefined {
  const all = (scoping?.requesterIds ?? []).map((id) => id.slice(0, 1024));
  return all.length === 0 ? undefined : all.slice(0, mostRequesters);
}

/** Controls, and what turns the direction of reading: neither has a place in words on a page of ours. */
const notShown = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const shown = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map((line) => line.replace(/\t/g, ' ').replace(notShown, '').trimEnd())
    .join('\n');

/** The application's words for the person: the first, and those in the languages that our pages have (User Message 3.1). */
function messageOf({ userMessage }: AuthnRequest): LoginRequest['message'] {
  const all = (userMessage?.messages ?? []).map(({ language, text }) => ({ language, text: shown(text) }));
  const ours = new Set(locales.flatMap((each) => all.find(({ language }) => localeOfTag(language) === each) ?? []));
  return all.length === 0 ? undefined : all.filter((each, at) => at === 0 || ours.has(each));
}

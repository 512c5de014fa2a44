// Cosmic Link as a web application: login and logout by SAML, and a page that shows who came, from where, and with what ticket.
import type { IncomingMessage } from 'node:http';
import { hostCookie, parseCookies, parseForm, removedHostCookie } from '../../../base/http/index.ts';
import { newToken } from '../../../base/ids.ts';
import {
  type AssertionFacts,
  type BindingReading,
  type LogoutRequest,
  type OpenMessage,
  openMessage,
  readPost,
  readRedirect,
  soapContentType,
} from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import type { Locale } from '../../../wire/codes/index.ts';
import { type Ended, errorPage, homePage, type Look, leavePage, stylesheet } from '../pages.ts';
import { cosmicLinkApplication } from '../place.ts';
import { type Answer, type Serving, startServer } from '../serve.ts';
import { linkPage } from './page.ts';
import { endingOf } from './refusal.ts';
import { type AskedLogin, createSamlParty } from './saml-party.ts';

export interface CosmicLinkSettings extends Serving {
  readonly url: string;
  readonly hubUrl: string;
  /** PEM file with its RSA key. */
  readonly keyFile: string;
  readonly look: Look;
}

interface LocalSession {
  readonly assertion: AssertionFacts;
  ended?: Ended;
  /** The LogoutRequest that it sent. */
  logout?: string;
}

const sessionCookie = `__Host-${cosmicLinkApplication}`;
/** Binds a login to the browser that began it: nobody is logged in by an answer that somebody else asked for. */
const loginCookie = `__Host-${cosmicLinkApplication}-login`;
const mostWaiting = 1000;

/** Starts the application; the hub need not be up yet. */
export async function startCosmicLink(settings: CosmicLinkSettings): Promise<{ close(): Promise<void> }> {
  const { look } = settings;
  const party = createSamlParty(settings);
  const sessions = new Map<string, LocalSession>();
  const waiting = new Map<string, AskedLogin & { readonly browser: string }>();
  const arrived = new Map<string, { readonly browser: string; readonly assertion: AssertionFacts }>();

  const begin = async (): Promise<Answer> => {
    const { location, asked } = await party.begin();
    const browser = newToken();
    keep(waiting, asked.id, { ...asked, browser });
    return { status: 303, location, cookies: [hostCookie(loginCookie, browser)] };
  };

  /** The answer comes by another site's form, without our cookies: judged here, and taken by the GET that follows. */
  const consume = async (body: Buffer, locale: Locale): Promise<Answer> => {
    const form = parseForm(body);
    const opened = form.ok && form.duplicates.length === 0 ? await open(readPost(form.fields)) : undefined;
    const asked = waiting.get(opened?.claimedInResponseTo ?? '');
    if (opened === undefined || asked === undefined) return refusal(look, locale, 'not_asked', '');
    const { browser, ...request } = asked;
    const verdict = await party.judge(opened, request);
    if (!verdict.accepted) {
      const { code, words, isAnswer } = endingOf(verdict);
      if (isAnswer) waiting.delete(asked.id);
      return refusal(look, locale, code, words);
    }
    // One use: a second copy answers nothing that was asked (SAML Profiles 4.1.4.5).
    waiting.delete(asked.id);
    const login = newToken();
    keep(arrived, login, { browser, assertion: verdict.assertion });
    return { status: 303, location: `/saml/arrived?${new URLSearchParams({ login })}` };
  };

  const arrive = (login: string, browser: string | undefined, locale: Locale): Answer => {
    const found = arrived.get(login);
    arrived.delete(login);
    if (found === undefined || found.browser !== browser) return refusal(look, locale, 'not_asked', '');
    const id = newToken();
    sessions.set(id, { assertion: found.assertion });
    return { status: 303, location: '/', cookies: [hostCookie(sessionCookie, id), removedHostCookie(loginCookie)] };
  };

  const logOut = async (session: LocalSession | undefined, locale: Locale): Promise<Answer> => {
    const { nameId, sessionIndex } = session?.assertion ?? {};
    if (session === undefined || session.ended || nameId === undefined) return { status: 303, location: '/' };
    session.ended = 'here';
    const sessionIndexes = sessionIndex === undefined ? [] : [sessionIndex];
    const { location, id } = await party.logoutLocation({ nameId, sessionIndexes });
    session.logout = id;
    return { status: 200, refresh: location, body: leavePage(look, locale, location) };
  };

  /** The hub's own request, or its answer to ours, by Redirect. */
  const logoutPage = async (query: string, session: LocalSession | undefined, locale: Locale): Promise<Answer> => {
    const opened = await open(readRedirect(query));
    if (opened?.kind === 'LogoutResponse' && session?.logout !== undefined) {
      if (await party.logoutAnswered(opened, session.logout)) return { status: 303, location: '/' };
    } else if (opened?.kind === 'LogoutRequest') {
      const verdict = await party.judgeLogout(opened, party.own.logout);
      if (verdict.accepted) {
        endSessions(sessions, verdict.request);
        return { status: 303, location: await party.answerLogout(verdict.request, opened.received.relayState) };
      }
    }
    return refusal(look, locale, 'not_asked', '');
  };

  const logoutBySoap = async (body: Buffer): Promise<Answer> => {
    const opened = await open({ ok: true, received: { binding: 'soap', xml: body } });
    const verdict = opened && (await party.judgeLogout(opened, party.own.logoutSoap));
    if (verdict?.accepted !== true) return { status: 400, text: 'no logout request of the hub' };
    endSessions(sessions, verdict.request);
    return { status: 200, text: await party.answerLogoutBySoap(verdict.request), type: 'text/xml' };
  };

  const home = (id: string | undefined, session: LocalSession | undefined, locale: Locale): Answer => {
    if (session && !session.ended) return { status: 200, body: linkPage(look, locale, session.assertion) };
    if (id) sessions.delete(id);
    const cookies = session ? [removedHostCookie(sessionCookie)] : [];
    return { status: 200, body: homePage(look, locale, session?.ended), cookies };
  };

  const handle = async (request: IncomingMessage, body: Buffer, locale: Locale): Promise<Answer> => {
    const url = new URL(request.url ?? '/', settings.url);
    const cookies = parseCookies(request.headers.cookie);
    const id = cookies.get(sessionCookie);
    const session = id ? sessions.get(id) : undefined;
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /':
        return home(id, session, locale);
      case 'GET /style.css':
        return { status: 200, text: stylesheet, type: 'text/css' };
      case 'GET /login':
        return await begin();
      case 'POST /saml/acs':
        return await consume(body, locale);
      case 'GET /saml/arrived':
        return arrive(url.searchParams.get('login') ?? '', cookies.get(loginCookie), locale);
      case 'POST /logout':
        return await logOut(session, locale);
      case 'GET /saml/slo':
        return await logoutPage(url.search.slice(1), session, locale);
      case 'POST /saml/slo/soap':
        return request.headers['content-type']?.startsWith(soapContentType.split(';')[0] ?? '') === true
          ? await logoutBySoap(body)
          : { status: 415, text: 'text/xml' };
      case 'GET /saml/metadata':
        return { status: 200, text: party.metadata(), type: 'application/samlmetadata+xml' };
      case 'GET /healthz':
        return { status: 200, text: 'ok' };
      default:
        return { status: 404, body: errorPage(look, locale, 'not_found', '') };
    }
  };

  return await startServer({
    ...settings,
    formTargets: [new URL(settings.hubUrl).origin],
    handle,
    failed: (error, locale) => ({
      status: 502,
      body: errorPage(look, locale, 'Error', error instanceof Error ? error.message : String(error)),
    }),
  });
}

const refusal = (look: Look, locale: Locale, code: string, words: string): Answer => ({
  status: 200,
  body: errorPage(look, locale, code, words),
});

async function open(reading: BindingReading): Promise<OpenMessage | undefined> {
  if (!reading.ok) return undefined;
  await loadXml();
  const opening = openMessage(reading.received);
  return opening.ok ? opening.message : undefined;
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (map.size >= mostWaiting) map.delete(map.keys().next().value ?? '');
  map.set(key, value);
}

/** Those of the person that the request names: all, or the sessions that it lists (SAML Core 3.7.1). */
function endSessions(sessions: ReadonlyMap<string, LocalSession>, { nameId, sessionIndexes }: LogoutRequest): void {
  for (const session of sessions.values()) {
    const { nameId: named, sessionIndex = '' } = session.assertion;
    if (named?.value !== nameId.value) continue;
    if (sessionIndexes.length === 0 || sessionIndexes.includes(sessionIndex)) session.ended ??= 'everywhere';
  }
}

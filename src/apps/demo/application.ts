// One demo application: a small HTTPS server with a login, a page that shows its tickets, and back-channel logout.
import type { IncomingMessage } from 'node:http';
import { systemClock, toSeconds } from '../../base/clock.ts';
import { hostCookie, parseCookies, parseForm, removedHostCookie } from '../../base/http/index.ts';
import { newToken } from '../../base/ids.ts';
import type { Locale } from '../../wire/codes/index.ts';
import { type Asked, askSummary } from './core-record.ts';
import { coreRecordAudience, groundsOf } from './grounds.ts';
import { type EndedSession, logoutTokenChecker } from './logout-token.ts';
import { applicationPage, type Ended, errorPage, homePage, type Look, leavePage, stylesheet } from './pages.ts';
import { type AnswerSummary, KeysUnavailable, summaryPath } from './record-api/index.ts';
import { recordPage } from './record-page.ts';
import {
  createRelyingParty,
  type Grounds,
  type PendingLogin,
  type RelyingParty,
  type RelyingPartySettings,
  type Tickets,
} from './relying-party.ts';
import { type Answer, type Serving, startServer } from './serve.ts';
import type { ReportRead } from './usage-reports.ts';

export interface ApplicationSettings extends Omit<RelyingPartySettings, 'redirectUri' | 'homeUrl'>, Serving {
  readonly url: string;
  readonly look: Look;
  /** The API that it serves beside its pages. */
  readonly api?: AnswerSummary;
  /** Told of each read that the API answered. */
  readonly reportRead?: ReportRead;
}

interface LocalSession {
  tickets: Tickets;
  userInfo: Readonly<Record<string, unknown>>;
  ended?: Ended;
  /** It came of a refusal by the core record's API: this one. */
  refused?: Asked | undefined;
}

/** A login under way, and the refusal that it is an answer to. */
type Waiting = PendingLogin & { readonly refused?: Asked };

const mostWaiting = 1000;

/** Starts the application; the hub need not be up yet: discovery is read at the first login. */
export async function startApplication(settings: ApplicationSettings): Promise<{ close(): Promise<void> }> {
  const cookie = `__Host-${settings.clientId}` as const;
  const sessions = new Map<string, LocalSession>();
  const waiting = new Map<string, Waiting>();
  let known: Promise<RelyingParty> | undefined;
  const party = (): Promise<RelyingParty> => {
    known ??= createRelyingParty({ ...settings, redirectUri: `${settings.url}/callback`, homeUrl: `${settings.url}/` });
    known.catch(() => {
      known = undefined; // the hub was not up: the next login tries again
    });
    return known;
  };

  const begin = async (query: URLSearchParams, wanted?: { grounds: Grounds; refused: Asked }): Promise<Answer> => {
    const prompt = query.get('prompt');
    const wish = { ...(prompt ? { prompt } : {}), ...(wanted ? { grounds: wanted.grounds } : {}) };
    const { location, pending } = await (await party()).begin(wish);
    if (waiting.size >= mostWaiting) waiting.delete(waiting.keys().next().value ?? '');
    waiting.set(pending.state, wanted ? { ...pending, refused: wanted.refused } : pending);
    return { status: 303, location };
  };

  /** The core record's summary; where the API asks for a stronger login or for grounds, that login first, once. */
  const openRecord = async (session: LocalSession | undefined, locale: Locale): Promise<Answer> => {
    if (settings.look.theme !== 'ehr' || !session || session.ended) return { status: 303, location: '/' };
    const relying = await party();
    const { tickets, refused } = session;
    const { aud, exp } = tickets.accessClaims;
    const good = aud === coreRecordAudience && Number(exp) > toSeconds(systemClock());
    const held = good ? tickets : await relying.refresh(tickets, coreRecordAudience);
    session.tickets = aud === coreRecordAudience ? held : { ...tickets, refreshToken: held.refreshToken };
    const asked = await askSummary(relying, held, settings.look.other, locale);
    if (asked.login && !refused) {
      const grounds = groundsOf(session.tickets, `demo-${newToken(6)}`, asked.login.acr);
      return await begin(new URLSearchParams(), { grounds, refused: asked });
    }
    return { status: 200, body: recordPage(settings.look, locale, asked, refused) };
  };

  const callback = async (url: URL, locale: Locale): Promise<Answer> => {
    const pending = waiting.get(url.searchParams.get('state') ?? '');
    waiting.delete(pending?.state ?? '');
    if (!pending) return { status: 303, location: '/' };
    const denied = url.searchParams.get('error');
    if (denied)
      return {
        status: 200,
        body: errorPage(settings.look, locale, denied, url.searchParams.get('error_description') ?? ''),
      };
    const relying = await party();
    const tickets = await relying.complete(url, pending);
    const id = newToken();
    sessions.set(id, { tickets, userInfo: await relying.userInfo(tickets), refused: pending.refused });
    return { status: 303, location: pending.refused ? '/grounds' : '/', cookies: [hostCookie(cookie, id)] };
  };

  const backchannel = async (body: Buffer): Promise<Answer> => {
    const form = parseForm(body);
    const token = form.ok ? form.fields.get('logout_token') : undefined;
    const metadata = (await party()).metadata();
    try {
      const ended = await logoutTokenChecker(metadata.jwks_uri ?? '', settings.issuer, settings.clientId)(token ?? '');
      endSessions(sessions, ended);
      return { status: 200, text: '' };
    } catch {
      return { status: 400, text: 'invalid_request' };
    }
  };

  const notFound = (locale: Locale): Answer => ({
    status: 404,
    body: errorPage(settings.look, locale, 'not_found', ''),
  });

  const handle = async (request: IncomingMessage, body: Buffer, locale: Locale): Promise<Answer> => {
    const url = new URL(request.url ?? '/', settings.url);
    const id = parseCookies(request.headers.cookie).get(cookie);
    const session = id ? sessions.get(id) : undefined;
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /':
        if (session && !session.ended)
          return { status: 200, body: applicationPage(settings.look, locale, session.tickets, session.userInfo) };
        if (session && id) sessions.delete(id);
        return {
          status: 200,
          body: homePage(settings.look, locale, session?.ended),
          cookies: session ? [removedHostCookie(cookie)] : [],
        };
      case 'GET /style.css':
        return { status: 200, text: stylesheet, type: 'text/css' };
      case 'GET /login':
        return await begin(url.searchParams);
      case 'GET /grounds':
        return await openRecord(session, locale);
      case 'GET /callback':
        return await callback(url, locale);
      case 'POST /refresh':
        if (session && !session.ended) session.tickets = await (await party()).refresh(session.tickets);
        return { status: 303, location: '/' };
      case 'POST /logout': {
        // The home page says so when the hub leads back here, and forgets the session then.
        if (session) session.ended = 'here';
        const location = (await party()).logoutLocation(session?.tickets);
        return { status: 200, refresh: location, body: leavePage(settings.look, locale, location) };
      }
      case 'POST /backchannel-logout':
        return await backchannel(body);
      case 'GET /healthz':
        return { status: 200, text: 'ok' };
      default:
        return notFound(locale);
    }
  };

  const route = (request: IncomingMessage, body: Buffer, locale: Locale): Promise<Answer> =>
    settings.api && request.url?.split('?')[0] === summaryPath && request.method === 'GET'
      ? answerApi(settings.api, `${settings.url}${summaryPath}`, request, locale, settings.reportRead)
      : handle(request, body, locale);

  return await startServer({
    ...settings,
    formTargets: [new URL(settings.issuer).origin],
    handle: route,
    failed: (error, locale) => ({
      status: 502,
      body: errorPage(settings.look, locale, errorName(error), describe(error)),
    }),
  });
}

/** The API's answer to an HTTP request: the address is the API's own, whatever Host says. */
async function answerApi(
  api: AnswerSummary,
  address: string,
  { method = '', headers }: IncomingMessage,
  locale: Locale,
  reportRead: ReportRead | undefined,
): Promise<Answer> {
  const dpop = [headers['dpop']].flat().join(',') || undefined; // two proofs are none (RFC 9449 4.3 step 1)
  try {
    const { status, json, challenge } = await api(
      { method, address, authorization: headers.authorization, dpop },
      locale,
    );
    const ticket = status === 200 ? json.ticket?.['jti'] : undefined;
    // The reader does not wait for it, and gets the answer whether or not the hub is there.
    if (typeof ticket === 'string')
      reportRead?.(ticket).catch((error: unknown) => console.error(`a read was not reported: ${describe(error)}`));
    return { status, text: JSON.stringify(json), type: 'application/json', ...(challenge ? { challenge } : {}) };
  } catch (error) {
    if (!(error instanceof KeysUnavailable)) throw error;
    return { status: 503, text: JSON.stringify({ error: 'temporarily_unavailable' }), type: 'application/json' };
  }
}

function endSessions(sessions: Map<string, LocalSession>, ended: EndedSession): void {
  for (const session of sessions.values()) {
    const { sid, sub } = session.tickets.idClaims;
    if (ended.sid !== undefined ? sid === ended.sid : sub === ended.sub) session.ended ??= 'everywhere';
  }
}

const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
const describe = (error: unknown): string => {
  const told = (error as { error_description?: string }).error_description;
  return told ?? (error instanceof Error ? error.message : String(error));
};

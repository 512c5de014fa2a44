// One demo application: a small HTTPS server with a login, a page that shows its tickets, and back-channel logout.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import {
  hostCookie,
  pageHeaders,
  parseCookies,
  parseForm,
  removedHostCookie,
  type SafeHtml,
} from '../../base/http/index.ts';
import { newToken } from '../../base/ids.ts';
import type { Locale } from '../../wire/codes/index.ts';
import { negotiateLocale } from '../../wire/texts/index.ts';
import { groundsOf } from './grounds.ts';
import { type EndedSession, logoutTokenChecker } from './logout-token.ts';
import { applicationPage, type Ended, errorPage, homePage, type Look, stylesheet } from './pages.ts';
import {
  createRelyingParty,
  type Grounds,
  type PendingLogin,
  type RelyingParty,
  type RelyingPartySettings,
  type Tickets,
} from './relying-party.ts';
import { bcp195, readBody } from './transport.ts';

export interface ApplicationSettings extends Omit<RelyingPartySettings, 'redirectUri' | 'homeUrl'> {
  readonly url: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: { readonly certificate: string; readonly key: string };
  readonly look: Look;
}

interface LocalSession {
  tickets: Tickets;
  userInfo: Readonly<Record<string, unknown>>;
  ended?: Ended;
}

const mostWaiting = 1000;

/** Starts the application; the hub need not be up yet: discovery is read at the first login. */
export async function startApplication(settings: ApplicationSettings): Promise<{ close(): Promise<void> }> {
  const cookie = `__Host-${settings.clientId}` as const;
  const sessions = new Map<string, LocalSession>();
  const waiting = new Map<string, PendingLogin>();
  let known: Promise<RelyingParty> | undefined;
  const party = (): Promise<RelyingParty> => {
    known ??= createRelyingParty({ ...settings, redirectUri: `${settings.url}/callback`, homeUrl: `${settings.url}/` });
    known.catch(() => {
      known = undefined; // the hub was not up: the next login tries again
    });
    return known;
  };

  const begin = async (query: URLSearchParams, grounds?: Grounds): Promise<Answer> => {
    const prompt = query.get('prompt');
    const wish = { ...(prompt ? { prompt } : {}), ...(grounds ? { grounds } : {}) };
    const { location, pending } = await (await party()).begin(wish);
    if (waiting.size >= mostWaiting) waiting.delete(waiting.keys().next().value ?? '');
    waiting.set(pending.state, pending);
    return { status: 303, location };
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
    sessions.set(id, { tickets, userInfo: await relying.userInfo(tickets) });
    return { status: 303, location: '/', cookies: [hostCookie(cookie, id)] };
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
        if (settings.look.theme !== 'ehr' || !session) return { status: 303, location: '/' };
        return await begin(url.searchParams, groundsOf(session.tickets, `demo-${newToken(6)}`));
      case 'GET /callback':
        return await callback(url, locale);
      case 'POST /refresh':
        if (session && !session.ended) session.tickets = await (await party()).refresh(session.tickets);
        return { status: 303, location: '/' };
      case 'POST /logout': {
        // The home page says so when the hub leads back here, and forgets the session then.
        if (session) session.ended = 'here';
        return { status: 303, location: (await party()).logoutLocation(session?.tickets) };
      }
      case 'POST /backchannel-logout':
        return await backchannel(body);
      case 'GET /healthz':
        return { status: 200, text: 'ok' };
      default:
        return { status: 404, body: errorPage(settings.look, locale, 'not_found', '') };
    }
  };

  const server: Server = createServer(
    { cert: readFileSync(settings.tls.certificate), key: readFileSync(settings.tls.key), ...bcp195 },
    (request, response) => {
      const locale = negotiateLocale({ accepted: request.headers['accept-language'] });
      readBody(request)
        .then((body) => handle(request, body, locale))
        .catch(
          (error: unknown) =>
            ({
              status: 502,
              body: errorPage(settings.look, locale, errorName(error), describe(error)),
            }) satisfies Answer,
        )
        .then((answer) => send(response, answer, new URL(settings.issuer).origin));
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.listen.port, settings.listen.host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body?: SafeHtml;
  readonly text?: string;
  readonly type?: string;
  readonly location?: string;
  readonly cookies?: readonly string[];
}

function endSessions(sessions: Map<string, LocalSession>, ended: EndedSession): void {
  for (const session of sessions.values()) {
    const { sid, sub } = session.tickets.idClaims;
    if (ended.sid !== undefined ? sid === ended.sid : sub === ended.sub) session.ended ??= 'everywhere';
  }
}

function send(response: ServerResponse, answer: Answer, formTarget: string): void {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(pageHeaders({ formTargets: [formTarget] })))
    headers[name] = typeof value === 'string' ? value : [...value];
  headers['content-type'] = `${answer.type ?? (answer.body ? 'text/html' : 'text/plain')}; charset=utf-8`;
  if (answer.location) headers['location'] = answer.location;
  if (answer.cookies?.length) headers['set-cookie'] = [...answer.cookies];
  response.writeHead(answer.status, headers);
  response.end(answer.body ? answer.body.toString() : (answer.text ?? ''));
}

const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
const describe = (error: unknown): string => {
  const told = (error as { error_description?: string }).error_description;
  return told ?? (error instanceof Error ? error.message : String(error));
};

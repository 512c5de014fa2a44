// Logging out of the hub: asked for once more, done everywhere, and shown with what could not be told yet.
import {
  csrfToken,
  csrfTokenHolds,
  type HttpRequest,
  type HttpResponse,
  html,
  parseQuery,
  seeOther,
} from '../../../base/http/index.ts';
import { text } from '../../../wire/texts/index.ts';
import {
  applicationName,
  heldSession,
  localeOf,
  maxBodyBytes,
  ownForm,
  portalPage,
  sessionForm,
} from './portal-page.ts';
import type { PortalPorts } from './ports.ts';

const proofPurpose = 'loggedOut';

/** Where what a session's end did is shown. The proof lets nobody else look up a session by its id. */
export const loggedOutPath = (ports: Pick<PortalPorts, 'csrfKey'>, session: string): string =>
  `/logged-out/${encodeURIComponent(session)}/${csrfToken(ports.csrfKey, proofPurpose, session)}`;

const targetFields = ['application', 'uri', 'state'] as const;

/** What the page must carry on to its form so that the logout ends where the application asked, if it may. */
function wishedTarget(ports: PortalPorts, fields: ReadonlyMap<string, string>) {
  const to = ports.logoutTarget(fields);
  const carried = targetFields.flatMap((name) => {
    const value = fields.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { to, hidden: to === undefined ? [] : carried };
}

/** GET /logout: what will be ended, and a button. */
export async function askLogout(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const query = parseQuery(request.query, { maxBytes: maxBodyBytes, maxFields: 8 });
  const wish = wishedTarget(ports, query.ok && query.duplicates.length === 0 ? query.fields : new Map());
  const held = await heldSession(ports, request);
  if (!held) return seeOther(wish.to ?? '/logged-out');
  const locale = localeOf(ports, request);
  const [reached, name] = await Promise.all([
    ports.sessions.reached(held.session.id),
    ports.personName(held.session.person),
  ]);
  const names = [...new Set(reached.map(({ application }) => applicationName(ports, locale, application)))];
  return portalPage(ports, request, {
    title: text(locale, 'logout.title'),
    here: '/logout',
    loggedIn: true,
    formTargets: wish.to === undefined ? [] : [new URL(wish.to).origin],
    content: html`<div class="who"><p><strong>${text(locale, 'layout.loggedIn', { name: name ?? '' })}</strong></p></div>${
      names.length === 0
        ? html`<p>${text(locale, 'logout.none')}</p>`
        : html`<p>${text(locale, 'logout.reached')}</p><ul class="checks">${names.map((one) => html`<li>${one}</li>`)}</ul>`
    }
<div class="actions">${sessionForm(ports, held, '/logout', wish.hidden, html`<button class="main">${text(locale, 'logout.submit')}</button>`)}<a class="button other" href="/portal">${text(locale, 'logout.stay')}</a></div>`,
  });
}

/** POST /logout */
export async function doLogout(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (!held) return seeOther('/logged-out', [ports.removedSessionCookie()]);
  const fields = ownForm(ports, request, held);
  if (!fields) return ports.showFailure(request, { reason: 'forbidden' });
  await ports.sessions.end(held.session.id, 'logout');
  const { to } = wishedTarget(ports, fields);
  return seeOther(to ?? loggedOutPath(ports, held.session.id), [ports.removedSessionCookie()]);
}

/** GET /logged-out and /logged-out/:session/:proof */
export async function loggedOut(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const { session, proof } = request.params;
  const known = session !== undefined && csrfTokenHolds(ports.csrfKey, proofPurpose, session, proof);
  const news = known ? await ports.logoutNews(session) : [];
  const classes = { told: 'told', failed: 'failed', pending: 'quiet' } as const;
  const rows = news.map(
    ({ application, status }) =>
      html`<li><span>${applicationName(ports, locale, application)}</span><span class="${classes[status]}">${text(locale, `loggedOut.${status}`)}</span></li>`,
  );
  return portalPage(ports, request, {
    title: text(locale, 'loggedOut.title'),
    loggedIn: (await heldSession(ports, request)) !== undefined,
    content: html`${
      known &&
      (rows.length === 0
        ? html`<p>${text(locale, 'loggedOut.none')}</p>`
        : html`<div class="stack close"><h2>${text(locale, 'loggedOut.list')}</h2><ul class="rows">${rows}</ul></div>`)
    }<p class="note">${text(locale, 'loggedOut.shared')}</p>
<div class="actions">${
      news.some(({ status }) => status === 'pending') &&
      html`<a class="button other" href="${request.path}">${text(locale, 'loggedOut.reload')}</a>`
    }<a class="button other" href="/portal">${text(locale, 'loggedOut.again')}</a></div>`,
  });
}

// Logging out of the hub: asked for once more, done everywhere, and shown with what could not be ended.
import {
  csrfTokenHolds,
  type HttpRequest,
  type HttpResponse,
  html,
  parseQuery,
  seeOther,
} from '../../../base/http/index.ts';
import type { Locale } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { loggedOutPath, passingOn, proofPurpose, separator, withFields } from './logged-out-path.ts';
import { adviceOf, logoutFrames, nameOf, progressList, summaryOf } from './logout-progress.ts';
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
import { progressScript } from './progress-script.ts';
import { passOn, upstreamRows, upstreamTargets } from './upstream-logout.ts';

const targetFields = ['application', 'provider', 'uri', 'state'] as const;
/** With an address of ours to go on to, in which 2 kB of an application's RelayState stand sealed. */
const mostQueryBytes = 8192;
/** By now the script of the page has looked so often that six seconds have passed. */
const waitedRounds = 6;

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
  const [reached, name, upstream] = await Promise.all([
    ports.sessions.reached(held.session.id),
    ports.personName(held.session.person),
    upstreamTargets(ports, held.session.id),
  ]);
  const names = [...new Set(reached.map(({ application }) => applicationName(ports, locale, application)))];
  return portalPage(ports, request, {
    title: text(locale, 'logout.title'),
    here: '/logout',
    loggedIn: true,
    formTargets: [...upstream, ...(wish.to === undefined ? [] : [new URL(wish.to).origin])],
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
  if (!held) return seeOther('/logged-out', ports.forget());
  const fields = ownForm(ports, request, held);
  if (!fields) return ports.showFailure(request, { reason: 'forbidden' });
  await ports.sessions.end(held.session.id, 'logout');
  const { hidden } = wishedTarget(ports, fields);
  return seeOther(loggedOutPath(ports, [held.session.id], [...hidden, passingOn]), ports.forget());
}

/**
 * GET /logged-out and /logged-out/:sessions/:proof. Passes a logout on to providers; waits up to two seconds for the
 * applications; goes on to where the application asked when nothing is left to show, else shows what was ended and what not.
 */
export async function loggedOut(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const { sessions: ids = '', proof } = request.params;
  const known = csrfTokenHolds(ports.csrfKey, proofPurpose, ids, proof);
  const sessions = ids.split(separator);
  const query = parseQuery(request.query, { maxBytes: mostQueryBytes, maxFields: 8 });
  const fields: ReadonlyMap<string, string> =
    known && query.ok && query.duplicates.length === 0 ? query.fields : new Map();
  const { to, hidden } = wishedTarget(ports, fields);
  const live = fields.has('live');
  const by = askerOf(fields, to);
  const first = { sessions, passed: by.provider === undefined ? [] : [by.provider], target: hidden };
  const away = fields.has('on') && !live ? await passOn(ports, request, first) : undefined;
  if (away !== undefined) return away;
  const passed = fields.get('passed');
  const waited = fields.has('shown') || Number(fields.get('live')) >= waitedRounds;
  const [applications, providers] = known
    ? await Promise.all([
        ports.logoutProgress({ sessions, here: sessions[0], asker: by.application, waited }),
        upstreamRows(ports, sessions, passed, by.provider),
      ])
    : [[], []];
  const rows = [...applications, ...providers];
  const { open, more, allTold } = summaryOf(rows);
  if (to !== undefined && allTold && !live) return seeOther(to);
  const { frames, origins } = logoutFrames(ports, locale, live ? [] : rows);
  const advice = adviceOf(locale, rows);
  const title = text(locale, open ? 'loggedOut.partTitle' : 'loggedOut.title');
  const again = [...hidden, ...(passed === undefined ? [] : [['passed', passed] as const]), ['shown', '1'] as const];
  const portal = html`<a class="button other" href="/portal">${text(locale, 'loggedOut.again')}</a>`;
  return portalPage(ports, request, {
    title,
    bare: true,
    loggedIn: (await heldSession(ports, request)) !== undefined,
    frames: origins,
    script: rows.length > 0 ? progressScript : undefined,
    content: html`<div class="sheet"><h1 id="title" data-live>${title}</h1>
<div id="advice" data-live role="status" class="${known && advice.bad ? 'bad' : 'note'}"><p>${
      known && rows.length > 0 ? advice.words : text(locale, 'loggedOut.shared')
    }</p></div>${
      known &&
      (rows.length === 0
        ? html`<p>${text(locale, 'loggedOut.none')}</p>`
        : html`<div class="stack close"><h2>${text(locale, 'loggedOut.list')}</h2><ul class="rows" id="progress" data-live${
            more && html` data-more="1"`
          }${!open && !more && to !== undefined && html` data-next="${to}"`}>${progressList(ports, locale, rows)}</ul></div>
<p>${text(locale, 'loggedOut.shared')}</p>`)
    }<div class="actions" id="next" data-live>${
      more &&
      html`<a class="button other" href="${withFields(request.path, again)}">${text(locale, 'loggedOut.reload')}</a>`
    }${
      to === undefined
        ? portal
        : html`<a class="button main" href="${to}">${text(locale, 'loggedOut.continue', { application: toName(ports, locale, fields) })}</a>`
    }</div>${frames}</div>`,
  });
}

/** Whose wish it was, by a target that came along: it ended there by itself, and needs not be told. */
function askerOf(fields: ReadonlyMap<string, string>, to: string | undefined) {
  if (to === undefined) return {};
  return { application: fields.get('application'), provider: fields.get('provider') };
}

/** What the button leads on to. */
function toName(ports: PortalPorts, locale: Locale, fields: ReadonlyMap<string, string>): string {
  const provider = fields.get('provider');
  return provider === undefined
    ? applicationName(ports, locale, fields.get('application') ?? '')
    : nameOf(ports, locale, { kind: 'provider', id: provider });
}

// "My logins": where a person is logged in, what each session reached, the latest logins, and ending any of them.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../base/http/index.ts';
import type { Evidence } from '../../../core/linking/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import type { Locale } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { ownAccounts } from './accounts/index.ts';
import { endingNote, howToPath } from './cutoffs/index.ts';
import { loggedOutPath, passingOn } from './logged-out-path.ts';
import { adviceOf, progressList } from './logout-progress.ts';
import { ownLoginsSection } from './own-logins.ts';
import {
  applicationName,
  type Held,
  heldSession,
  localeOf,
  ownForm,
  portalPage,
  sessionForm,
  timeOf,
  whoIsHere,
} from './portal-page.ts';
import type { PortalPorts, RecentLogin } from './ports.ts';
import { upstreamRows, upstreamTargets } from './upstream-logout.ts';

const wayOf = (locale: Locale, evidence: readonly Evidence[]): string =>
  [...new Set(evidence.map(({ connector }) => connector))]
    .map((connector) => text(locale, `choose.${connector}`))
    .join(' + ');

async function sessionItem(ports: PortalPorts, locale: Locale, held: Held, session: Session): Promise<HtmlValue> {
  const reached = await ports.sessions.reached(session.id);
  const names = [...new Set(reached.map(({ application }) => applicationName(ports, locale, application)))];
  const open = await ports.leftOpen(session, reached);
  const current = session.id === held.session.id;
  const agent = session.agent === '?' ? text(locale, `device.${session.device}`) : session.agent;
  const facts: readonly (readonly [Parameters<typeof text>[1], HtmlValue])[] = [
    ['portal.reached', names.length > 0 ? names.join(', ') : text(locale, 'portal.noneReached')],
    ['portal.way', wayOf(locale, session.evidence)],
    ['portal.device', text(locale, `device.${session.device}`)],
    ['portal.started', timeOf(ports, locale, session.startedAt)],
    ['portal.seen', timeOf(ports, locale, session.seenAt)],
    ['portal.until', timeOf(ports, locale, session.absoluteUntil)],
  ];
  return html`<li class="session${current && ' current'}"><h3>${agent} ${
    current && html`<span class="tag">${text(locale, 'portal.current')}</span>`
  }</h3><dl class="facts">${facts.map(([key, value]) => html`<dt>${text(locale, key)}</dt><dd>${value}</dd>`)}</dl>${
    open.length > 0 &&
    html`<p class="note">${text(locale, 'portal.leftOpen', {
      applications: open.map((one) => applicationName(ports, locale, one)).join(', '),
    })}</p>`
  }
<div class="actions">${
    current
      ? html`<a class="button other" href="/logout">${text(locale, 'portal.endCurrent')}</a>`
      : sessionForm(
          ports,
          held,
          '/portal/end',
          [['_session', session.id]],
          html`<button class="other">${text(locale, 'portal.end')}</button>`,
        )
  }</div></li>`;
}

function recentList(ports: PortalPorts, locale: Locale, recent: readonly RecentLogin[]): HtmlValue {
  if (recent.length === 0) return html`<p class="quiet">${text(locale, 'portal.recentEmpty')}</p>`;
  const rows = recent.map((one) => {
    const name = applicationName(ports, locale, one.application);
    const way = one.connector && html`, ${text(locale, `choose.${one.connector}`)}`;
    const why = one.reason && html`: ${text(locale, `reason.${one.reason}.title`)}`;
    const result = one.granted
      ? html`<span class="told">${text(locale, 'portal.granted')}</span>`
      : html`<span><span class="failed">${text(locale, 'portal.refused')}</span>${why} <span class="small">${one.reference}</span></span>`;
    return html`<li><span><b>${name}</b><br><span class="quiet">${timeOf(ports, locale, one.at)}${way}</span></span>${result}</li>`;
  });
  return html`<ul class="rows">${rows}</ul><p class="quiet">${text(locale, 'portal.strange')}</p>`;
}

/** What became of the session that was ended a moment ago, in another browser; only of one's own. */
async function endedNote(ports: PortalPorts, locale: Locale, person: string, query: string): Promise<HtmlValue> {
  const id = new URLSearchParams(query).get('ended');
  const session = id === null ? undefined : await ports.sessions.byId(id);
  if (session?.person !== person) return undefined;
  const [applications, providers] = await Promise.all([
    ports.logoutProgress({ sessions: [session.id] }),
    upstreamRows(ports, [session.id]),
  ]);
  const rows = [...applications, ...providers];
  const advice = adviceOf(locale, rows);
  return html`<div class="${advice.bad ? 'bad' : 'note'}" role="status"><p>${text(locale, 'portal.ended')}</p>${
    rows.length > 0 && html`<ul class="rows">${progressList(ports, locale, rows)}</ul>`
  }${advice.bad && html`<p>${text(locale, 'loggedOut.advice.there')}</p>`}</div>`;
}

/** GET /portal; somebody without a session logs in first. */
export async function ownSessionsPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (!held) return await ports.startLogin(request, '/portal');
  const locale = localeOf(ports, request);
  const { person } = held.session;
  const [sessions, recent, who, logins, formTargets, accounts, ending] = await Promise.all([
    ports.sessions.ofPerson(person, ports.clock()),
    ports.recentLogins(person),
    whoIsHere(ports, locale, held),
    ownLoginsSection(ports, request, locale, held),
    upstreamTargets(ports, held.session.id),
    ownAccounts(ports, locale, held),
    endingNote(ports, request, locale, held),
  ]);
  const items = await Promise.all(sessions.map((session) => sessionItem(ports, locale, held, session)));
  const title = text(locale, 'portal.title');
  const ended = await endedNote(ports, locale, person, request.query);
  return portalPage(ports, request, {
    title,
    here: '/portal',
    formTargets,
    bare: true,
    wide: true,
    loggedIn: true,
    content: html`<div class="stack close"><h1>${title}</h1></div>
${ending}<div class="sheet">${ended}${who}
<h2>${text(locale, 'portal.sessions')}</h2><ul class="sessions">${items}</ul>
<div class="actions">${sessionForm(ports, held, '/portal/end', [['_all', '1']], html`<button class="other">${text(locale, 'portal.endAll')}</button>`)}</div></div>
${logins}<p><a href="${howToPath}">${text(locale, 'cutoff.howTo')}</a></p>${accounts}
<div class="sheet"><h2>${text(locale, 'portal.recent')}</h2>${recentList(ports, locale, recent)}</div>`,
  });
}

/** POST /portal/end: one session of one's own, or all of them. */
export async function endOwnSessions(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (!held) return seeOther('/portal');
  const fields = ownForm(ports, request, held);
  if (!fields) return ports.showFailure(request, { reason: 'forbidden' });
  const own = await ports.sessions.ofPerson(held.session.person, ports.clock());
  if (fields.get('_all') === '1') {
    const others = own.filter(({ id }) => id !== held.session.id);
    for (const session of [...others, held.session]) await ports.sessions.end(session.id, 'endedByUser');
    const ended = [held.session.id, ...others.map(({ id }) => id)];
    return seeOther(loggedOutPath(ports, ended, [passingOn]), ports.forget());
  }
  // Only among one's own: the id of somebody else's session ends nothing (A13).
  const session = own.find(({ id }) => id === fields.get('_session'));
  if (!session) return seeOther('/portal');
  await ports.sessions.end(session.id, 'endedByUser');
  return session.id === held.session.id
    ? seeOther(loggedOutPath(ports, [session.id], [passingOn]), ports.forget())
    : seeOther(`/portal?ended=${encodeURIComponent(session.id)}`);
}

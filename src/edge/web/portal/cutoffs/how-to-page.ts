// How the person is to log in: which of their ways work where, until when, and what to order (G6).
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../../base/http/index.ts';
import type { OwnApplication, OwnStanding } from '../../../../core/policy/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { heldSession, localeOf, portalPage, whoIsHere } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { dayOf, wayName } from './parts.ts';

export const howToPath = '/how-to-log-in';

function standingText(ports: PortalPorts, locale: Locale, { way, standing }: OwnStanding): string {
  const name = wayName(ports, locale, way.provider);
  const dated = (key: 'until' | 'exempt' | 'ended', at: number) =>
    text(locale, `cutoff.howto.${key}`, { way: name, date: dayOf(ports, locale, at) });
  if (standing.kind === 'works' && standing.until !== undefined) return dated('until', standing.until);
  if (standing.kind === 'works') return text(locale, 'cutoff.howto.works', { way: name });
  if (standing.kind === 'exempt') return dated('exempt', standing.until);
  if (standing.kind === 'ended' && standing.from !== undefined) return dated('ended', standing.from);
  return text(locale, 'cutoff.howto.not', { way: name });
}

/** What this person orders; links lead to https alone, and name the host that they lead to. */
function orders(locale: Locale, found: OwnApplication['orders']): HtmlValue {
  const lines = found.flatMap(({ cutoff, order }) =>
    order
      .flatMap((index) => cutoff.order[index] ?? [])
      .map(({ text: words, url }) => {
        const to = URL.parse(url ?? '');
        const host = to?.host ?? '';
        return html`<li>${localized(words, locale)}${
          to?.protocol === 'https:' &&
          html` <a href="${to.href}" rel="noopener noreferrer">${text(locale, 'cutoff.orderAt', { host })}</a>`
        }</li>`;
      }),
  );
  return (
    lines.length > 0 && html`<p><strong>${text(locale, 'cutoff.order')}</strong></p><ul class="checks">${lines}</ul>`
  );
}

function item(ports: PortalPorts, locale: Locale, own: OwnApplication): HtmlValue {
  const getsIn = own.ways.some(({ standing }) => standing.kind === 'works' || standing.kind === 'exempt');
  return html`<li class="session"><h3>${localized(own.application.name, locale)}</h3>${
    !getsIn && html`<p>${text(locale, 'cutoff.howto.none')}</p>`
  }<ul class="checks">${own.ways.map((one) => html`<li>${standingText(ports, locale, one)}</li>`)}</ul>${own.orders.map(
    ({ cutoff }) => html`<p class="quiet">${localized(cutoff.text, locale)}</p>`,
  )}${orders(locale, own.orders)}</li>`;
}

/** GET /how-to-log-in */
export async function howToPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const held = await heldSession(ports, request);
  if (held === undefined) return ports.startLogin(request, howToPath);
  const [who, found] = await Promise.all([
    whoIsHere(ports, locale, held),
    ports.cutoffs.howTo(held.session.person, ports.browserOf(request)),
  ]);
  const name = ({ application }: OwnApplication) => localized(application.name, locale);
  const own = [...found].sort((a, b) => name(a).localeCompare(name(b), locale));
  const ways = [...new Set(own.flatMap(({ ways: each }) => each.map(({ way }) => way.provider)))];
  const section = (title: Parameters<typeof text>[1], content: HtmlValue) =>
    html`<section class="sheet"><h2>${text(locale, title)}</h2>${content}</section>`;
  const title = text(locale, 'cutoff.howto.title');
  return portalPage(ports, request, {
    title,
    bare: true,
    wide: true,
    loggedIn: true,
    content: html`<div class="stack close"><h1>${title}</h1></div><div>${who}</div><p class="lead">${text(locale, 'cutoff.howto.lead')}</p>${section(
      'cutoff.howto.ways',
      ways.length === 0
        ? html`<p role="status">${text(locale, 'cutoff.howto.noWays')}</p>`
        : html`<ul class="checks">${ways.map((id) => html`<li>${wayName(ports, locale, id)}</li>`)}</ul>`,
    )}${section(
      'cutoff.howto.apps',
      own.length === 0
        ? html`<p role="status">${text(locale, 'cutoff.howto.noApps')}</p>`
        : html`<ul class="sessions">${own.map((one) => item(ports, locale, one))}</ul>`,
    )}<p><a href="/systems">${text(locale, 'cutoff.systems.title')}</a></p>`,
  });
}

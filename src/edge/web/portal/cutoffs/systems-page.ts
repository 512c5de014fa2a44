// What our systems require from when: the list that the login itself goes by, for everybody at work, or for everybody (G4).
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../../base/http/index.ts';
import { type CutoffState, cutoffStates, type MethodCutoff } from '../../../../core/catalogue/index.ts';
import { candidatesFor, isInForce, namesWay } from '../../../../core/policy/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { applicationName, heldSession, localeOf, portalPage, whoIsHere } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { howToPath } from './how-to-page.ts';
import { dayOf, listOf, wayName } from './parts.ts';

export const systemsPath = '/systems';

/** Required first: that is what holds. */
const order: readonly CutoffState[] = [...cutoffStates].reverse();

function when(ports: PortalPorts, locale: Locale, cutoff: MethodCutoff): string {
  if (cutoff.from === undefined) return text(locale, 'cutoff.systems.noDate');
  const date = dayOf(ports, locale, Date.parse(cutoff.from));
  return text(locale, isInForce(cutoff, ports.clock()) ? 'cutoff.systems.since' : 'cutoff.systems.from', { date });
}

/** One application of one cut-off. */
function item(
  ports: PortalPorts,
  locale: Locale,
  cutoff: MethodCutoff,
  id: string,
  organisations: readonly string[],
): HtmlValue {
  const catalogue = ports.catalogue();
  const application = catalogue.applications.get(id);
  if (application === undefined || application.closed) return undefined;
  const ways = candidatesFor(application, catalogue).map(({ maximum, ...way }) => ({ ...way, level: maximum }));
  const names = (ends: boolean) =>
    ways.filter((way) => namesWay(cutoff, way) === ends).map(({ provider }) => wayName(ports, locale, provider));
  const lines = [
    when(ports, locale, cutoff),
    ...(organisations.length === 0
      ? []
      : [text(locale, 'cutoff.systems.whose', { organisations: listOf(locale, organisations) })]),
    ...(names(true).length === 0 ? [] : [text(locale, 'cutoff.systems.ends', { ways: listOf(locale, names(true)) })]),
    ...(names(false).length === 0
      ? []
      : [text(locale, 'cutoff.systems.works', { ways: listOf(locale, names(false)) })]),
  ];
  return html`<li class="session"><h3>${applicationName(ports, locale, id)}</h3><p>${localized(cutoff.text, locale)}</p><ul class="checks">${lines.map(
    (line) => html`<li>${line}</li>`,
  )}</ul></li>`;
}

/** GET /systems */
export async function systemsPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const held = await heldSession(ports, request);
  const { settings, methodCutoffs } = ports.catalogue();
  if (held === undefined && !settings.publishSystems) return ports.startLogin(request, systemsPath);
  const who = await whoIsHere(ports, locale, held);
  const all = await Promise.all(
    [...methodCutoffs.values()].map(async (cutoff) => ({
      cutoff,
      organisations: await Promise.all(
        cutoff.organisations.map(async (id) => (await ports.organisationName(id)) ?? id),
      ),
    })),
  );
  const sections = order.map((state): HtmlValue => {
    const items = all
      .filter(({ cutoff }) => cutoff.state === state)
      .sort(({ cutoff: a }, { cutoff: b }) => Date.parse(a.from ?? '9999') - Date.parse(b.from ?? '9999'))
      .flatMap(({ cutoff, organisations }) =>
        cutoff.applications.flatMap((id) => item(ports, locale, cutoff, id, organisations) ?? []),
      );
    return (
      items.length > 0 &&
      html`<section class="sheet"><h2>${text(locale, `cutoff.systems.${state}`)}</h2><ul class="sessions">${items}</ul></section>`
    );
  });
  const title = text(locale, 'cutoff.systems.title');
  return portalPage(ports, request, {
    title,
    bare: true,
    wide: true,
    loggedIn: held !== undefined,
    content: html`<div class="stack close"><h1>${title}</h1></div>${who && html`<div>${who}</div>`}<p class="lead">${text(locale, 'cutoff.systems.lead')}</p>${
      all.length === 0 ? html`<p role="status">${text(locale, 'cutoff.systems.none')}</p>` : sections
    }<p><a href="${howToPath}">${text(locale, 'cutoff.howTo')}</a></p>`,
  });
}

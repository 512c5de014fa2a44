// A person's ways to log in: what there is, since when, last used; adding one and removing one's own.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../base/http/index.ts';
import type { Provider } from '../../../core/catalogue/index.ts';
import { canBeAdded, isNews, provableNamespaces, selfSource } from '../../../core/linking/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { loginName, text } from '../../../wire/texts/index.ts';
import { loggedOutPath } from './logged-out-path.ts';
import { type Held, heldSession, ownForm, sessionForm, timeOf } from './portal-page.ts';
import type { OwnLogin, PortalPorts } from './ports.ts';

function nameOf(ports: PortalPorts, locale: Locale, { namespace, provider, value }: OwnLogin): string {
  const catalogue = ports.catalogue();
  const name = provider === undefined ? undefined : catalogue.providers.get(provider)?.name;
  const way = provableNamespaces(catalogue).get(namespace)?.[0]?.name;
  return loginName(locale, { namespace, provider: name, way, value });
}

function loginItem(ports: PortalPorts, locale: Locale, held: Held, login: OwnLogin): HtmlValue {
  const name = nameOf(ports, locale, login);
  const own = login.source === selfSource;
  const facts: readonly (readonly [Parameters<typeof text>[1], HtmlValue])[] = [
    ['logins.from', text(locale, own ? 'logins.own' : 'logins.given')],
    ['logins.since', timeOf(ports, locale, login.since)],
    [
      'logins.used',
      login.usedAt === undefined ? text(locale, 'logins.neverUsed') : timeOf(ports, locale, login.usedAt),
    ],
    ...(login.ceiling === undefined ? [] : ([['logins.counts', text(locale, `logins.${login.ceiling}`)]] as const)),
  ];
  return html`<li class="session"><h3>${name}</h3><dl class="facts">${facts.map(
    ([key, value]) => html`<dt>${text(locale, key)}</dt><dd>${value}</dd>`,
  )}</dl>${
    own &&
    html`<div class="actions">${sessionForm(
      ports,
      held,
      '/portal/logins/remove',
      [['_link', login.id]],
      html`<button class="other" aria-label="${text(locale, 'logins.removeNamed', { login: name })}">${text(locale, 'logins.remove')}</button>`,
    )}</div>`
  }</li>`;
}

/** What happened lately, whoever did it: so that nobody's login is changed without the person seeing it. */
function newsBlock(ports: PortalPorts, locale: Locale, logins: readonly OwnLogin[]): HtmlValue {
  const now = ports.clock();
  const news = logins.flatMap((login) => [
    ...(login.source === selfSource && isNews(login.since, now)
      ? [{ key: 'logins.newsAdded' as const, at: login.since, login }]
      : []),
    ...(login.endedBy !== undefined && login.until !== undefined && isNews(login.until, now)
      ? [{ key: 'logins.newsRemoved' as const, at: login.until, login }]
      : []),
  ]);
  if (news.length === 0) return undefined;
  const day = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    dateStyle: 'long',
    timeZone: ports.timeZone,
  });
  const lines = news
    .sort((a, b) => b.at - a.at)
    .map(
      ({ key, at, login }) =>
        html`<li>${text(locale, key, { login: nameOf(ports, locale, login), date: day.format(at) })}</li>`,
    );
  return html`<div class="note"><ul class="checks">${lines}</ul><p>${text(locale, 'logins.notYou')}</p></div>`;
}

/** Up to this many providers have a button each; more are picked from a list. */
const mostButtons = 5;

function addForms(ports: PortalPorts, locale: Locale, held: Held, addable: readonly Provider[]): HtmlValue {
  const form = (hidden: readonly (readonly [string, string])[], inside: HtmlValue) =>
    sessionForm(ports, held, '/portal/logins/add', hidden, inside);
  if (addable.length > mostButtons) {
    const options = addable.map(({ id, name }) => html`<option value="${id}">${localized(name, locale)}</option>`);
    return form(
      [],
      html`<div class="field"><label for="add-login">${text(locale, 'logins.where')}</label><select id="add-login" name="_provider">${options}</select></div><div class="actions"><button class="other">${text(locale, 'logins.add')}</button></div>`,
    );
  }
  return html`<div class="actions">${addable.map(({ id, name }) =>
    form(
      [['_provider', id]],
      html`<button class="other">${text(locale, 'logins.addAt', { provider: localized(name, locale) })}</button>`,
    ),
  )}</div>`;
}

const said = { 'added=1': 'logins.added', 'removed=1': 'logins.removed', 'proved=1': 'logins.proved' } as const;

/** The section of "My logins". */
export async function ownLoginsSection(
  ports: PortalPorts,
  request: HttpRequest,
  locale: Locale,
  held: Held,
): Promise<HtmlValue> {
  const logins = await ports.ownLogins(held.session.person);
  const live = logins.filter(({ until }) => until === undefined);
  const addable = [...ports.catalogue().providers.values()].filter(canBeAdded).sort((a, b) => a.order - b.order);
  const told = Object.entries(said).find(([query]) => query === request.query)?.[1];
  return html`<section class="sheet" id="logins"><h2>${text(locale, 'logins.title')}</h2>${
    told && html`<p class="note" role="status">${text(locale, told)}</p>`
  }${newsBlock(ports, locale, logins)}<ul class="sessions">${live.map((login) => loginItem(ports, locale, held, login))}</ul>${
    addable.length > 0 &&
    html`<h3>${text(locale, 'logins.add')}</h3><p class="quiet">${text(locale, 'logins.addLead')}</p>${addForms(ports, locale, held, addable)}`
  }</section>`;
}

type Change = (request: HttpRequest, what: string, held: Held) => ReturnType<PortalPorts['addLogin']>;

/** One change to one's own logins: from our own page, by this session, with proof that is fresh enough. */
async function change(ports: PortalPorts, request: HttpRequest, field: string, how: Change): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (!held) return seeOther('/portal');
  const fields = ownForm(ports, request, held);
  const what = fields?.get(field);
  if (what === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const done = await how(request, what, held);
  if (!('kind' in done)) return done;
  if (done.kind === 'problem') return ports.showFailure(request, { reason: done.reason });
  return await ports.startLogin(request, '/portal?proved=1', done);
}

/** POST /portal/logins/add */
export const addOwnLogin = (ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> =>
  change(ports, request, '_provider', ports.addLogin);

/** POST /portal/logins/remove */
export const removeOwnLogin = (ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> =>
  change(ports, request, '_link', async (from, link, held) => {
    const done = await ports.removeLogin(from, link);
    if (done.kind !== 'removed') return done;
    return done.ownSessionEnded
      ? seeOther(loggedOutPath(ports, [held.session.id]), ports.forget())
      : seeOther('/portal?removed=1');
  });

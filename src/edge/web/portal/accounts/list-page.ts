// The list of accounts that somebody looks after, with its search; and everybody's own on their own pages.
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../../base/http/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { type Held, localeOf, portalPage, queryOf, timeOf, whoIsHere } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { anyProof, proven, wayBackTo } from '../proven.ts';
import { accountList, accountsPath, minimum, rulesPath, targetName } from './parts.ts';
import { type AccountDesk, type AccountFilter, accountFilters, type PlaceAmongLines } from './ports.ts';

const longestWords = 100;

/** The proof that every page of these wants: names of many people are on them. */
export async function lookProof(ports: PortalPorts, request: HttpRequest, path: string) {
  const way = wayBackTo(request, path);
  return proven(ports, request, way, { minimum, proofSeconds: anyProof(ports) });
}

/** The page for whoever looks after nobody's accounts. */
export async function noRight(ports: PortalPorts, request: HttpRequest, held: Held): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const page = await portalPage(ports, request, {
    title: text(locale, 'accounts.noRight'),
    loggedIn: true,
    content: html`${await whoIsHere(ports, locale, held)}<p>${text(locale, 'accounts.noRightBody')}</p>`,
  });
  return { ...page, status: 403 };
}

function placeOf(query: ReadonlyMap<string, string>): PlaceAmongLines | undefined {
  const [rank = '', target = '', person = ''] = ['after', 'at', 'of'].map((name) => query.get(name));
  return /^-?\d{1,18}$/.test(rank) && target !== '' ? { rank, target, person } : undefined;
}

/** GET /accounts */
export async function accountsPage(ports: PortalPorts, desk: AccountDesk, request: HttpRequest): Promise<HttpResponse> {
  const found = await lookProof(ports, request, accountsPath);
  if ('answer' in found) return found.answer;
  const { person } = found.held.session;
  if (!(await desk.mayLook(person))) return noRight(ports, request, found.held);
  const locale = localeOf(ports, request);
  const query = queryOf(request);
  const words = (query.get('q') ?? '').trim().slice(0, longestWords);
  const show = accountFilters.find((each) => each === query.get('show')) ?? 'all';
  const targets = desk.targets();
  const target = targets.find(({ id }) => id === query.get('target'))?.id;
  const [{ lines, next }, who] = await Promise.all([
    desk.find(person, { words, target, show, after: placeOf(query) }),
    whoIsHere(ports, locale, found.held),
  ]);
  const more =
    next &&
    new URLSearchParams({ q: words, show, target: target ?? '', after: next.rank, at: next.target, of: next.person });
  return portalPage(ports, request, {
    title: text(locale, 'accounts.title'),
    loggedIn: true,
    content: html`${who}<p>${text(locale, 'accounts.lead')}</p>${searchForm(locale, targets, { words, show, target })}
${lines.length === 0 ? html`<p role="status">${text(locale, 'accounts.none')}</p>` : accountList(ports, locale, lines)}${
  more && html`<p><a href="${accountsPath}?${more.toString()}">${text(locale, 'accounts.more')}</a></p>`
}
<p><a href="${rulesPath}">${text(locale, 'accounts.rules')}</a></p>`,
  });
}

const searchForm = (
  locale: Locale,
  targets: ReturnType<AccountDesk['targets']>,
  now: { readonly words: string; readonly show: AccountFilter; readonly target: string | undefined },
): HtmlValue =>
  html`<form method="get" action="${accountsPath}" class="stack" role="search"><div class="field"><label for="q">${text(locale, 'accounts.search')}</label><input id="q" name="q" type="search" maxlength="${longestWords}" value="${now.words}" autocomplete="off"></div>
<div class="field"><label for="show">${text(locale, 'accounts.show')}</label><select id="show" name="show">${accountFilters.map(
    (each) =>
      html`<option value="${each}"${each === now.show && html` selected`}>${text(locale, `accounts.show.${each}`)}</option>`,
  )}</select></div>
<div class="field"><label for="target">${text(locale, 'accounts.system')}</label><select id="target" name="target"><option value="">${text(locale, 'accounts.everySystem')}</option>${targets.map(
    ({ id, name }) =>
      html`<option value="${id}"${id === now.target && html` selected`}>${localized(name, locale)}</option>`,
  )}</select></div><div class="actions"><button class="other">${text(locale, 'cards.searchButton')}</button></div></form>`;

/** Somebody's own accounts elsewhere, for the start page and their own pages; nothing when there are none. */
export async function ownAccounts(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  if (held === undefined) return undefined;
  const lines = await ports.accounts.own(held.session.person);
  if (lines.length === 0) return undefined;
  return html`<section class="sheet" id="own-accounts"><h2>${text(locale, 'accounts.own')}</h2><p>${text(locale, 'accounts.ownLead')}</p><ul class="rows">${lines.map(
    (line) =>
      html`<li><span><b>${targetName(locale, line)}</b>${line.loginName !== undefined && html`<br>${text(locale, 'accounts.loginName')} <span class="print">${line.loginName}</span>`}</span><span>${
        line.state === 'open'
          ? html`${text(locale, 'accounts.ownUntil')} ${timeOf(ports, locale, line.until)}`
          : text(locale, 'accounts.state.waiting')
      }</span></li>`,
  )}</ul></section>`;
}

/** On the start page: the way to the accounts, for whoever looks after some. */
export async function accountsNote(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  if (held === undefined || ports.accounts.targets().length === 0) return undefined;
  return (
    (await ports.accounts.mayLook(held.session.person)) &&
    html`<div class="note"><p><a href="${accountsPath}">${text(locale, 'accounts.title')}</a></p></div>`
  );
}

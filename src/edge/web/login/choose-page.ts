// The page where a person chooses how to log in: what was used last comes first, and a long list can be searched.
import { type HtmlValue, html, type SafeHtml } from '../../../base/http/index.ts';
import { searchWords } from '../../../base/search-words.ts';
import type { Provider } from '../../../core/catalogue/index.ts';
import { localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { leavePath } from './leave-routes.ts';
import { actionForm, providersOf, type StepPage } from './step-parts.ts';
import { loginPath } from './turn-answer.ts';

/** A list that is longer than this can be searched. */
export const longList = 8;

const providerName = ({ locale }: StepPage, { name }: Provider): string => localized(name, locale);

function way(page: StepPage, provider: Provider, last: boolean): SafeHtml {
  const { locale } = page;
  const what = last ? text(locale, 'choose.lastTime') : text(locale, `choose.${provider.connector}`);
  const inside = html`<span><b>${providerName(page, provider)}</b><span>${what}</span></span>`;
  // Another's pages are reached by a link: a browser holds a form's target against every redirect after it.
  return provider.upstream === undefined && provider.saml === undefined
    ? html`<li><button class="choice" name="_provider" value="${provider.id}">${inside}</button></li>`
    : html`<li><a class="choice" href="${leavePath(page.view.journey.id, provider.id)}">${inside}</a></li>`;
}

/** A list of ways to log in; each is one press. The one that this browser used last comes first. */
export function wayList(page: StepPage, providers: readonly Provider[]): SafeHtml {
  const last = providers.find(({ id }) => id === page.lastProvider);
  const ordered = last === undefined ? providers : [last, ...providers.filter((one) => one !== last)];
  return actionForm(
    page.target('provider'),
    html`<ul class="choices">${ordered.map((one) => way(page, one, one === last))}</ul>`,
  );
}

/** In the order that the installation gives them, and by name where it gives none. */
function inOrder(page: StepPage, providers: readonly Provider[]): readonly Provider[] {
  const { compare } = new Intl.Collator(page.locale);
  return [...providers].sort((a, b) => a.order - b.order || compare(providerName(page, a), providerName(page, b)));
}

/** One text of words, as they are typed and as they are found: "Angelh" and "Ängelholms kommun" are alike. */
const phrase = (given: string): string => searchWords(given).join(' ');

/**
 * What a way is found by: its name in every language, the organisation whose people it proves, and its domain names. A
 * part of a word will do, as names are often one long word. Signs alone find nothing; nothing at all finds every way.
 */
function isFound({ name, upstream, saml, domain }: Provider, search: string): boolean {
  const wanted = phrase(search);
  if (wanted === '') return search.trim() === '';
  const organisation = (upstream ?? saml ?? domain)?.organisation ?? '';
  return [...Object.values(name), organisation, ...(saml?.scopes ?? [])].some((one) => phrase(one).includes(wanted));
}

/** Other ways than the one that the page is about. Of a long list the first, unless somebody looks for another. */
export function otherWays(page: StepPage, ids: readonly string[]): HtmlValue {
  const providers = inOrder(page, providersOf(page.catalogue, ids));
  if (providers.length === 0) return undefined;
  const isLong = providers.length > longList;
  const ways = isLong ? searchedWays(page, providers, page.search === undefined) : wayList(page, providers);
  return html`<div class="or stack close" id="ways"><h2>${text(page.locale, 'login.otherWay')}</h2>${ways}</div>`;
}

/** All ways; a long list can be searched. */
export function searchableWays(page: StepPage, ids: readonly string[]): HtmlValue {
  const providers = inOrder(page, providersOf(page.catalogue, ids));
  return providers.length > longList ? searchedWays(page, providers, false) : wayList(page, providers);
}

/** A search is a plain GET: it changes nothing. How many there are is told also to those who do not see the list. */
function searchedWays(page: StepPage, providers: readonly Provider[], firstAlone: boolean): HtmlValue {
  const { locale, view, search = '' } = page;
  const target = loginPath(view.journey.id);
  const found = providers.filter((one) => isFound(one, search));
  const last = found.filter(({ id }) => id === page.lastProvider);
  const shown = firstAlone ? [...last, ...found.filter((one) => !last.includes(one))].slice(0, longList) : found;
  const status =
    search !== '' &&
    html`<p role="status">${
      found.length === 0
        ? text(locale, 'choose.noneFound')
        : text(locale, 'choose.found', { count: found.length, all: providers.length })
    }</p>`;
  const all =
    shown.length < providers.length &&
    html`<p><a href="${target}?q=#ways">${text(locale, 'choose.showAllOf', { all: providers.length })}</a></p>`;
  return html`<form method="get" action="${target}#ways" role="search" class="search"><div class="field"><label for="search">${text(
    locale,
    'choose.search',
  )}</label><input id="search" name="q" type="search" value="${search}" maxlength="100" autocomplete="off" spellcheck="false"></div><button class="other">${text(
    locale,
    'choose.doSearch',
  )}</button></form>
${status}${shown.length > 0 && wayList(page, shown)}${all}`;
}

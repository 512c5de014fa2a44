// The page where a person chooses how to log in: what was used last comes first, and a long list can be searched.
import { type HtmlValue, html, type SafeHtml } from '../../../base/http/index.ts';
import type { Provider } from '../../../core/catalogue/index.ts';
import { localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { leavePath } from './leave-routes.ts';
import { actionForm, providersOf, type StepPage } from './step-parts.ts';
import { loginPath } from './turn-answer.ts';

/** A list that is longer than this can be searched. */
export const longList = 8;

/** Letters as people look for them: without case and without marks. */
const plain = (given: string): string => given.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

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

/** Other ways than the one that the page is about. */
export function otherWays(page: StepPage, ids: readonly string[]): HtmlValue {
  const providers = providersOf(page.catalogue, ids);
  if (providers.length === 0) return undefined;
  return html`<div class="or stack close"><h2>${text(page.locale, 'login.otherWay')}</h2>${wayList(page, providers)}</div>`;
}

/** All ways, or of a long list those that were searched for. A search is a plain GET: it changes nothing. */
export function searchableWays(page: StepPage, ids: readonly string[]): HtmlValue {
  const { locale, view, search = '' } = page;
  const providers = providersOf(page.catalogue, ids);
  if (providers.length <= longList) return wayList(page, providers);
  const wanted = plain(search);
  const found = providers.filter((one) => plain(providerName(page, one)).includes(wanted));
  const all =
    search !== '' && html`<p><a href="${loginPath(view.journey.id)}">${text(locale, 'choose.showAll')}</a></p>`;
  return html`<form method="get" action="${loginPath(view.journey.id)}" role="search" class="search"><div class="field"><label for="search">${text(
    locale,
    'choose.search',
  )}</label><input id="search" name="q" type="search" value="${search}" maxlength="100" autocomplete="off" spellcheck="false"></div><button class="other">${text(
    locale,
    'choose.doSearch',
  )}</button></form>
${found.length === 0 ? html`<p role="status">${text(locale, 'choose.noneFound')}</p>` : wayList(page, found)}${all}`;
}

// What a page of a login says of a way in that was cut off: since when, and what to order instead (G3, G6).
import { html, type SafeHtml } from '../../../base/http/index.ts';
import type { CatalogueSnapshot, MethodCutoff } from '../../../core/catalogue/index.ts';
import type { CutoffHit } from '../../../core/policy/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';

/** The orders with these indexes, each with its link; links name the host that they lead to. */
export function orderList(locale: Locale, cutoff: MethodCutoff, indexes: readonly number[]): readonly SafeHtml[] {
  return indexes
    .flatMap((index) => cutoff.order[index] ?? [])
    .map(({ text: words, url }) => {
      const to = URL.parse(url ?? '');
      const link = to?.protocol === 'https:' && { href: to.href, host: to.host };
      return html`<li>${localized(words, locale)}${
        link &&
        html` <a href="${link.href}" rel="noopener noreferrer">${text(locale, 'cutoff.orderAt', { host: link.host })}</a>`
      }</li>`;
    });
}

/** One that is no longer in the catalogue says nothing. */
export function cutoffBlock(
  { catalogue, locale }: { readonly catalogue: CatalogueSnapshot; readonly locale: Locale },
  hits: readonly CutoffHit[] = [],
): SafeHtml | undefined {
  const known = hits.flatMap(({ cutoff: id, order }) => {
    const cutoff = catalogue.methodCutoffs.get(id);
    return cutoff === undefined ? [] : [{ cutoff, order }];
  });
  if (known.length === 0) return undefined;
  const day = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long' });
  const orders = known.flatMap(({ cutoff, order }) => orderList(locale, cutoff, order));
  return html`${known.map(
    ({ cutoff: { from, text: words } }) =>
      html`<p>${
        from === undefined
          ? localized(words, locale)
          : text(locale, 'cutoff.since', { date: day.format(Date.parse(from)), text: localized(words, locale) })
      }</p>`,
  )}${orders.length > 0 && html`<p><strong>${text(locale, 'cutoff.order')}</strong></p><ul class="checks">${orders}</ul>`}`;
}

// What somebody has to order before an application is open to them, and from whom: the other side's words, else the record's.
import { html, type SafeHtml } from '../../../base/http/index.ts';
import type { GivenText } from '../../../core/provisioning/index.ts';
import { type Locale, type LocalizedText, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import type { StepPage } from './step-parts.ts';

interface Shown {
  readonly words: string;
  readonly language: Locale;
}

/** In the page's language; else what the other side gave in another, since it is about this person, and a reader is told which. */
function shownIn(locale: Locale, given: GivenText | undefined, own: LocalizedText): Shown {
  for (const language of [locale, 'en', 'sv', 'nb', 'nn', 'nl'] as const) {
    const words = given?.[language];
    if (words !== undefined) return { words, language };
  }
  return { words: localized(own, locale), language: own[locale] === undefined ? 'en' : locale };
}

/** The block; nothing where the person is not missing. Links lead to https alone, and name the host that they lead to. */
export function orderBlock(
  { view, catalogue, locale }: StepPage,
  precondition: string | undefined,
): SafeHtml | undefined {
  const record = precondition === undefined ? undefined : catalogue.preconditions.get(precondition);
  const found = view.journey.checked?.find((one) => one.precondition === precondition && one.answer === 'missing');
  if (record === undefined || found === undefined) return undefined;
  const { order } = found;
  const url = URL.parse(order?.url ?? record.order.url ?? '');
  const line = (title: string, { words, language }: Shown): SafeHtml =>
    html`<div class="stack close"><h2>${title}</h2><p lang="${language}">${words}</p></div>`;
  return html`${line(text(locale, 'order.what'), shownIn(locale, order?.what, record.order.what))}${line(
    text(locale, 'order.from'),
    shownIn(locale, order?.from, record.order.from),
  )}${
    url?.protocol === 'https:' &&
    html`<p><a href="${url.href}" rel="noopener noreferrer">${text(locale, 'order.link', { host: url.host })}</a></p>`
  }`;
}

// Which of our languages a person gets: what they chose, what the application asked for, what the browser prefers.
import { type Locale, localeOfTag, locales } from '../codes/index.ts';

/** The languages, each in itself. */
export const localeNames: Readonly<Record<Locale, string>> = {
  sv: 'Svenska',
  nb: 'Norsk (bokmål)',
  nn: 'Norsk (nynorsk)',
  en: 'English',
  nl: 'Nederlands',
};

export const isLocale = (value: string | undefined): value is Locale => locales.some((locale) => locale === value);

/** The tags of an Accept-Language header, the most wanted first (RFC 9110 12.5.4). */
function acceptedTags(header: string): string[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((part, index) => {
      const [tag = '', ...params] = part.split(';');
      const quality = params.map((param) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(param)?.[1]).find((found) => found);
      return { tag, index, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index)
    .map(({ tag }) => tag);
}

export interface Wishes {
  /** Chosen by the person in this login. */
  readonly chosen?: Locale | undefined;
  /** `ui_locales` of the application's request, the most wanted first. */
  readonly requested?: readonly string[] | undefined;
  /** Value of the language cookie. */
  readonly remembered?: string | undefined;
  /** The Accept-Language header. */
  readonly accepted?: string | undefined;
}

/** The language to use: chosen here, asked for by the application, remembered, wanted by the browser; else Swedish. */
export function negotiateLocale(wishes: Wishes): Locale {
  if (wishes.chosen) return wishes.chosen;
  for (const tag of wishes.requested ?? []) {
    const locale = localeOfTag(tag);
    if (locale) return locale;
  }
  if (isLocale(wishes.remembered)) return wishes.remembered;
  for (const tag of wishes.accepted === undefined ? [] : acceptedTags(wishes.accepted)) {
    const locale = localeOfTag(tag);
    if (locale) return locale;
  }
  return 'sv';
}

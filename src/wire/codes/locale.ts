// The languages that every text exists in.

export const locales = ['sv', 'nb', 'nn', 'en', 'nl'] as const;
export type Locale = (typeof locales)[number];

/** Our language for a language tag (BCP 47), or undefined. Plain Norwegian is bokmål. */
export function localeOfTag(tag: string): Locale | undefined {
  const language = tag.trim().toLowerCase().split(/[-_]/)[0];
  return language === 'no' ? 'nb' : locales.find((locale) => locale === language);
}

/** A name in several languages; `en` is always there. */
export type LocalizedText = Readonly<{ en: string } & Partial<Record<Locale, string>>>;

/** The text in the wanted language, else the nearest, else English. */
export function localized(text: LocalizedText, locale: Locale): string {
  const nearest: Partial<Record<Locale, Locale>> = { nn: 'nb', nb: 'nn' };
  const near = nearest[locale];
  return text[locale] ?? (near ? text[near] : undefined) ?? text.en;
}

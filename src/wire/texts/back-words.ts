// What the small pages say that send a person's browser on: back to an application by a form, and onward among our own pages.
import { type Locale, localeOfTag } from '../codes/index.ts';

export interface BackWords {
  readonly language: Locale;
  readonly title: string;
  readonly go: string;
}

const words: Readonly<Record<Locale, Omit<BackWords, 'language'>>> = {
  sv: { title: 'Tillbaka till tjänsten', go: 'Fortsätt' },
  nb: { title: 'Tilbake til tjenesten', go: 'Fortsett' },
  nn: { title: 'Tilbake til tenesta', go: 'Hald fram' },
  en: { title: 'Back to the service', go: 'Continue' },
  nl: { title: 'Terug naar de dienst', go: 'Doorgaan' },
};

const onward: typeof words = {
  sv: { title: 'Ett ögonblick', go: 'Fortsätt' },
  nb: { title: 'Et øyeblikk', go: 'Fortsett' },
  nn: { title: 'Ein augneblink', go: 'Hald fram' },
  en: { title: 'One moment', go: 'Continue' },
  nl: { title: 'Een ogenblik', go: 'Doorgaan' },
};

/** Of the page in between, in the language of the browser. */
export const onwardWords = (language: Locale): BackWords => ({ language, ...onward[language] });

/** In the first of the wanted languages that there is, else in English. */
export function backWords(wanted: readonly string[]): BackWords {
  const language = wanted.map(localeOfTag).find((locale) => locale !== undefined) ?? 'en';
  return { language, ...words[language] };
}

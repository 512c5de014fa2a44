// What the page says that sends a person's browser back to an application by a form.
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

/** In the first of the wanted languages that there is, else in English. */
export function backWords(wanted: readonly string[]): BackWords {
  const language = wanted.map(localeOfTag).find((locale) => locale !== undefined) ?? 'en';
  return { language, ...words[language] };
}

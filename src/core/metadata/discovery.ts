// What people find a provider by: its names in their language, and the words of all its names without accents.
import type { EntityDescriptor, LocalizedText } from '../../base/saml/index.ts';
import { searchWords } from '../../base/search-words.ts';
import type { Locale } from '../../wire/codes/index.ts';
import { categoriesOf } from './admission-checks.ts';

/** REFEDS Hide From Discovery. */
const hidden = 'http://refeds.org/category/hide-from-discovery';
const mostWords = 200;
const mostNameLength = 200;

/** Names by language, lower case; those that people know best first where a language has several. */
function byLanguage(...lists: readonly (readonly LocalizedText[] | undefined)[]): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const { language, text } of lists.flatMap((list) => list ?? [])) {
    const name = text.replace(/\s+/g, ' ').trim().slice(0, mostNameLength);
    if (name !== '') names[language.toLowerCase()] ??= name;
  }
  return names;
}

export interface DiscoveryFacts {
  /** Language -> name; empty when it has none. */
  readonly names: Readonly<Record<string, string>>;
  /** Words that it is found by; undefined: it is no provider, or one that does not want to be offered. */
  readonly words: readonly string[] | undefined;
}

/** What discovery knows of an entity. */
export function discoveryFacts(entity: EntityDescriptor): DiscoveryFacts {
  const ui = entity.idp?.uiInfo;
  const names = byLanguage(ui?.displayNames, entity.organization?.displayNames, entity.organization?.names);
  if (entity.idp === undefined || categoriesOf(entity).includes(hidden)) return { names, words: undefined };
  const texts = [
    ...[ui?.displayNames, ui?.keywords, entity.organization?.displayNames, entity.organization?.names].flatMap(
      (list) => list?.map(({ text }) => text) ?? [],
    ),
    ...(entity.idp?.scopes ?? []).filter(({ regexp }) => !regexp).map(({ value }) => value),
    URL.canParse(entity.entityId) ? new URL(entity.entityId).hostname : entity.entityId,
  ];
  return { names, words: [...new Set(texts.flatMap(searchWords))].slice(0, mostWords) };
}

/** Languages to show a name in, the best first. Norwegian has three names in metadata. */
const languages: Readonly<Record<Locale, readonly string[]>> = {
  sv: ['sv', 'en', 'nb', 'no', 'nn'],
  nb: ['nb', 'no', 'nn', 'en', 'sv'],
  nn: ['nn', 'no', 'nb', 'en', 'sv'],
  nl: ['nl', 'en'],
  en: ['en'],
};
export const languagesFor = (locale: Locale): readonly string[] => languages[locale];

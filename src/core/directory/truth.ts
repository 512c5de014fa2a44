// Which of several words about a person holds: each source's and the file's are kept, the one of the highest rank wins. Pure.
import { broughtRank, fileRank, type Truth, type TruthAttribute, truthAttributes } from '../catalogue/fed-people.ts';
import type { Person } from './directory.ts';

/** What one source says of one attribute; `file` is what `apply` brought. */
export interface Word {
  readonly attribute: TruthAttribute;
  readonly source: string;
  readonly value: string;
  /** The person has it by this word. */
  readonly holds: boolean;
}

export interface TruthFacts {
  /** The person as they are; absent: new. */
  readonly person?: Pick<Person, 'givenName' | 'familyName' | 'attributes'> | undefined;
  /** The source whose word made the person. */
  readonly namedBy?: string | undefined;
  readonly words: readonly Word[];
  /** Who speaks now; absent: nobody, and the words there are weighed anew. */
  readonly told?: { readonly source: string; readonly values: TruthValues } | undefined;
  /** What the records of sources say of their ranks. */
  readonly ranks: ReadonlyMap<string, Truth>;
}

export type TruthValues = { readonly [Attribute in TruthAttribute]?: string | undefined };

export interface Weighed {
  readonly values: TruthValues;
  /** All words from now on. */
  readonly words: readonly Word[];
}

const isName = (attribute: TruthAttribute): boolean => attribute === 'givenName' || attribute === 'familyName';
export const fileWord = 'file';

/** What the person has now. An empty text is none. */
export function presentValue(person: TruthFacts['person'], attribute: TruthAttribute): string | undefined {
  if (person === undefined) return undefined;
  const value =
    attribute === 'givenName' || attribute === 'familyName' ? person[attribute] : person.attributes[attribute];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Every attribute as it is from now, and by whose word. */
export function weigh(facts: TruthFacts): Weighed {
  const each = truthAttributes.map((attribute) => ({ attribute, ...weighOne(facts, attribute) }));
  return {
    values: Object.fromEntries(each.map(({ attribute, value }) => [attribute, value])),
    words: each.flatMap(({ words }) => words),
  };
}

function weighOne(
  { person, namedBy, words, told, ranks }: TruthFacts,
  attribute: TruthAttribute,
): { readonly value: string | undefined; readonly words: readonly Word[] } {
  const rankOf = (source: string): number => {
    if (source === fileWord) return fileRank;
    return ranks.get(source)?.[attribute] ?? (source === namedBy && isName(attribute) ? broughtRank : 0);
  };
  const present = presentValue(person, attribute);
  const mine = words.filter((word) => word.attribute === attribute);
  const said = new Map(mine.map(({ source, value }) => [source, value]));
  const holder = mine.find(({ holds }) => holds);
  // What nobody's word accounts for, a file wrote; of whom a source brought, the source did.
  if (holder === undefined && present !== undefined)
    said.set(namedBy !== undefined && isName(attribute) && !said.has(namedBy) ? namedBy : fileWord, present);
  else if (holder !== undefined && holder.value !== present) {
    if (present !== undefined) said.set(fileWord, present);
    else if (holder.source === fileWord) said.delete(fileWord);
  }
  if (told !== undefined) {
    const value = told.values[attribute];
    if (value === undefined || value === '' || rankOf(told.source) === 0) said.delete(told.source);
    else said.set(told.source, value);
  }
  const [first] = [...said.keys()]
    .filter((source) => rankOf(source) > 0)
    .sort((a, b) => rankOf(b) - rankOf(a) || (a < b ? -1 : 1));
  // Without a word a name stays as it is: nobody is nameless. Anything else is gone with the last word of it.
  const value = first === undefined ? (isName(attribute) ? present : undefined) : said.get(first);
  return {
    value,
    words: [...said]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([source, text]) => ({ attribute, source, value: text, holds: source === first })),
  };
}

// What may stand at a place in a question: names of fields, values of closed sets, values that a port knows.
import { closedValues, isQueryField, type QueryField, queryFields } from './fields.ts';
import { valueText } from './print-query.ts';
import { queryLimits } from './read-query.ts';
import { tokensOf } from './words.ts';

/** What the cursor stands in. */
export type CompletionPlace =
  | { readonly is: 'field'; readonly begins: string; readonly at: number; readonly end: number }
  | {
      readonly is: 'value';
      readonly field: QueryField;
      readonly begins: string;
      readonly at: number;
      readonly end: number;
    };

/** One thing that may stand there, in the place of what is from `at` to `end`. */
export interface Completion {
  readonly text: string;
  /** What it is to people, where the text is an id. */
  readonly label?: string | undefined;
}

export interface Completions {
  readonly at: number;
  readonly end: number;
  readonly items: readonly Completion[];
}

/** Port: values of a field that begin so, or whose name has such a word; never of others than the asker may see. */
export interface FieldValues {
  values(field: QueryField, begins: string, most: number): Promise<readonly Completion[]>;
}

export const mostCompletions = 12;

/** Where the cursor stands; undefined in free words in quotes, and in what is too long to be a question. */
export function placeAt(text: string, cursor: number): CompletionPlace | undefined {
  if (text.length > queryLimits.length || cursor < 0 || cursor > text.length) return undefined;
  for (const token of tokensOf(text)) {
    if (token.at > cursor) break;
    if (token.end < cursor) continue;
    if (token.is === 'field' && cursor >= token.valueAt) {
      if (!isQueryField(token.name)) return undefined;
      const written = text.slice(token.valueAt, cursor).replace(/^"/, '').replace(/"$/, '');
      return { is: 'value', field: token.name, begins: written, at: token.valueAt, end: token.end };
    }
    if (token.is === 'field' || token.is === 'word' || token.is === 'and' || token.is === 'or' || token.is === 'not')
      return { is: 'field', begins: text.slice(token.at, cursor), at: token.at, end: token.end };
    if (token.is === 'phrase' && (cursor < token.end || !token.closed)) return undefined;
  }
  return { is: 'field', begins: '', at: cursor, end: cursor };
}

const times: Readonly<Partial<Record<QueryField, readonly string[]>>> = { last: ['1h', '24h', '7d', '30d', '12w'] };

/** At most twelve completions for a place, closed sets first. */
export async function complete(text: string, cursor: number, known: FieldValues): Promise<Completions | undefined> {
  const place = placeAt(text, cursor);
  if (place === undefined) return undefined;
  const { at, end } = place;
  const begins = place.begins.toLowerCase();
  if (place.is === 'field') {
    const items = queryFields.filter((field) => field.startsWith(begins)).map((field) => ({ text: `${field}:` }));
    return { at, end, items: items.slice(0, mostCompletions) };
  }
  const closed = closedValues[place.field] ?? times[place.field];
  if (closed !== undefined) {
    const first = closed.filter((value) => value.toLowerCase().startsWith(begins));
    const later = closed.filter((value) => !first.includes(value) && value.toLowerCase().includes(begins));
    return { at, end, items: [...first, ...later].slice(0, mostCompletions).map((value) => ({ text: value })) };
  }
  const found = await known.values(place.field, place.begins.slice(0, 100), mostCompletions);
  const items = found.slice(0, mostCompletions).map(({ text: value, label }) => ({ text: valueText(value), label }));
  return { at, end, items };
}

// What can be wrong with a value, in words that say what to write instead.

export type SchemaFault =
  | 'missing'
  | 'unknown'
  | 'type'
  | 'notAllowed'
  | 'pattern'
  | 'tooShort'
  | 'tooLong'
  | 'tooSmall'
  | 'tooLarge'
  | 'tooMany'
  | 'tooFew'
  | 'repeated';

/** One thing wrong, at one place. The message never repeats a value that is marked secret. */
export interface SchemaProblem {
  /** Members and positions from the top, for example `['redirectUris', 0]`. */
  readonly path: readonly (string | number)[];
  readonly fault: SchemaFault;
  readonly message: string;
}

/** A path as people write it: `redirectUris[0].name`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

const longest = 60;

/** A value as a message shows it: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

/** The word nearest to a misspelt one, if it is near enough to be meant. */
export function nearest(given: string, words: readonly string[]): string | undefined {
  const scored = words.map((word) => ({ word, distance: editDistance(given.toLowerCase(), word.toLowerCase()) }));
  scored.sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= Math.max(1, Math.floor(best.word.length / 3)) ? best.word : undefined;
}

function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return 64;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

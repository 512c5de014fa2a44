// Regular expressions that an administrator writes: anchored, and of a form that cannot run away (A11).

export type PatternFault =
  | 'unreadable'
  | 'notAnchored'
  | 'nestedQuantifier'
  | 'tooManyQuantifiers'
  | 'backreference'
  | 'lookaround';

const mostUnbounded = 2;
const largestRepeat = 256;

/**
 * What is wrong with a pattern, or undefined. Refused are the constructs from which a match can take longer than the
 * square of the text's length: a repeat of something that repeats or chooses, back-references, look-around.
 */
export function patternFault(pattern: string): PatternFault | undefined {
  try {
    new RegExp(pattern, 'u');
  } catch {
    return 'unreadable';
  }
  const tokens = tokensOf(pattern);
  if (tokens[0] !== '^' || tokens.at(-1) !== '$' || choosesAtTop(tokens)) return 'notAnchored';
  if (tokens.some((token) => /^\\[1-9k]/.test(token))) return 'backreference';
  if (tokens.some((token) => /^\(\?(=|!|<=|<!)/.test(token))) return 'lookaround';
  if (tokens.filter(isEndless).length > mostUnbounded) return 'tooManyQuantifiers';
  return repeatsARepeat(tokens) ? 'nestedQuantifier' : undefined;
}

/** Escapes, character classes, group beginnings, repeats (lazy or not), and single characters. */
function tokensOf(pattern: string): readonly string[] {
  return (
    pattern.match(
      /\\k<[^>]*>|\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?(?:<?[=!]|:|<[^>]*>)|[*+?]\??|\{\d+(?:,\d*)?\}\??|[\s\S]/gu,
    ) ?? []
  );
}

const isGroupStart = (token: string) => token.startsWith('(');
const isRepeat = (token: string) => /^(?:[*+]\??|\{\d.*)$/.test(token);
const isEndless = (token: string) => {
  const braces = /^\{(\d+)(,?)(\d*)\}/.exec(token);
  if (!braces) return /^[*+]/.test(token);
  return (braces[2] === ',' && braces[3] === '') || Number(braces[3] || braces[1]) > largestRepeat;
};

function choosesAtTop(tokens: readonly string[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (isGroupStart(token)) depth += 1;
    else if (token === ')') depth -= 1;
    else if (token === '|' && depth === 0) return true;
  }
  return false;
}

/** Whether a group that repeats or chooses inside is itself repeated. `?` repeats nothing. */
function repeatsARepeat(tokens: readonly string[]): boolean {
  const groups: boolean[] = [false]; // does this open group repeat or choose?
  for (const [index, token] of tokens.entries()) {
    if (isGroupStart(token)) groups.push(false);
    else if (token === ')') {
      const inner = groups.pop() ?? false;
      if (inner && isRepeat(tokens[index + 1] ?? '')) return true;
      groups.push((groups.pop() ?? false) || inner);
    } else if (isRepeat(token) || token === '|' || token.startsWith('?')) groups.splice(-1, 1, true);
  }
  return false;
}

export const patternFaultTexts: Readonly<Record<PatternFault, string>> = {
  unreadable: 'it is not a regular expression',
  notAnchored: 'begin it with ^ and end it with $, with any choice inside brackets',
  nestedQuantifier: 'do not repeat a group that itself repeats or chooses, such as (a+)+ or (a|b)*',
  tooManyQuantifiers: 'use at most two endless repeats (*, +, {n,}) and no repeat over 256',
  backreference: 'do not refer back to a group',
  lookaround: 'do not look ahead or behind',
};

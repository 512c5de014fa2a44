// Cuts the text of a query into tokens, in one pass, each with its place.

export type Token =
  | { readonly is: 'open' | 'close' | 'minus' | 'or' | 'and' | 'not'; readonly at: number; readonly end: number }
  | { readonly is: 'word'; readonly text: string; readonly at: number; readonly end: number }
  /** `quoted`: it was written in quotes; `closed`: and they end. */
  | {
      readonly is: 'phrase';
      readonly text: string;
      readonly closed: boolean;
      readonly at: number;
      readonly end: number;
    }
  | {
      readonly is: 'field';
      readonly name: string;
      readonly value: string;
      readonly closed: boolean;
      /** Where the value begins. */
      readonly valueAt: number;
      readonly at: number;
      readonly end: number;
    };

const isSpace = (char: string): boolean => /\s/.test(char);
const isStop = (char: string): boolean => char === '(' || char === ')' || char === '"' || isSpace(char);
const isLetter = (char: string): boolean => /[A-Za-z_]/.test(char);
const operators: Readonly<Record<string, 'or' | 'and' | 'not'>> = { OR: 'or', AND: 'and', NOT: 'not' };

/** Every token of the text, in order; nothing is refused here. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (isSpace(char)) {
      at += 1;
      continue;
    }
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  const char = text[at];
  if (char === '(') return { is: 'open', at, end: at + 1 };
  if (char === ')') return { is: 'close', at, end: at + 1 };
  if (char === '-') return { is: 'minus', at, end: at + 1 };
  if (char === '"') return { is: 'phrase', at, ...phraseAt(text, at) };
  let end = at;
  while (end < text.length && isLetter(text[end] ?? '')) end += 1;
  if (end > at && text[end] === ':') {
    const name = text.slice(at, end);
    const valueAt = end + 1;
    if (text[valueAt] === '"') {
      const { text: value, closed, end: after } = phraseAt(text, valueAt);
      return { is: 'field', name, value, closed, valueAt, at, end: after };
    }
    const after = endOfWord(text, valueAt);
    return { is: 'field', name, value: text.slice(valueAt, after), closed: true, valueAt, at, end: after };
  }
  const after = endOfWord(text, at);
  const word = text.slice(at, after);
  const operator = Object.hasOwn(operators, word) ? operators[word] : undefined;
  return operator === undefined ? { is: 'word', text: word, at, end: after } : { is: operator, at, end: after };
}

function endOfWord(text: string, from: number): number {
  let end = from;
  while (end < text.length && !isStop(text[end] ?? '')) end += 1;
  return end;
}

/** What stands in quotes that begin at a place: `\"` and `\\` stand for what follows the stroke. */
function phraseAt(text: string, at: number): { readonly text: string; readonly closed: boolean; readonly end: number } {
  const parts: string[] = [];
  let from = at + 1;
  let end = from;
  for (; end < text.length && text[end] !== '"'; end++) {
    if (text[end] !== '\\' || end + 1 >= text.length) continue;
    parts.push(text.slice(from, end));
    from = end + 1;
    end += 1;
  }
  parts.push(text.slice(from, end));
  const closed = text[end] === '"';
  return { text: parts.join(''), closed, end: closed ? end + 1 : end };
}

// Reads a question to the trail: a typed query, or what is wrong with it, where, and what to write instead.
import {
  closedValues,
  fieldMeant,
  isClass,
  isOutcome,
  isQueryField,
  isTextField,
  kindsOf,
  valueMeant,
} from './fields.ts';
import { allOf, anyOf, type Condition, everything, notOf, type Query, type timeUnits } from './query.ts';
import { instantIn } from './times.ts';
import { type Token, tokensOf } from './words.ts';

export const faultCodes = [
  'tooLong',
  'tooMany',
  'tooDeep',
  'valueTooLong',
  'control',
  'unclosedQuote',
  'unclosedBracket',
  'unopenedBracket',
  'emptyBrackets',
  'loneOperator',
  'unknownField',
  'missingValue',
  'unknownKind',
  'unknownClass',
  'unknownOutcome',
  'unknownReason',
  'badTime',
  'badDuration',
  'noWord',
] as const;
export type QueryFaultCode = (typeof faultCodes)[number];

export interface QueryFault {
  readonly code: QueryFaultCode;
  /** The place in the text, from 0, and where it ends. */
  readonly at: number;
  readonly end: number;
  /** What stands there, cut. */
  readonly found: string;
  /** What to write instead, when that can be guessed. */
  readonly meant?: string | undefined;
}

export type ReadQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly faults: readonly QueryFault[] };

/** A question is a line, not a program: what is longer is refused before it is read. */
export const queryLimits = { length: 2000, terms: 64, depth: 12, value: 300 } as const;

const mostFaults = 5;

/** Reads the text. Never throws; its cost grows with the length of the text and no faster. */
export function readQuery(text: string): ReadQuery {
  if (text.length > queryLimits.length) {
    return { ok: false, faults: [faultAt(text, 'tooLong', queryLimits.length, text.length)] };
  }
  const reader = new Reader(text);
  const query = reader.whole();
  const { faults } = reader;
  return faults.length > 0 ? { ok: false, faults: faults.slice(0, mostFaults) } : { ok: true, query };
}

const faultAt = (text: string, code: QueryFaultCode, at: number, end: number, meant?: string): QueryFault => ({
  code,
  at,
  end,
  found: text.slice(at, Math.min(end, at + 60)),
  ...(meant === undefined ? {} : { meant }),
});

class Reader {
  readonly faults: QueryFault[] = [];
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #terms = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  whole(): Query {
    if (this.#tokens.length === 0) return everything;
    const found = this.#any(0);
    for (let left = this.#tokens[this.#next]; left !== undefined; left = this.#tokens[this.#next]) {
      // Only a closing bracket ends a list early; what comes after it is read for its own faults.
      if (left.is === 'close') {
        this.#fault('unopenedBracket', left.at, left.end);
        this.#next += 1;
      } else if (this.faults.length > 0) break;
      else this.#any(0);
    }
    return found;
  }

  #fault(code: QueryFaultCode, at: number, end: number, meant?: string): void {
    this.faults.push(faultAt(this.#text, code, at, end, meant));
  }

  #any(depth: number): Condition {
    const either: Condition[] = [this.#all(depth)];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token?.is !== 'or') break;
      this.#next += 1;
      const after = this.#tokens[this.#next];
      if (after === undefined || after.is === 'close' || after.is === 'or')
        this.#fault('loneOperator', token.at, token.end);
      either.push(this.#all(depth));
    }
    return either.length === 1 ? (either[0] ?? everything) : anyOf(either);
  }

  #all(depth: number): Condition {
    const all: Condition[] = [];
    let joined = false;
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined || token.is === 'close' || token.is === 'or') {
        if (token?.is === 'or' && all.length === 0) this.#fault('loneOperator', token.at, token.end);
        break;
      }
      if (token.is === 'and') {
        const after = this.#tokens[this.#next + 1];
        const wanted = after !== undefined && after.is !== 'close' && after.is !== 'or' && after.is !== 'and';
        if (all.length === 0 || joined || !wanted) this.#fault('loneOperator', token.at, token.end);
        this.#next += 1;
        joined = true;
        continue;
      }
      joined = false;
      const one = this.#one(depth);
      if (one !== undefined) all.push(one);
      if (this.faults.length > mostFaults) {
        this.#next = this.#tokens.length;
        break;
      }
    }
    return allOf(all);
  }

  #one(depth: number): Condition | undefined {
    const token = this.#tokens[this.#next];
    if (token === undefined) return undefined;
    this.#terms += 1;
    if (this.#terms > queryLimits.terms) return this.#stop('tooMany', token);
    if (token.is === 'minus' || token.is === 'not') {
      this.#next += 1;
      const after = this.#tokens[this.#next];
      const stands = after !== undefined && !['close', 'or', 'and'].includes(after.is);
      // A minus that stands alone is not the minus of what follows.
      if (!stands || (token.is === 'minus' && after.at !== token.end)) {
        this.#fault('loneOperator', token.at, token.end);
        return undefined;
      }
      if (depth >= queryLimits.depth) return this.#stop('tooDeep', token);
      const denied = this.#one(depth + 1);
      return denied && notOf(denied);
    }
    if (token.is === 'open') {
      if (depth >= queryLimits.depth) return this.#stop('tooDeep', token);
      this.#next += 1;
      const empty = this.#tokens[this.#next]?.is === 'close';
      const inner = this.#any(depth + 1);
      const end = this.#tokens[this.#next];
      if (end?.is !== 'close') {
        this.#fault('unclosedBracket', token.at, token.end);
        return undefined;
      }
      this.#next += 1;
      if (empty) this.#fault('emptyBrackets', token.at, end.end);
      return empty ? undefined : inner;
    }
    this.#next += 1;
    return this.#term(token);
  }

  /** Nothing after a limit is looked at. */
  #stop(code: 'tooMany' | 'tooDeep', token: Token): undefined {
    this.#fault(code, token.at, token.end);
    this.#next = this.#tokens.length;
    return undefined;
  }

  #term(token: Token): Condition | undefined {
    if (token.is === 'field') return this.#field(token);
    if (token.is !== 'word' && token.is !== 'phrase') return undefined;
    if (token.is === 'phrase' && !token.closed) return this.#no('unclosedQuote', token);
    const after = this.#tokens[this.#next];
    if (token.is === 'word' && token.text === 'last' && after?.is === 'word' && /^\d/.test(after.text)) {
      this.#next += 1;
      return this.#last(after.text, after);
    }
    if (!this.#fits(token.text, token)) return undefined;
    if (!/[\p{L}\p{N}]/u.test(token.text)) return this.#no('noWord', token);
    return { is: 'words', text: token.text };
  }

  #no(code: QueryFaultCode, { at, end }: { readonly at: number; readonly end: number }, meant?: string): undefined {
    this.#fault(code, at, end, meant);
    return undefined;
  }

  #fits(value: string, place: { readonly at: number; readonly end: number }): boolean {
    if (value.length > queryLimits.value) this.#fault('valueTooLong', place.at, place.end);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    else if (/[\u0000-\u001f\u007f]/.test(value) || !value.isWellFormed()) this.#fault('control', place.at, place.end);
    else return true;
    return false;
  }

  #field(token: Token & { readonly is: 'field' }): Condition | undefined {
    const { name, value, closed, valueAt, at, end } = token;
    if (!isQueryField(name)) {
      const meant = fieldMeant(name);
      const rest = this.#text.slice(valueAt, Math.min(end, valueAt + 60));
      const instead = meant === undefined ? `"${name}:${rest.replace(/["\\]/g, '')}"` : `${meant}:${rest}`;
      return this.#no('unknownField', { at, end: valueAt }, instead);
    }
    if (!closed) return this.#no('unclosedQuote', { at: valueAt, end });
    const place = { at: valueAt, end };
    if (value === '') return this.#no('missingValue', token);
    if (!this.#fits(value, place)) return undefined;
    switch (name) {
      case 'kind':
        return kindsOf(value).length > 0
          ? { is: 'kind', pattern: value }
          : this.#no('unknownKind', place, valueMeant('kind', value));
      case 'class':
        return isClass(value)
          ? { is: 'class', class: value }
          : this.#no('unknownClass', place, valueMeant(name, value));
      case 'outcome':
        return isOutcome(value)
          ? { is: 'outcome', outcome: value }
          : this.#no('unknownOutcome', place, valueMeant(name, value));
      case 'from':
      case 'to': {
        const instant = instantIn(value);
        return instant === undefined ? this.#no('badTime', place) : { is: name, at: instant };
      }
      case 'last':
        return this.#last(value, place);
      case 'reason':
        return closedValues.reason?.includes(value)
          ? { is: 'field', field: name, value }
          : this.#no('unknownReason', place, valueMeant(name, value));
      case 'reference':
        return { is: 'field', field: name, value: value.toUpperCase() };
      default:
        return isTextField(name) ? { is: 'field', field: name, value } : undefined;
    }
  }

  #last(value: string, place: { readonly at: number; readonly end: number }): Condition | undefined {
    const [, count, unit] = /^([1-9]\d{0,3})([mhdw])$/.exec(value) ?? [];
    if (count === undefined || unit === undefined) return this.#no('badDuration', place);
    return { is: 'last', count: Number(count), unit: unit as keyof typeof timeUnits };
  }
}

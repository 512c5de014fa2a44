// Form bodies and query strings into values, strictly: nothing is guessed, repaired or silently dropped.
import { type HttpRequest, singleHeader } from './route.ts';

/** Bounds of what is parsed; more is refused as a whole. */
export interface FormLimits {
  /** Bytes of the whole text. */
  readonly maxBytes: number;
  /** Pairs. */
  readonly maxFields: number;
}

export const defaultFormLimits: FormLimits = { maxBytes: 65_536, maxFields: 64 };

export type FormFault = 'contentType' | 'tooLarge' | 'tooMany' | 'malformed';

/** What came: the first value of each name, which names came more than once, and all values of those. */
export interface FormFields {
  readonly ok: true;
  readonly fields: ReadonlyMap<string, string>;
  /** Names that came more than once. Most protocols must refuse them (RFC 6749 3.1, 3.2). */
  readonly duplicates: readonly string[];
  /** Every value of a name, in order; for parameters that may repeat (RFC 8707 `resource`). */
  readonly all: (name: string) => readonly string[];
}

export type FormResult = FormFields | { readonly ok: false; readonly fault: FormFault };

const mediaType = /^application\/x-www-form-urlencoded(?:[ \t]*;[ \t]*charset=(?:"utf-8"|utf-8))?$/i;
const visibleAscii = /^[\x21-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for; a database text cannot hold it.
const nul = /\u0000/;
const prototypeNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** True when the request says that its body is a form: that media type exactly, at most with `charset=utf-8`. */
export function isForm(request: HttpRequest): boolean {
  const type = singleHeader(request, 'content-type');
  return type !== undefined && mediaType.test(type);
}

/** Decodes one name or value; undefined when it is not well-formed UTF-8 or holds a NUL. */
function decode(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    return nul.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

const malformed = { ok: false, fault: 'malformed' } as const;

/** application/x-www-form-urlencoded text (WHATWG URL 5.1, but without repair of what is malformed). */
function parseEncoded(text: string, limits: FormLimits): FormResult {
  if (text.length > limits.maxBytes) return { ok: false, fault: 'tooLarge' };
  if (!visibleAscii.test(text)) return malformed;
  const fields = new Map<string, string>();
  const repeated = new Map<string, string[]>();
  const pairs = text === '' ? [] : text.split('&');
  if (pairs.length > limits.maxFields) return { ok: false, fault: 'tooMany' };
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    if (!name || value === undefined || prototypeNames.has(name)) return malformed;
    const first = fields.get(name);
    if (first === undefined) fields.set(name, value);
    else {
      const values = repeated.get(name);
      if (values) values.push(value);
      else repeated.set(name, [first, value]);
    }
  }
  const all = (name: string): readonly string[] => {
    const one = fields.get(name);
    return repeated.get(name) ?? (one === undefined ? [] : [one]);
  };
  return { ok: true, fields, duplicates: [...repeated.keys()], all };
}

/** Parses the bytes of a form body. Does not look at the content type: see `readForm`. */
export function parseForm(body: Buffer, limits: FormLimits = defaultFormLimits): FormResult {
  if (body.length > limits.maxBytes) return { ok: false, fault: 'tooLarge' };
  return parseEncoded(body.toString('latin1'), limits);
}

/** Parses a request's body as a form, only when it says to be one. */
export function readForm(request: HttpRequest, limits: FormLimits = defaultFormLimits): FormResult {
  return isForm(request) ? parseForm(request.body, limits) : { ok: false, fault: 'contentType' };
}

/** Parses a raw query string (no question mark) by the same rules. */
export function parseQuery(query: string, limits: FormLimits = defaultFormLimits): FormResult {
  return parseEncoded(query, limits);
}

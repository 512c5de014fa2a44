// JSON objects from outside, read so that no two readers can see different things in them (RFC 8259 section 4).
import { isUtf8 } from 'node:buffer';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

export type JsonFault =
  | 'notUtf8'
  | 'tooDeep'
  | 'notJson'
  | 'notAnObject'
  | 'duplicateMember'
  | 'forbiddenMember'
  | 'forbiddenCharacter';
export type JsonResult =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly reason: JsonFault };

const greatestDepth = 16;

/**
 * Reads bytes as one JSON object: UTF-8, at most 16 levels, no member twice at any level, no `__proto__`,
 * no NUL and no lone surrogate in any string (they do not survive a database or a second encoding).
 *
 * JSON.parse keeps the last of two equal names without a word. It stays the only parser here: a scan counts the
 * name separators that stand outside strings, and fewer members in the parsed value means that a name came twice.
 */
export function parseJsonObject(bytes: Buffer): JsonResult {
  if (!isUtf8(bytes)) return { ok: false, reason: 'notUtf8' };
  const text = bytes.toString('utf8');
  const separators = countSeparators(text);
  if (separators === tooDeep) return { ok: false, reason: 'tooDeep' };
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { ok: false, reason: 'notJson' };
  }
  if (!isJsonObject(value)) return { ok: false, reason: 'notAnObject' };
  const seen: Tally = { members: 0, fault: undefined, checkText: text.includes('\\u') };
  tally(value, seen);
  if (seen.fault !== undefined) return { ok: false, reason: seen.fault };
  return seen.members === separators ? { ok: true, value } : { ok: false, reason: 'duplicateMember' };
}

/** Whether a parsed value is an object, neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const tooDeep = -1;
const quote = 0x22;
const colon = 0x3a;

/** How many colons stand outside strings, or `tooDeep`. Text that is not JSON gives some number; JSON.parse then refuses it. */
function countSeparators(text: string): number {
  let separators = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) at = endOfString(text, at);
    else if (unit === colon) separators++;
    else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > greatestDepth) return tooDeep;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return separators;
}

/** Where the string that opens at `start` has its closing quote: the first one after an even number of backslashes. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let before = end - 1;
    while (text[before] === '\\') before--;
    if ((end - 1 - before) % 2 === 0) return end;
  }
}

interface Tally {
  members: number;
  fault: JsonFault | undefined;
  readonly checkText: boolean;
}

function tally(value: JsonValue, seen: Tally): void {
  if (typeof value === 'string') {
    if (seen.checkText) checkString(value, seen);
  } else if (Array.isArray(value)) {
    for (const item of value) tally(item, seen);
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      seen.members++;
      if (name === '__proto__') seen.fault = 'forbiddenMember';
      if (seen.checkText) checkString(name, seen);
      tally(value[name] ?? null, seen);
    }
  }
}

/** Only an escape can bring these characters in: JSON.parse refuses a raw NUL, UTF-8 a raw surrogate. */
function checkString(text: string, seen: Tally): void {
  if (!text.isWellFormed() || text.includes('\0')) seen.fault = 'forbiddenCharacter';
}

// Canonical JSON (RFC 8785): one value has one text, so that a digest of the text is a digest of the value.

/** Any value that JSON can say. `undefined` members are left out, as JSON.stringify does. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: unknown };

/**
 * The RFC 8785 text of a value: members sorted by UTF-16 code units (3.2.3), numbers as ECMAScript writes them
 * (3.2.2.3), no white space. Lone surrogates, which RFC 8785 forbids, become U+FFFD; numbers that JSON cannot say
 * become null. Throws TypeError on functions, symbols and bigints.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.isWellFormed() ? value : value.toWellFormed());
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return Array.isArray(value) ? `[${value.map(canonicalJson).join(',')}]` : canonicalObject(value);
    default:
      throw new TypeError(`JSON cannot say a ${typeof value}`);
  }
}

function canonicalObject(value: object): string {
  const entries = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(entries).sort()) {
    const member = entries[key];
    if (member === undefined) continue;
    if (text !== '') text += ',';
    text += `${nameText(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

// Names repeat from event to event; their quoted form is kept, up to a bound.
const names = new Map<string, string>();

function nameText(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const text = canonicalJson(name);
  if (names.size < 1000 && name.length <= 64) names.set(name, text);
  return text;
}

// Texts that YAML and JSON can write with an escape and the database cannot hold.

export type Path = readonly (string | number)[];

/**
 * Where a value holds U+0000 or half a surrogate pair, in a text or in a name: neither is a character that UTF-8 or
 * PostgreSQL stores (RFC 8259 8.2; PostgreSQL 8.3, "the character with code zero cannot be in a string").
 */
export function* unstorableTexts(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value === 'string') {
    if (!isStorable(value)) yield path;
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, own] of Object.entries(value)) {
      if (!isStorable(name)) yield path;
      else yield* unstorableTexts(own, [...path, Array.isArray(value) ? Number(name) : name]);
    }
  }
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

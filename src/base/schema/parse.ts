// Reads a value by its description: refuses what is unknown, fills in what is left out, and says kindly what is wrong.
import type { Static, TSchema } from 'typebox';
import { nearest, type SchemaFault, type SchemaProblem, shown } from './problem-message.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** A schema seen as data: the keywords that `describe` can make. */
export interface SchemaData {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaData[];
  readonly properties?: Readonly<Record<string, SchemaData>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, SchemaData>>;
  readonly items?: SchemaData;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly default?: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly allowed?: string;
  readonly secret?: boolean;
  readonly control?: string;
  readonly refersTo?: string;
}

/** The data inside a TypeBox schema. */
export const schemaData = (schema: TSchema): SchemaData => schema as SchemaData;

/** The value in the shape of its description with defaults filled in, or every problem found. The input is not changed. */
export function parse<Schema extends TSchema>(schema: Schema, value: unknown): Parsed<Static<Schema>> {
  const reading: Reading = { problems: [] };
  const read = readValue(reading, schemaData(schema), value, []);
  return reading.problems.length === 0
    ? { ok: true, value: read as Static<Schema> }
    : { ok: false, problems: reading.problems };
}

interface Reading {
  readonly problems: SchemaProblem[];
}
type Path = readonly (string | number)[];

function say(reading: Reading, schema: SchemaData, path: Path, fault: SchemaFault, message: string): undefined {
  reading.problems.push({ path, fault, message: schema.allowed ? `${message}; allowed: ${schema.allowed}` : message });
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const given = (schema: SchemaData, value: unknown): string => (schema.secret ? 'the value given' : shown(value));

function readValue(reading: Reading, schema: SchemaData, value: unknown, path: Path): unknown {
  if (schema.anyOf) return readVariant(reading, schema, schema.anyOf, value, path);
  if ('const' in schema) {
    return value === schema.const
      ? value
      : say(reading, schema, path, 'notAllowed', `write ${shown(schema.const)}, not ${given(schema, value)}`);
  }
  if (schema.enum) return readWord(reading, schema, schema.enum, value, path);
  switch (schema.type) {
    case 'string':
      return readText(reading, schema, value, path);
    case 'integer':
      return readWholeNumber(reading, schema, value, path);
    case 'boolean':
      return typeof value === 'boolean'
        ? value
        : say(reading, schema, path, 'type', `write true or false, not ${given(schema, value)}`);
    case 'array':
      return readList(reading, schema, value, path);
    case 'object':
      return readObject(reading, schema, value, path);
    default:
      return value; // `anyJson`
  }
}

function readWord(
  reading: Reading,
  schema: SchemaData,
  words: readonly unknown[],
  value: unknown,
  path: Path,
): unknown {
  if (words.includes(value)) return value;
  const all = words.map((one) => String(one));
  const meant = typeof value === 'string' ? nearest(value, all) : undefined;
  const hint = meant ? `did you mean ${meant}? ` : '';
  return say(
    reading,
    schema,
    path,
    'notAllowed',
    `${given(schema, value)} is not allowed: ${hint}write one of ${all.join(', ')}`,
  );
}

function readText(reading: Reading, schema: SchemaData, value: unknown, path: Path): unknown {
  if (typeof value !== 'string') {
    const hint = typeof value === 'number' || typeof value === 'boolean' ? ' (put quotation marks around it)' : '';
    return say(reading, schema, path, 'type', `write a text, not ${given(schema, value)}${hint}`);
  }
  if (value.length < (schema.minLength ?? 0)) {
    return say(
      reading,
      schema,
      path,
      'tooShort',
      value === '' ? 'must not be empty' : `write at least ${schema.minLength} characters`,
    );
  }
  if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) {
    return say(reading, schema, path, 'tooLong', `is ${value.length} characters, write at most ${schema.maxLength}`);
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    const form = schema.allowed ? '' : ` (${schema.pattern})`;
    return say(reading, schema, path, 'pattern', `${given(schema, value)} does not have the right form${form}`);
  }
  return value;
}

function readWholeNumber(reading: Reading, schema: SchemaData, value: unknown, path: Path): unknown {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    return say(reading, schema, path, 'type', `write a whole number, not ${given(schema, value)}`);
  }
  if (value < (schema.minimum ?? Number.NEGATIVE_INFINITY))
    return say(reading, schema, path, 'tooSmall', `${value} is too small: at least ${schema.minimum}`);
  if (value > (schema.maximum ?? Number.POSITIVE_INFINITY))
    return say(reading, schema, path, 'tooLarge', `${value} is too large: at most ${schema.maximum}`);
  return value;
}

function readList(reading: Reading, schema: SchemaData, value: unknown, path: Path): unknown {
  if (!Array.isArray(value)) return say(reading, schema, path, 'type', `write a list, not ${given(schema, value)}`);
  if (value.length < (schema.minItems ?? 0)) say(reading, schema, path, 'tooFew', `needs at least ${schema.minItems}`);
  if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) {
    return say(reading, schema, path, 'tooMany', `has ${value.length}, at most ${schema.maxItems} are allowed`);
  }
  const items = value.map((item, index) => readValue(reading, schema.items ?? {}, item, [...path, index]));
  if (schema.uniqueItems) {
    const seen = new Set<string>();
    value.forEach((item, index) => {
      const key = JSON.stringify(item);
      if (seen.has(key)) say(reading, schema, [...path, index], 'repeated', `${given(schema, item)} is there twice`);
      seen.add(key);
    });
  }
  return items;
}

function readObject(reading: Reading, schema: SchemaData, value: unknown, path: Path): unknown {
  if (!isRecord(value)) return say(reading, schema, path, 'type', `write named members, not ${given(schema, value)}`);
  if (schema.patternProperties) return readNamed(reading, schema, schema.patternProperties, value, path);
  const members = schema.properties ?? {};
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(members, name)) continue;
    const names = Object.keys(members);
    const meant = nearest(
      name,
      names.filter((known) => value[known] === undefined),
    );
    say(
      reading,
      {},
      [...path, name],
      'unknown',
      `there is no member ${shown(name)} here: ${meant ? `did you mean ${meant}?` : `write one of ${names.join(', ')}`}`,
    );
  }
  for (const [name, member] of Object.entries(members)) {
    const own = Object.hasOwn(value, name) ? value[name] : undefined;
    if (own !== undefined) read[name] = readValue(reading, member, own, [...path, name]);
    else if (member.default !== undefined) read[name] = readValue(reading, member, member.default, [...path, name]);
    else if (schema.required?.includes(name))
      say(
        reading,
        member,
        [...path, name],
        'missing',
        `${name} is missing${member.description ? ` (${member.description})` : ''}`,
      );
  }
  return read;
}

function readNamed(
  reading: Reading,
  schema: SchemaData,
  patterns: Readonly<Record<string, SchemaData>>,
  value: Record<string, unknown>,
  path: Path,
): unknown {
  const read: [string, unknown][] = [];
  const [pattern, item] = Object.entries(patterns)[0] ?? ['^.*$', {}];
  const names = new RegExp(pattern, 'u');
  for (const [name, own] of Object.entries(value)) {
    if (!names.test(name))
      say(
        reading,
        schema,
        [...path, name],
        'pattern',
        `${shown(name)} does not have the right form for a name (${pattern})`,
      );
    else if (own !== undefined) read.push([name, readValue(reading, item, own, [...path, name])]);
  }
  return Object.fromEntries(read);
}

// A record is read as the variant whose words match or, failing that, as the one whose members it has; so that the
// problems told are those of the variant that was meant.
function readVariant(
  reading: Reading,
  schema: SchemaData,
  variants: readonly SchemaData[],
  value: unknown,
  path: Path,
): unknown {
  let meant: { variant: SchemaData; problems: readonly SchemaProblem[]; score: number } | undefined;
  for (const variant of variants) {
    const own: Reading = { problems: [] };
    const read = readValue(own, variant, value, path);
    if (own.problems.length === 0) return read;
    const score = likeness(variant, value);
    if (meant === undefined || score > meant.score) meant = { variant, problems: own.problems, score };
  }
  if (meant && meant.score > 0) reading.problems.push(...meant.problems);
  else
    say(
      reading,
      schema,
      path,
      'type',
      `${given(schema, value)} is not allowed: write ${variants.map(describeVariant).join(' or ')}`,
    );
  return undefined;
}

function likeness(variant: SchemaData, value: unknown): number {
  if (!isRecord(value) || !variant.properties) return kindOf(value) === variant.type ? 1 : 0;
  let score = 0;
  for (const [name, member] of Object.entries(variant.properties)) {
    if (value[name] === undefined) continue;
    const words = 'const' in member ? [member.const] : member.enum;
    score += words === undefined ? 1 : words.includes(value[name]) ? 100 : 0;
  }
  return score;
}

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value;

function describeVariant(variant: SchemaData): string {
  if ('const' in variant) return shown(variant.const);
  if (variant.enum) return variant.enum.join(', ');
  if (!variant.properties) return variant.type ?? 'any value';
  const marks = Object.entries(variant.properties).map(([name, member]) =>
    'const' in member ? `${name}: ${String(member.const)}` : name,
  );
  return `{ ${marks.slice(0, 4).join(', ')} }`;
}

// Reads an element by the schema's letter: its attributes from a list, its children in their order, nothing left over.
import type { EpochMs } from '../clock.ts';
import { Problem } from '../problem.ts';
import { attributeOf, hasElementsOnly, isNamed, textOf, type XmlElement, type XmlName } from '../xml/index.ts';
import { ns } from './names.ts';
import { parseDuration, parseInstant } from './time-values.ts';

const structureCode = 'saml.structure';

/** What is thrown while a tree is read, and caught by `reading`. The words name our rule, never what was sent. */
export const malformed = (because: string): Problem =>
  new Problem({ kind: 'invalid', code: structureCode, detail: because });

export type StructureReading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly because: string };

/** Runs a reader: its value, or why the structure is not allowed. */
export function reading<Value>(read: () => Value): StructureReading<Value> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Problem && error.code === structureCode) return { ok: false, because: error.detail ?? '' };
    throw error;
  }
}

/** Names of a namespace: `const saml = namesOf(ns.saml)`, then `saml('Issuer')`. */
export const namesOf =
  (namespace: string) =>
  (local: string): XmlName => ({ namespace, local });

/** The children of an element in the order of its schema's sequence. Text between them is refused. */
export class Sequence {
  readonly #element: XmlElement;
  readonly #children: readonly XmlElement[];
  #at = 0;

  constructor(element: XmlElement) {
    if (!hasElementsOnly(element)) throw malformed(`text in ${element.local}`);
    this.#element = element;
    this.#children = element.content.filter((node) => typeof node !== 'string');
  }

  optional(name: XmlName): XmlElement | undefined {
    const next = this.#children[this.#at];
    if (next === undefined || !isNamed(next, name)) return undefined;
    this.#at += 1;
    return next;
  }

  one(name: XmlName): XmlElement {
    const found = this.optional(name);
    if (found === undefined) throw malformed(`no ${name.local} in its place in ${this.#element.local}`);
    return found;
  }

  many(name: XmlName): XmlElement[] {
    return this.manyOf([name]);
  }

  /** Any number of any of the names: a choice that repeats. */
  manyOf(names: readonly XmlName[]): XmlElement[] {
    return this.while((next) => names.some((name) => isNamed(next, name)));
  }

  /** Any number of elements of other namespaces. */
  manyForeign(): XmlElement[] {
    const { namespace } = this.#element;
    return this.while((next) => next.namespace !== namespace);
  }

  while(test: (next: XmlElement) => boolean): XmlElement[] {
    const from = this.#at;
    for (let next = this.#children[from]; next !== undefined && test(next); next = this.#children[this.#at])
      this.#at += 1;
    return this.#children.slice(from, this.#at);
  }

  /** Nothing may be left. */
  end(): void {
    if (this.#at < this.#children.length) throw malformed(`an element out of place in ${this.#element.local}`);
  }
}

/** The attributes of an element, of which those without a namespace must be on a list. */
export function attributesOf<Name extends string>(
  element: XmlElement,
  allowed: readonly Name[],
  options: { readonly foreign?: boolean } = {},
): Partial<Readonly<Record<Name, string>>> {
  const values: Partial<Record<Name, string>> = {};
  for (const { namespace, local, value } of element.attributes) {
    if (namespace === '') {
      const name = allowed.find((each) => each === local);
      if (name === undefined) throw malformed(`an attribute that ${element.local} does not have`);
      values[name] = value;
    } else if (namespace !== ns.xsi && namespace !== ns.xml && options.foreign !== true) {
      throw malformed(`an attribute of another namespace on ${element.local}`);
    }
  }
  return values;
}

const mostTextLength = 65_536;

/** The text of an element that holds no elements, as it stands. */
export function wholeText(element: XmlElement): string {
  const text = textOf(element);
  if (text === undefined) throw malformed(`elements in ${element.local}`);
  if (text.length > mostTextLength) throw malformed(`too much text in ${element.local}`);
  return text;
}

const collapsed = (text: string): string => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');

/** Text as xs:anyURI, whose outer white space does not count (XML Schema 2, 3.2.17); SAML Core 1.3.2: not empty. */
export function uriText(element: XmlElement): string {
  attributesOf(element, []);
  const text = collapsed(wholeText(element));
  if (text === '') throw malformed(`an empty ${element.local}`);
  return text;
}

/** Text that has something beside white space (SAML Core 1.3.1). */
export function filledText(element: XmlElement): string {
  const text = wholeText(element);
  if (collapsed(text) === '') throw malformed(`an empty ${element.local}`);
  return text;
}

export function required<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw malformed(`no ${what}`);
  return value;
}

/** xs:ID in the letters that everybody writes, at most 256 of them (SAML Core 1.3.4). */
export function idOf(value: string | undefined, what: string): string {
  if (value === undefined || !/^[A-Za-z_][A-Za-z0-9._-]{0,255}$/.test(value)) throw malformed(`no right ${what}`);
  return value;
}

export function optionalInstant(value: string | undefined, what: string): EpochMs | undefined {
  return value === undefined ? undefined : required(parseInstant(value), `right ${what}`);
}

export const requiredInstant = (value: string | undefined, what: string): EpochMs =>
  required(optionalInstant(value, what), what);

export function optionalDuration(value: string | undefined, what: string): number | undefined {
  return value === undefined ? undefined : required(parseDuration(value), `right ${what}`);
}

/** xs:boolean. */
export function optionalBoolean(value: string | undefined, what: string): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw malformed(`no right ${what}`);
}

/** xs:unsignedShort, and whatever else counts from nought. */
export function optionalCount(value: string | undefined, what: string): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw malformed(`no right ${what}`);
  return Number(value);
}

/** An attribute that is an address or a name, not empty. */
export function optionalUri(value: string | undefined, what: string): string | undefined {
  if (value === undefined) return undefined;
  const text = collapsed(value);
  if (text === '') throw malformed(`an empty ${what}`);
  return text;
}

/** `xml:lang`, which localised texts must have. */
export const languageOf = (element: XmlElement): string =>
  required(attributeOf(element, 'lang', ns.xml), `xml:lang of ${element.local}`);

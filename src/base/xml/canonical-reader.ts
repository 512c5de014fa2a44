// Canonical XML text (W3C xml-c14n, with comments) to a plain tree; anything that is not canonical is a fault.
import type { XmlAttribute, XmlElement } from './element.ts';
import { xmlNamespace } from './names.ts';
import { inScope, type NamespaceScope, noScope } from './scope.ts';

export interface CanonicalReading {
  readonly root: XmlElement;
  readonly commented: ReadonlySet<XmlElement>;
}

/**
 * Reads the canonical form of a whole document, where every tag is spelled out, every value is in double quotes and
 * five references are all there are. Comments are left out and what they divide is joined.
 */
export function readCanonical(text: string): CanonicalReading | 'instruction' | 'notCanonical' {
  const reader = new CanonicalReader(text);
  try {
    return reader.document();
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.reason;
    throw thrown;
  }
}

class Fault extends Error {
  readonly reason: 'instruction' | 'notCanonical';
  constructor(reason: 'instruction' | 'notCanonical' = 'notCanonical') {
    super(reason);
    this.reason = reason;
  }
}

const [bang, question, slash, space, greater] = [0x21, 0x3f, 0x2f, 0x20, 0x3e];

/** A cursor over the text: it lives for one reading. */
class CanonicalReader {
  readonly #text: string;
  #at = 0;
  readonly #commented = new Set<XmlElement>();

  constructor(text: string) {
    this.#text = text;
  }

  document(): CanonicalReading {
    this.#between();
    const root = this.#element(noScope);
    this.#between();
    if (this.#at !== this.#text.length) throw new Fault();
    return { root, commented: this.#commented };
  }

  /** Before and after the root: comments, each on a line of its own. */
  #between(): void {
    for (;;) {
      if (this.#text[this.#at] === '\n') this.#at++;
      else if (this.#text.startsWith('<!', this.#at)) this.#comment();
      else if (this.#text.startsWith('<?', this.#at)) throw new Fault('instruction');
      else return;
    }
  }

  #element(above: NamespaceScope): XmlElement {
    if (this.#text[this.#at] !== '<') throw new Fault();
    this.#at++;
    const name = this.#name();
    const { scope, attributes } = this.#attributes(above);
    const { content, hadComment } = this.#content(scope);
    if (!this.#text.startsWith(name, this.#at)) throw new Fault();
    this.#at += name.length;
    this.#expect(greater);
    const [prefix, local] = divided(name);
    const namespace = prefix === '' ? (scope.get('') ?? '') : namespaceOf(prefix, scope);
    Object.freeze(attributes);
    Object.freeze(content);
    const element = inScope(Object.freeze({ prefix, namespace, local, attributes, content }), scope);
    if (hadComment) this.#commented.add(element);
    return element;
  }

  /** Declarations stand before attributes, so each prefix is known when it is used. */
  #attributes(above: NamespaceScope): { scope: NamespaceScope; attributes: XmlAttribute[] } {
    let scope = above;
    const attributes: XmlAttribute[] = [];
    while (this.#text.charCodeAt(this.#at) === space) {
      this.#at++;
      const name = this.#name();
      const value = this.#value();
      if (name === 'xmlns' || name.startsWith('xmlns:')) {
        if (attributes.length > 0) throw new Fault();
        if (scope === above) scope = new Map(above);
        declare(scope as Map<string, string>, name.slice('xmlns:'.length), value);
        continue;
      }
      const [prefix, local] = divided(name);
      const namespace = prefix === '' ? '' : namespaceOf(prefix, scope);
      attributes.push(Object.freeze({ prefix, namespace, local, value: decoded(value) }));
    }
    this.#expect(greater);
    return { scope, attributes };
  }

  /** Up to and including the `</` of the element's end tag. */
  #content(scope: NamespaceScope): { content: (XmlElement | string)[]; hadComment: boolean } {
    const content: (XmlElement | string)[] = [];
    let text = '';
    let hadComment = false;
    for (;;) {
      const next = this.#text.indexOf('<', this.#at);
      if (next < 0) throw new Fault();
      if (next > this.#at) text += decoded(this.#text.slice(this.#at, next));
      this.#at = next;
      const kind = this.#text.charCodeAt(next + 1);
      if (kind === bang) {
        hadComment = true;
        this.#comment();
        continue;
      }
      if (text !== '') content.push(text);
      text = '';
      if (kind === slash) {
        this.#at += 2;
        return { content, hadComment };
      }
      if (kind === question) throw new Fault('instruction');
      content.push(this.#element(scope));
    }
  }

  #comment(): void {
    const end = this.#text.startsWith('<!--', this.#at) ? this.#text.indexOf('-->', this.#at + 4) : -1;
    if (end < 0) throw new Fault();
    this.#at = end + 3;
  }

  #name(): string {
    const begin = this.#at;
    endOfName.lastIndex = begin;
    this.#at = endOfName.exec(this.#text)?.index ?? this.#text.length;
    if (this.#at === begin) throw new Fault();
    return this.#text.slice(begin, this.#at);
  }

  /** A value as it is written. */
  #value(): string {
    if (!this.#text.startsWith('="', this.#at)) throw new Fault();
    const begin = this.#at + 2;
    const end = this.#text.indexOf('"', begin);
    if (end < 0) throw new Fault();
    this.#at = end + 1;
    return this.#text.slice(begin, end);
  }

  #expect(code: number): void {
    if (this.#text.charCodeAt(this.#at) !== code) throw new Fault();
    this.#at++;
  }
}

/** What may stand behind a name. */
const endOfName = /[ >=/<"]/g;

function declare(scope: Map<string, string>, prefix: string, namespace: string): void {
  // libxml2 does not escape the namespace itself, so one with a reference could be read as another.
  if (namespace.includes('&')) throw new Fault();
  if (namespace === '') scope.delete(prefix);
  else scope.set(prefix, namespace);
}

function divided(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function namespaceOf(prefix: string, scope: NamespaceScope): string {
  if (prefix === 'xml') return xmlNamespace;
  const found = scope.get(prefix);
  if (found === undefined) throw new Fault();
  return found;
}

const references: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#x9': '\t',
  '#xA': '\n',
  '#xD': '\r',
};

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;]*);?/g, (_, name: string) => {
    const found = references[name];
    if (found === undefined) throw new Fault();
    return found;
  });
}

// Writing a tree as text in exclusive canonical form (exc-c14n, without comments): every value is escaped (S9).
import { Problem } from '../problem.ts';
import type { XmlAttribute, XmlElement } from './element.ts';
import { xmlNamespace, xmlnsNamespace } from './names.ts';
import { type NamespaceScope, noScope, scopeOf } from './scope.ts';

/**
 * The text of an element, which stands on its own: it declares each prefix where it is used first. What is written
 * is canonical already, so it may be digested as it is. Throws a Problem for what cannot be written as XML: a
 * control character, a lone surrogate, a name that is none.
 */
export function writeXml(element: XmlElement): string {
  return canonicalXml(element);
}

/**
 * Exclusive canonical form (W3C xml-exc-c14n section 3): declarations of prefixes that are visibly used, and of
 * those in `inclusivePrefixes` ('' for `#default`) as far as they are in scope where the element was read.
 */
export function canonicalXml(element: XmlElement, inclusivePrefixes: readonly string[] = []): string {
  return writeElement(element, noScope, inclusivePrefixes);
}

function writeElement(element: XmlElement, above: NamespaceScope, inclusive: readonly string[]): string {
  const { prefix, namespace, attributes } = element;
  const name = checkedName(prefix, namespace, element.local);
  const { written, declarations } = declarationsOf(element, above, inclusive);
  if (prefix !== 'xml' && (written.get(prefix) ?? '') !== namespace) throw unwritable('a prefix for two namespaces');

  let text = `<${name}`;
  for (const each of declarations) {
    text += ` ${each === '' ? 'xmlns' : `xmlns:${each}`}="${attributeText(written.get(each) ?? '')}"`;
  }
  for (const attribute of inOrder(attributes)) {
    text += ` ${checkedAttribute(attribute, written)}="${attributeText(attribute.value)}"`;
  }
  text += '>';
  for (const node of element.content) {
    text += typeof node === 'string' ? contentText(node) : writeElement(node, written, inclusive);
  }
  return `${text}</${name}>`;
}

interface Declarations {
  /** What is declared for the content. */
  readonly written: NamespaceScope;
  /** Prefixes to declare here, in canonical order. */
  readonly declarations: readonly string[];
}

function declarationsOf(element: XmlElement, above: NamespaceScope, inclusive: readonly string[]): Declarations {
  let written: Map<string, string> | undefined;
  const declarations: string[] = [];
  const declare = (prefix: string, namespace: string) => {
    if (((written ?? above).get(prefix) ?? '') === namespace || prefix === 'xml') return;
    written ??= new Map(above);
    written.set(prefix, namespace);
    declarations.push(prefix);
  };
  declare(element.prefix, element.namespace);
  for (const { prefix, namespace } of element.attributes) if (prefix !== '') declare(prefix, namespace);
  if (inclusive.length > 0) {
    const scope = scopeOf(element);
    for (const each of inclusive) if (each === '' || scope.has(each)) declare(each, scope.get(each) ?? '');
  }
  if (declarations.length > 1) declarations.sort(byCodePoint);
  return { written: written ?? above, declarations };
}

function inOrder(attributes: readonly XmlAttribute[]): readonly XmlAttribute[] {
  if (attributes.length < 2) return attributes;
  const sorted = [...attributes].sort(
    (one, other) => byCodePoint(one.namespace, other.namespace) || byCodePoint(one.local, other.local),
  );
  for (let at = 1; at < sorted.length; at++) {
    const [one, other] = [sorted[at - 1], sorted[at]];
    if (one?.local === other?.local && one?.namespace === other?.namespace) throw unwritable('an attribute twice');
  }
  return sorted;
}

/** Canonical order is that of code points; JavaScript's own is that of UTF-16 units. */
function byCodePoint(one: string, other: string): number {
  if (one === other) return 0;
  if (!surrogate.test(one) && !surrogate.test(other)) return one < other ? -1 : 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

const surrogate = /[\ud800-\udfff]/;

// Namespaces in XML 1.0, production 4 (NCName).
const start =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const ncName = new RegExp(`^[${start}][${start}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040]*$`, 'u');
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function checkedName(prefix: string, namespace: string, local: string): string {
  if (!ncName.test(local)) throw unwritable('a name that is none');
  if (prefix === '') {
    if (namespace === xmlNamespace || namespace === xmlnsNamespace) throw unwritable('a reserved namespace');
    return local;
  }
  checkPrefix(prefix, namespace);
  return `${prefix}:${local}`;
}

function checkedAttribute(attribute: XmlAttribute, written: NamespaceScope): string {
  const { prefix, namespace, local } = attribute;
  if (!ncName.test(local)) throw unwritable('a name that is none');
  if (prefix === '') {
    if (namespace !== '' || local === 'xmlns') throw unwritable('an attribute with a namespace and no prefix');
    return local;
  }
  checkPrefix(prefix, namespace);
  if (prefix !== 'xml' && written.get(prefix) !== namespace) throw unwritable('a prefix for two namespaces');
  return `${prefix}:${local}`;
}

function checkPrefix(prefix: string, namespace: string): void {
  const reserved = namespace === xmlNamespace || namespace === xmlnsNamespace;
  if (!ncName.test(prefix) || prefix === 'xmlns' || namespace === '') throw unwritable('a prefix that is none');
  if ((prefix === 'xml') !== (namespace === xmlNamespace) || (reserved && prefix !== 'xml')) {
    throw unwritable('a reserved namespace');
  }
}

/** The text with U+FFFD for what XML 1.0 does not have (2.2): control characters, lone surrogates. */
export const xmlText = (text: string): string => text.replace(new RegExp(notXml, 'gu'), '\ufffd');

function contentText(text: string): string {
  if (notXml.test(text)) throw unwritable('a character that XML does not have');
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (found) => contentReferences[found] ?? '') : text;
}

/** The text of a value to stand in double quotes. */
export function attributeText(text: string): string {
  if (notXml.test(text)) throw unwritable('a character that XML does not have');
  return /[&<"\t\n\r]/.test(text) ? text.replace(/[&<"\t\n\r]/g, (found) => attributeReferences[found] ?? '') : text;
}

const contentReferences: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const attributeReferences: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** The detail says what is wrong and never the text, which may be a personal number. */
function unwritable(detail: string): Problem {
  return new Problem({ kind: 'internal', code: 'xml.unwritable', detail });
}

// An XML element as a plain value that cannot be changed: no comments, no instructions, no parser's objects.

export interface XmlName {
  /** '' when it has none. */
  readonly namespace: string;
  readonly local: string;
}

export interface XmlAttribute extends XmlName {
  /** As written; '' exactly when the attribute has no namespace. */
  readonly prefix: string;
  readonly value: string;
}

export interface XmlElement extends XmlName {
  /** As written; '' for the default namespace, or for none. */
  readonly prefix: string;
  readonly attributes: readonly XmlAttribute[];
  /** Elements and text in their order. CDATA and references are text; what a comment divided is joined (S8). */
  readonly content: readonly (XmlElement | string)[];
}

/** What `elementMaker` takes as attributes: undefined ones are left out. */
export type AttributesToWrite = Readonly<Record<string, string | undefined>> | readonly XmlAttribute[];

/**
 * Makes elements of one namespace: `const saml = elementMaker('saml', 'urn:…:assertion')`, then
 * `saml('Issuer', {}, name)`. Attributes by plain name have no namespace; others come as a list.
 */
export function elementMaker(prefix: string, namespace: string) {
  return (
    local: string,
    attributes: AttributesToWrite = {},
    ...content: readonly (XmlElement | string)[]
  ): XmlElement => frozen({ prefix, namespace, local, attributes: listOf(attributes), content });
}

/** The same element with other content. */
export function withContent(element: XmlElement, content: readonly (XmlElement | string)[]): XmlElement {
  return frozen({ ...element, content });
}

/** Whether an element or attribute has this name; prefixes do not count. */
export function isNamed(found: XmlName, name: XmlName): boolean {
  return found.local === name.local && found.namespace === name.namespace;
}

/** The elements directly inside, all or those of one name. */
export function childrenOf(element: XmlElement, name?: XmlName): XmlElement[] {
  return element.content.filter(
    (node): node is XmlElement => typeof node !== 'string' && (name === undefined || isNamed(node, name)),
  );
}

/** The one element of that name directly inside; undefined when there is none, and when there are several. */
export function onlyChild(element: XmlElement, name: XmlName): XmlElement | undefined {
  const found = childrenOf(element, name);
  return found.length === 1 ? found[0] : undefined;
}

/** The whole text of an element that holds nothing but text; undefined when there are elements inside. */
export function textOf(element: XmlElement): string | undefined {
  let text = '';
  for (const node of element.content) {
    if (typeof node !== 'string') return undefined;
    text += node;
  }
  return text;
}

/** Whether it holds nothing but elements, and white space between them. */
export function hasElementsOnly(element: XmlElement): boolean {
  return element.content.every((node) => typeof node !== 'string' || /^[ \t\r\n]*$/.test(node));
}

/** The value of an attribute; without a namespace unless one is given. */
export function attributeOf(element: XmlElement, local: string, namespace = ''): string | undefined {
  return element.attributes.find((attribute) => attribute.local === local && attribute.namespace === namespace)?.value;
}

/** Every element in document order, the given one first. */
export function* elementsIn(element: XmlElement): Generator<XmlElement> {
  const waiting = [element];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    for (let at = next.content.length - 1; at >= 0; at--) {
      const node = next.content[at];
      if (typeof node === 'object') waiting.push(node);
    }
  }
}

function listOf(attributes: AttributesToWrite): readonly XmlAttribute[] {
  if (isList(attributes)) return attributes;
  return Object.entries(attributes).flatMap(([local, value]) =>
    value === undefined ? [] : [{ prefix: '', namespace: '', local, value }],
  );
}

const isList = (attributes: AttributesToWrite): attributes is readonly XmlAttribute[] => Array.isArray(attributes);

function frozen(element: XmlElement): XmlElement {
  Object.freeze(element.attributes);
  Object.freeze(element.content);
  return Object.freeze(element);
}

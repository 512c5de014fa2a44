// Which namespaces were in scope where an element was read: for canonical forms and what is decrypted, so it stays in this folder.
import type { XmlElement } from './element.ts';

/** Prefix -> namespace; the default namespace has the prefix ''. */
export type NamespaceScope = ReadonlyMap<string, string>;

export const noScope: NamespaceScope = new Map();

const scopes = new WeakMap<XmlElement, NamespaceScope>();

/** Notes the scope of an element. Consumers do not see it: what an unsigned ancestor declares is not signed. */
export function inScope(element: XmlElement, scope: NamespaceScope): XmlElement {
  scopes.set(element, scope);
  return element;
}

/** Empty for an element that we made: its own prefix and those of its attributes are all it uses. */
export function scopeOf(element: XmlElement): NamespaceScope {
  return scopes.get(element) ?? noScope;
}

// Which namespaces were in scope where an element was read: for canonical forms alone, so it stays in this folder.
import type { XmlElement } from './element.ts';

/** Prefix -> namespace; the default namespace has the prefix ''. */
export type NamespaceScope = ReadonlyMap<string, string>;

export const noScope: NamespaceScope = new Map();

const key: unique symbol = Symbol('scope');

/** An element in its scope. Consumers do not see it: what an unsigned ancestor declares is not signed. */
export function inScope(element: XmlElement, scope: NamespaceScope): XmlElement {
  return Object.freeze({ ...element, [key]: scope });
}

/** Empty for an element that we made: its own prefix and those of its attributes are all it uses. */
export function scopeOf(element: XmlElement): NamespaceScope {
  return (element as { readonly [key]?: NamespaceScope })[key] ?? noScope;
}

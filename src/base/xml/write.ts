// Writing a tree as text in exclusive canonical form (exc-c14n, without comments): every value is escaped (S9).
import { Problem } from '../problem.ts';
import type { XmlElement } from './element.ts';

/**
 * The text of an element, which stands on its own: it declares each prefix where it is used first. What is written
 * is canonical already, so it may be digested as it is.
 */
export function writeXml(_element: XmlElement): string {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

// Reading XML from outside: bounded, UTF-8, without DTD, entities or instructions, into a plain tree.
import { Problem } from '../problem.ts';
import type { XmlElement } from './element.ts';

/** What a document may be at most. All of it is looked at before anything is built from it. */
export interface XmlLimits {
  readonly bytes: number;
  readonly depth: number;
  /** Elements in the whole document. */
  readonly elements: number;
  /** Attributes of one element. */
  readonly attributes: number;
  /** Namespace declarations in the whole document. */
  readonly namespaces: number;
}

/** Enough for any message; a file of metadata needs more of everything. */
export const messageLimits: XmlLimits = {
  bytes: 512 * 1024,
  depth: 64,
  elements: 10_000,
  attributes: 64,
  namespaces: 2_000,
};

/** A document that was read. Nothing in it may be believed before `verifySignature`. */
export interface XmlDocument {
  readonly root: XmlElement;
  /** Elements that held a comment directly. Their text is whole; a signature must not have any (S4). */
  readonly commented: ReadonlySet<XmlElement>;
}

export type XmlFault =
  | 'xml.tooLarge'
  | 'xml.encoding'
  | 'xml.doctype'
  | 'xml.instruction'
  | 'xml.notWellFormed'
  | 'xml.tooDeep'
  | 'xml.tooManyElements'
  | 'xml.tooManyAttributes'
  | 'xml.tooManyNamespaces';

export type XmlReading =
  | { readonly ok: true; readonly document: XmlDocument }
  | { readonly ok: false; readonly reason: XmlFault };

/** Loads the parser, once a process. What reads XML is wired after this. */
export async function loadXml(): Promise<void> {
  throw notYet();
}

/** Reads a whole document. Synchronous; throws a Problem when `loadXml` was not awaited. */
export function readXml(_given: Uint8Array | string, _limits: XmlLimits = messageLimits): XmlReading {
  throw notYet();
}

const notYet = () => new Problem({ kind: 'internal', code: 'xml.notLoaded' });

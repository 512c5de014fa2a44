// Reading XML from outside: bounded, UTF-8, without DTD, entities or instructions, into a plain tree.
import { isUtf8 } from 'node:buffer';
import type { XmlDocument as ParsedDocument, ParseOption } from 'libxml2-wasm';
import { Problem } from '../problem.ts';
import { readCanonical } from './canonical-reader.ts';
import type { XmlElement } from './element.ts';
import { excessOf, messageLimits, type XmlExcess, type XmlLimits } from './limits.ts';

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
  | XmlExcess;

export type XmlReading =
  | { readonly ok: true; readonly document: XmlDocument }
  | { readonly ok: false; readonly reason: XmlFault };

type Library = typeof import('libxml2-wasm');
let library: Library | undefined;

/** Loads the parser, once a process. What reads XML is wired after this. */
export async function loadXml(): Promise<void> {
  library ??= await import('libxml2-wasm');
}

/**
 * Reads a whole document. The text is parsed once, by libxml2, which writes it in canonical form; the tree is read
 * from that. A comment never cuts a text (S8). Synchronous; throws a Problem when `loadXml` was not awaited.
 */
export function readXml(given: Uint8Array | string, limits: XmlLimits = messageLimits): XmlReading {
  const text = textWithin(given, limits);
  if (typeof text !== 'string') return refused(text.reason);
  if (!declaresUtf8(text)) return refused('xml.encoding');
  // No message has one, not even in a comment; so no parser need be trusted to find it (S3, S17).
  if (text.includes('<!DOCTYPE')) return refused('xml.doctype');
  const excess = excessOf(text, limits);
  if (excess !== undefined) return refused(excess);
  const canonical = canonicalOf(text);
  if (canonical === undefined) return refused('xml.notWellFormed');
  const read = readCanonical(canonical);
  if (read === 'instruction') return refused('xml.instruction');
  return typeof read === 'string' ? refused('xml.notWellFormed') : { ok: true, document: read };
}

/** UTF-8 without NUL, within the bytes allowed; without the byte order mark. */
function textWithin(given: Uint8Array | string, limits: XmlLimits): string | { reason: XmlFault } {
  const bytes =
    typeof given === 'string' ? Buffer.from(given) : Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length > limits.bytes) return { reason: 'xml.tooLarge' };
  if ((typeof given === 'string' && !given.isWellFormed()) || !isUtf8(bytes)) return { reason: 'xml.encoding' };
  const text = typeof given === 'string' ? given : bytes.toString();
  if (text.includes('\0')) return { reason: 'xml.encoding' };
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

const declaration = /^<\?xml[ \t\r\n][^?]*\?>/;

/** Whether the XML declaration, if there is one, names no other encoding (the bytes are UTF-8 whatever it says). */
function declaresUtf8(text: string): boolean {
  const declared = /[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([^"']*)["']/.exec(declaration.exec(text)?.[0] ?? '');
  return declared === null || /^(utf-?8|us-ascii)$/i.test(declared[1] ?? '');
}

/** The text in canonical form, with comments; undefined when it is no XML with namespaces. */
function canonicalOf(text: string): string | undefined {
  if (library === undefined) throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
  const { XmlDocument: Parsed, XmlError, XmlC14NMode } = library;
  let parsed: ParsedDocument | undefined;
  try {
    parsed = Parsed.fromBuffer(Buffer.from(text), { option: parseOptions(library.ParseOption) });
    const output = new ByteOutput();
    parsed.canonicalize(output, { mode: XmlC14NMode.XML_C14N_1_0, withComments: true });
    return output.text();
  } catch (thrown) {
    if (thrown instanceof XmlError) return undefined;
    throw thrown;
  } finally {
    // The memory of the module never shrinks, so nothing may wait for a collector.
    parsed?.dispose();
  }
}

/** No entities are replaced, nothing is loaded, no catalogue is asked, and an encoding is not believed. */
function parseOptions(option: typeof ParseOption): ParseOption {
  return (
    option.XML_PARSE_NO_XXE |
    option.XML_PARSE_NONET |
    option.XML_PARSE_NO_SYS_CATALOG |
    option.XML_PARSE_SKIP_IDS |
    option.XML_PARSE_IGNORE_ENC |
    option.XML_PARSE_NOCDATA |
    option.XML_PARSE_COMPACT
  );
}

/** Collects what the module writes; its buffer is used again, so each part is copied. */
class ByteOutput {
  readonly #parts: Buffer[] = [];
  write(part: Uint8Array): number {
    this.#parts.push(Buffer.from(part));
    return part.byteLength;
  }
  close(): boolean {
    return true;
  }
  text(): string {
    return Buffer.concat(this.#parts).toString();
  }
}

const refused = (reason: XmlFault): XmlReading => ({ ok: false, reason });

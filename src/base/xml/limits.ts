// What a document may be at most, looked at in one pass over its text before a parser sees it.

export interface XmlLimits {
  readonly bytes: number;
  readonly depth: number;
  /** Elements in the whole document. */
  readonly elements: number;
  /** Attributes of one element, namespace declarations included. */
  readonly attributes: number;
  /** Namespace declarations in force at one place, not in the whole document; never more than 64. */
  readonly namespaces: number;
}

/** Enough for any message; a file of metadata needs more of everything. */
export const messageLimits: XmlLimits = {
  bytes: 512 * 1024,
  depth: 64,
  elements: 10_000,
  attributes: 64,
  namespaces: 48,
};

/**
 * Canonical form takes the square of the namespaces in force for each element, however large the file may be: 1,000 of
 * them on 4,000 elements, 34 kB in all, take 11 s. So no caller may allow more.
 */
const mostNamespaces = 64;

/**
 * Of a namespace, in characters. Exclusive canonical form says it again wherever it is used, before any signature was
 * verified: one of 250 kB in 9,000 elements comes to 2 GB.
 */
const longestNamespace = 256;

export type XmlExcess =
  | 'xml.tooDeep'
  | 'xml.tooManyElements'
  | 'xml.tooManyAttributes'
  | 'xml.tooManyNamespaces'
  | 'xml.tooLongNamespace';

/**
 * The first limit that a text exceeds. It counts tags and quoted values, so that what takes a parser quadratic time
 * never reaches one. Of a text that is not well-formed it counts something; the parser refuses that one.
 */
export function excessOf(text: string, limits: XmlLimits): XmlExcess | 'xml.notWellFormed' | undefined {
  const most = Math.min(limits.namespaces, mostNamespaces);
  let elements = 0;
  // How many declarations are in force inside of each element that is open.
  const open: number[] = [];
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const skipped = endOfNonElement(text, at);
    if (skipped < 0) return 'xml.notWellFormed';
    if (skipped > at) {
      at = skipped;
      continue;
    }
    if (text.charCodeAt(at + 1) === slash) {
      open.pop();
      at++;
      continue;
    }
    if (++elements > limits.elements) return 'xml.tooManyElements';
    if (open.length >= limits.depth) return 'xml.tooDeep';
    const tag = readTag(text, at, limits.attributes);
    if (typeof tag === 'string') return tag;
    const inForce = (open.at(-1) ?? 0) + tag.namespaces;
    if (inForce > most) return 'xml.tooManyNamespaces';
    if (!tag.empty) open.push(inForce);
    at = tag.end;
  }
  return undefined;
}

const [slash, quote, apostrophe, greater, x] = [0x2f, 0x22, 0x27, 0x3e, 0x78];

const nonElements: readonly (readonly [begin: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/** Where a comment, CDATA section or instruction ends; the same place when it is none, -1 when it does not end. */
function endOfNonElement(text: string, at: number): number {
  for (const [begin, end] of nonElements) {
    if (!text.startsWith(begin, at)) continue;
    const found = text.indexOf(end, at + begin.length);
    return found < 0 ? -1 : found + end.length;
  }
  return at;
}

interface Tag {
  readonly end: number;
  readonly empty: boolean;
  readonly namespaces: number;
}

function readTag(
  text: string,
  begin: number,
  mostAttributes: number,
): Tag | 'xml.tooManyAttributes' | 'xml.tooLongNamespace' | 'xml.notWellFormed' {
  let [attributes, namespaces] = [0, 0];
  let declares = false;
  for (let at = begin + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === greater) return { end: at + 1, empty: text.charCodeAt(at - 1) === slash, namespaces };
    if (code === x && text.startsWith('xmlns', at) && text.charCodeAt(at - 1) <= 0x20) {
      namespaces++;
      declares = true;
    }
    if (code !== quote && code !== apostrophe) continue;
    if (++attributes > mostAttributes) return 'xml.tooManyAttributes';
    const opened = at;
    at = text.indexOf(code === quote ? '"' : "'", at + 1);
    if (at < 0) break;
    if (declares && at - opened > longestNamespace + 1) return 'xml.tooLongNamespace';
    declares = false;
  }
  return 'xml.notWellFormed';
}

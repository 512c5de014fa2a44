// A strict reader of DER (X.690): definite minimal lengths, low tag numbers, bounded depth; it never copies content.
import { Problem } from '../problem.ts';

/** One element: its identifier octet and where it lies in `bytes`. */
export interface DerElement {
  readonly bytes: Buffer;
  /** The whole identifier octet: class, constructed bit and number (0x30 is a SEQUENCE). */
  readonly tag: number;
  /** Offset of the identifier octet. */
  readonly start: number;
  /** Offset of the first content octet. */
  readonly content: number;
  /** Offset just after the last content octet. */
  readonly end: number;
  readonly depth: number;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const deepest = 24;

/** What is thrown inside the readers; their public functions turn it into a returned refusal. */
export const malformed = (detail: string): Problem<'x509.malformed'> =>
  new Problem({ kind: 'invalid', code: 'x509.malformed', detail });

/** The element that begins at `start`; it must end at or before `limit`. Throws `x509.malformed`. */
export function elementAt(bytes: Buffer, start: number, limit: number, depth: number): DerElement {
  if (depth > deepest) throw malformed('nested too deep');
  if (start + 2 > limit) throw malformed('element cut short');
  const tag = bytes[start] as number;
  if ((tag & 0x1f) === 0x1f) throw malformed('high tag number');
  const first = bytes[start + 1] as number;
  let length = first;
  let content = start + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0) throw malformed('indefinite length'); // X.690 10.1
    if (count > 4 || content + count > limit) throw malformed('length cut short');
    length = bytes.readUIntBE(content, count);
    if (length < 0x80 || bytes[content] === 0) throw malformed('length not minimal'); // X.690 10.1
    content += count;
  }
  const end = content + length;
  if (end > limit) throw malformed('content cut short');
  return { bytes, tag, start, content, end, depth };
}

/** The single element that fills `bytes` exactly. */
export function readRoot(bytes: Buffer, tag: number, depth = 0): DerElement {
  const root = elementAt(bytes, 0, bytes.length, depth);
  if (root.end !== bytes.length) throw malformed('bytes after the end');
  if (root.tag !== tag) throw malformed('unexpected outer type');
  return root;
}

/** Walks the elements inside a constructed element, one after the other. */
export class DerCursor {
  readonly #of: DerElement;
  #at: number;
  constructor(of: DerElement) {
    this.#of = of;
    this.#at = of.content;
    if ((of.tag & 0x20) === 0) throw malformed('not a constructed element');
  }
  get done(): boolean {
    return this.#at >= this.#of.end;
  }
  /** The next element, whose tag must be `tag` when that is given. */
  next(tag?: number): DerElement {
    const element = elementAt(this.#of.bytes, this.#at, this.#of.end, this.#of.depth + 1);
    if (tag !== undefined && element.tag !== tag) throw malformed(`expected tag ${tag.toString(16)}`);
    this.#at = element.end;
    return element;
  }
  /** The next element when it carries `tag`, otherwise undefined and the cursor stays. */
  optional(tag: number): DerElement | undefined {
    return !this.done && this.#of.bytes[this.#at] === tag ? this.next() : undefined;
  }
  /** Throws when anything is left. */
  end(): void {
    if (!this.done) throw malformed('unexpected element');
  }
}

/** All elements inside a constructed element, at most `most` of them. */
export function childrenOf(element: DerElement, most = 1024): DerElement[] {
  const cursor = new DerCursor(element);
  const found: DerElement[] = [];
  while (!cursor.done) {
    if (found.length === most) throw malformed('too many elements');
    found.push(cursor.next());
  }
  return found;
}

/** The one element inside a constructed element. */
export function onlyChildOf(element: DerElement): DerElement {
  const cursor = new DerCursor(element);
  const child = cursor.next();
  cursor.end();
  return child;
}

/** Content octets, without a copy. */
export const contentOf = (element: DerElement): Buffer => element.bytes.subarray(element.content, element.end);
/** Identifier, length and content octets, without a copy. */
export const encodingOf = (element: DerElement): Buffer => element.bytes.subarray(element.start, element.end);

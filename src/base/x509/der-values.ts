// Typed values out of DER elements: numbers, identifiers, bits, times (X.690 section 8 and 11).
import { contentOf, type DerElement, malformed, tags } from './der.ts';

function expect(element: DerElement, tag: number, name: string): Buffer {
  if (element.tag !== tag) throw malformed(`expected ${name}`);
  return contentOf(element);
}

export function readBoolean(element: DerElement): boolean {
  const content = expect(element, tags.boolean, 'BOOLEAN');
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed('BOOLEAN not DER'); // X.690 11.1
  return content[0] === 0xff;
}

/** Content octets of an INTEGER, checked to be minimal (X.690 8.3.2). */
export function readIntegerBytes(element: DerElement): Buffer {
  const content = expect(element, tags.integer, 'INTEGER');
  if (content.length === 0) throw malformed('empty INTEGER');
  const [first, second] = content;
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw malformed('INTEGER not minimal');
  return content;
}

/** A small non-negative INTEGER. */
export function readSmallInteger(element: DerElement): number {
  const content = readIntegerBytes(element);
  if (content.length > 4 || (content[0] as number) >= 0x80) throw malformed('INTEGER out of range');
  return content.readUIntBE(0, content.length);
}

/** A serial number as lower-case hexadecimal of its magnitude, without the sign octet; none but positive ones of at most 20 octets. */
export function readSerialHex(element: DerElement): string {
  const content = readIntegerBytes(element);
  const hex = serialHex(content);
  // RFC 5280 4.1.2.2: positive, at most 20 octets (one more for the sign).
  if ((content[0] as number) >= 0x80 || hex.length > 40 || hex === '00') throw malformed('serial number out of range');
  return hex;
}

/** Hexadecimal of a serial number's content octets without the sign octet. */
export const serialHex = (content: Buffer): string =>
  (content.length > 1 && content[0] === 0 ? content.subarray(1) : content).toString('hex');

/** Dotted form of an OBJECT IDENTIFIER. */
export function readOid(element: DerElement): string {
  const content = expect(element, tags.oid, 'OBJECT IDENTIFIER');
  if (content.length === 0 || content.length > 64) throw malformed('OBJECT IDENTIFIER length');
  const arcs: number[] = [];
  let value = 0;
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) throw malformed('OBJECT IDENTIFIER not minimal'); // X.690 8.19.2
    if (value > 2 ** 45) throw malformed('OBJECT IDENTIFIER arc too large');
    value = value * 128 + (octet & 0x7f);
    fresh = octet < 0x80;
    if (fresh) {
      if (arcs.length === 0) {
        const top = Math.min(2, Math.floor(value / 40));
        arcs.push(top, value - 40 * top);
      } else arcs.push(value);
      value = 0;
    }
  }
  if (!fresh) throw malformed('OBJECT IDENTIFIER cut short');
  return arcs.join('.');
}

/** Content of a BIT STRING that holds whole octets. */
export function readOctetBits(element: DerElement): Buffer {
  const content = expect(element, tags.bitString, 'BIT STRING');
  if (content[0] !== 0) throw malformed('BIT STRING of part octets');
  return content.subarray(1);
}

/** Named bits of a BIT STRING: the set of positions that are one, bit 0 first. */
export function readNamedBits(element: DerElement): ReadonlySet<number> {
  const content = expect(element, tags.bitString, 'BIT STRING');
  const unused = content[0];
  if (unused === undefined || unused > 7 || (content.length === 1 && unused > 0) || content.length > 5)
    throw malformed('BIT STRING length');
  const last = content[content.length - 1] as number;
  if (content.length > 1 && (last & ((1 << unused) - 1)) !== 0) throw malformed('BIT STRING padding'); // X.690 11.2.1
  const bits = new Set<number>();
  for (let index = 0; index < (content.length - 1) * 8 - unused; index++)
    if (((content[1 + (index >> 3)] as number) >> (7 - (index & 7))) & 1) bits.add(index);
  return bits;
}

const utc = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const generalized = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** A UTCTime or GeneralizedTime in the only forms of RFC 5280 4.1.2.5, as milliseconds since 1970. */
export function readTime(element: DerElement): number {
  const text = contentOf(element).toString('latin1');
  const isUtc = element.tag === tags.utcTime;
  if (!isUtc && element.tag !== tags.generalizedTime) throw malformed('expected a time');
  const parts = (isUtc ? utc : generalized).exec(text)?.slice(1).map(Number);
  if (parts === undefined) throw malformed('time not in DER form');
  const [first = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const year = isUtc ? first + (first >= 50 ? 1900 : 2000) : first; // RFC 5280 4.1.2.5.1
  const at = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  at.setUTCFullYear(year, month - 1, day);
  const same = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && at.getUTCHours() === hour;
  if (!same || at.getUTCMinutes() !== minute || at.getUTCSeconds() !== second) throw malformed('no such time');
  return at.getTime();
}

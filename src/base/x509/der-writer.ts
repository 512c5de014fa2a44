// Writes DER (X.690): small functions that return whole elements, to be nested.
import { tags } from './der.ts';

/** One element with this identifier octet around the given parts. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

export const derSequence = (...parts: readonly Uint8Array[]): Buffer => der(tags.sequence, ...parts);
export const derNull = (): Buffer => der(tags.null);
export const derBoolean = (value: boolean): Buffer => der(tags.boolean, Buffer.from([value ? 0xff : 0]));
export const derOctets = (content: Uint8Array): Buffer => der(tags.octetString, content);
/** A BIT STRING of whole octets. */
export const derBits = (content: Uint8Array): Buffer => der(tags.bitString, Buffer.from([0]), content);

/** A SET OF, its elements put in the order that X.690 11.6 asks for. */
export const derSet = (...parts: readonly Uint8Array[]): Buffer => der(tags.set, ...[...parts].sort(Buffer.compare));

/** A non-negative INTEGER from a number or from magnitude octets. */
export function derInteger(value: number | Uint8Array): Buffer {
  const hex = typeof value === 'number' ? value.toString(16) : Buffer.from(value).toString('hex');
  let octets = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  while (octets.length > 1 && octets[0] === 0) octets = octets.subarray(1);
  return der(tags.integer, (octets[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), octets]) : octets);
}

/** A BIT STRING of named bits, without trailing zero bits (X.690 11.2.2). */
export function derNamedBits(positions: Iterable<number>): Buffer {
  const set = [...positions];
  if (set.length === 0) return der(tags.bitString, Buffer.from([0]));
  const last = Math.max(...set);
  const octets = Buffer.alloc((last >> 3) + 1);
  for (const position of set) octets[position >> 3] = (octets[position >> 3] as number) | (0x80 >> (position & 7));
  return der(tags.bitString, Buffer.from([7 - (last & 7)]), octets);
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return der(tags.oid, Buffer.from(octets));
}

const timeDigits = (at: number): string => new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');

/** GeneralizedTime, whole seconds (RFC 5280 4.1.2.5.2). */
export const derGeneralizedTime = (at: number): Buffer =>
  der(tags.generalizedTime, Buffer.from(timeDigits(at), 'latin1'));

/** UTCTime to the end of 2049 and GeneralizedTime after it (RFC 5280 4.1.2.5). */
export function derTime(at: number): Buffer {
  const digits = timeDigits(at);
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? der(tags.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : derGeneralizedTime(at);
}

/** UTF8String. */
export const derUtf8 = (text: string): Buffer => der(tags.utf8String, Buffer.from(text, 'utf8'));
/** PrintableString; the caller keeps to its letters. */
export const derPrintable = (text: string): Buffer => der(tags.printableString, Buffer.from(text, 'latin1'));

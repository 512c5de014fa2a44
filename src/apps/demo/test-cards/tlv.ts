// BER-TLV as cards speak it (ISO 7816-4 5.2.2): tags of one to three octets, lengths of up to two.

/** A data object: its tag in hexadecimal, and its value. */
export interface DataObject {
  readonly tag: string;
  readonly value: Buffer;
}

/** One data object as bytes; the value at most 65,535 octets. */
export function tlv(tag: string, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from(size), value]);
}

/** The octets of a tag at this place: one, or more when the first says so. */
function tagLength(bytes: Buffer, at: number): number {
  if (((bytes[at] ?? 0) & 0x1f) !== 0x1f) return 1;
  return ((bytes[at + 1] ?? 0) & 0x80) === 0 ? 2 : 3;
}

/** The data objects that stand one after the other; undefined when the bytes do not hold what they promise. */
export function readTlv(bytes: Buffer): readonly DataObject[] | undefined {
  const found: DataObject[] = [];
  let at = 0;
  while (at < bytes.length) {
    const valueless = at + tagLength(bytes, at);
    const size = bytes[valueless];
    if (size === undefined || size === 0x80 || size > 0x82) return undefined;
    const octets = size > 0x80 ? size & 0x7f : 0;
    const from = valueless + 1 + octets;
    if (from > bytes.length) return undefined;
    const length = octets === 0 ? size : bytes.readUIntBE(valueless + 1, octets);
    if (from + length > bytes.length) return undefined;
    found.push({ tag: bytes.subarray(at, valueless).toString('hex'), value: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return found;
}

// Finds an entry of a revocation list by serial number without an object for each entry: 8 octets an entry.
import { malformed } from './der.ts';

/** Content octets of the serial number of the entry at `offset`, as positions; entries were checked when the list was read. */
function serialStart(bytes: Buffer, offset: number): number {
  const first = bytes[offset + 1] as number;
  // The entry's own header, then the identifier and (always short) length octet of the INTEGER.
  return offset + (first < 0x80 ? 2 : 2 + (first & 0x7f)) + 2;
}

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/**
 * Looks at other entries while an index is made, for each of its own. A table that is half empty needs one or two; whoever
 * sends a list that nobody has verified yet could make them all meet.
 */
const mostLooks = 16;

/** Offsets of entries in an open-addressed table by a hash (FNV-1a) of the serial's octets; of a serial that is there twice, the first. */
export class SerialIndex {
  readonly #bytes: Buffer;
  readonly #slots: Uint32Array;
  readonly #mask: number;

  /** `offsets` are those of the entries' identifier octets in `bytes`; never 0. Throws `x509.malformed` for serials made to collide. */
  constructor(bytes: Buffer, offsets: readonly number[]) {
    this.#bytes = bytes;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(offsets.length * 2 + 2)));
    this.#mask = this.#slots.length - 1;
    let looks = mostLooks * (offsets.length + 256);
    for (const offset of offsets) {
      let slot = this.#hashAt(offset) & this.#mask;
      for (let there = this.#slots[slot]; there && !this.#isSame(there, offset); there = this.#slots[slot]) {
        if (looks-- === 0) throw malformed('serial numbers made to collide');
        slot = (slot + 1) & this.#mask;
      }
      if (this.#slots[slot] === 0) this.#slots[slot] = offset;
    }
  }

  /** Offset of the entry with this serial (content octets of the INTEGER, so that -1 is not 255), or undefined. */
  find(serial: Buffer): number | undefined {
    let slot = hashOf(serial, 0, serial.length) & this.#mask;
    for (let offset = this.#slots[slot]; offset; offset = this.#slots[slot]) {
      if (this.#isAt(offset, serial)) return offset;
      slot = (slot + 1) & this.#mask;
    }
    return undefined;
  }

  #span(offset: number): readonly [start: number, end: number] {
    const start = serialStart(this.#bytes, offset);
    return [start, start + (this.#bytes[start - 1] as number)];
  }

  #hashAt(offset: number): number {
    const [start, end] = this.#span(offset);
    return hashOf(this.#bytes, start, end);
  }

  #isSame(one: number, other: number): boolean {
    const [start, end] = this.#span(one);
    const [from, to] = this.#span(other);
    return end - start === to - from && this.#bytes.compare(this.#bytes, start, end, from, to) === 0;
  }

  #isAt(offset: number, serial: Buffer): boolean {
    const [start, end] = this.#span(offset);
    return this.#bytes.compare(serial, 0, serial.length, start, end) === 0;
  }
}

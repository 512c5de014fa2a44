// Brings BER with indefinite lengths, as Java writes CMS, into definite form for the strict reader; content stays byte for byte.
import { malformed } from './der.ts';

const deepest = 24;

interface Piece {
  readonly bytes: Buffer;
  /** Offset just after it in the source. */
  readonly end: number;
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const octets = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
}

/** Elements from `at` to `limit`, or to the end-of-contents octets when there is no limit. */
function pieces(source: Buffer, at: number, limit: number | undefined, depth: number): Piece {
  const parts: Buffer[] = [];
  let next = at;
  while (limit === undefined ? !(source[next] === 0 && source[next + 1] === 0) : next < limit) {
    const piece = pieceAt(source, next, limit ?? source.length, depth);
    parts.push(piece.bytes);
    next = piece.end;
  }
  if (limit !== undefined && next > limit) throw malformed('content cut short');
  return { bytes: Buffer.concat(parts), end: limit ?? next + 2 };
}

function pieceAt(source: Buffer, at: number, limit: number, depth: number): Piece {
  if (depth > deepest) throw malformed('nested too deep');
  if (at + 2 > limit) throw malformed('element cut short');
  const tag = source[at] as number;
  const first = source[at + 1] as number;
  const constructed = (tag & 0x20) !== 0;
  if ((tag & 0x1f) === 0x1f) throw malformed('high tag number');
  if (first === 0x80) {
    if (!constructed) throw malformed('indefinite length of a primitive element'); // X.690 8.1.3.2
    const inside = pieces(source, at + 2, undefined, depth + 1);
    return {
      bytes: Buffer.concat([Buffer.from([tag]), lengthOctets(inside.bytes.length), inside.bytes]),
      end: inside.end,
    };
  }
  const count = first < 0x80 ? 0 : first & 0x7f;
  const content = at + 2 + count;
  if (count > 4 || content > limit) throw malformed('length cut short');
  const end = content + (count === 0 ? first : source.readUIntBE(at + 2, count));
  if (end > limit) throw malformed('content cut short');
  if (!constructed) return { bytes: source.subarray(at, end), end };
  const inside = pieces(source, content, end, depth + 1);
  // Unchanged inside, so unchanged whole: what is signed keeps its bytes, faults and all.
  if (inside.bytes.equals(source.subarray(content, end))) return { bytes: source.subarray(at, end), end };
  return { bytes: Buffer.concat([Buffer.from([tag]), lengthOctets(inside.bytes.length), inside.bytes]), end };
}

/** The one element that fills `source`, without indefinite lengths (X.690 8.1.3.6). Throws `x509.malformed`. */
export function definiteForm(source: Buffer): Buffer {
  const { bytes, end } = pieceAt(source, 0, source.length, 0);
  if (end !== source.length) throw malformed('bytes after the end');
  return bytes;
}

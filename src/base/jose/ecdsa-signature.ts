// The two forms of an ECDSA signature: DER (OpenSSL, X.509) and fixed-length r‖s (JWS, RFC 7518 section 3.4).
// By hand, because Node 24's `dsaEncoding: 'ieee-p1363'` costs 25 µs an operation.

/** What the conversion must know of a curve. */
export interface EcdsaCurve {
  /** Bytes of r and of s. */
  readonly coordinateBytes: number;
  /** Order n of the base point, big-endian, `coordinateBytes` long. */
  readonly order: Buffer;
}

/** Orders from SEC 2 / FIPS 186. */
export const ecdsaCurves = {
  'P-256': curve(32, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  'P-384': curve(
    48,
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ),
  'P-521': curve(
    66,
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ),
} as const;

/** DER of an r‖s signature, or undefined unless it is exactly twice `coordinateBytes` with 0 < r, s < n. */
export function rawToDer(raw: Buffer, curve: EcdsaCurve): Buffer | undefined {
  const size = curve.coordinateBytes;
  if (raw.length !== 2 * size || !inRange(raw, 0, curve) || !inRange(raw, size, curve)) return undefined;
  const rStart = firstByte(raw, 0, size);
  const sStart = firstByte(raw, size, 2 * size);
  const rPad = leadingZero(raw, rStart);
  const sPad = leadingZero(raw, sStart);
  const rLength = size - rStart + rPad;
  const sLength = 2 * size - sStart + sPad;
  const content = 4 + rLength + sLength;
  const lengthBytes = content > 127 ? 2 : 1;

  const der = Buffer.allocUnsafe(1 + lengthBytes + content);
  let at = 0;
  der[at++] = 0x30;
  if (lengthBytes === 2) der[at++] = 0x81;
  der[at++] = content;
  at = writeInteger(der, at, raw, rStart, size, rPad);
  writeInteger(der, at, raw, sStart, 2 * size, sPad);
  return der;
}

/** r‖s of a DER signature, or undefined unless it is the one DER form of two integers with 0 < r, s < n. */
export function derToRaw(der: Buffer, curve: EcdsaCurve): Buffer | undefined {
  const size = curve.coordinateBytes;
  const long = der[1] === 0x81;
  const content = long ? 3 : 2;
  const length = long ? der[2] : der[1];
  if (der[0] !== 0x30 || length === undefined || (long ? length < 128 : length > 127)) return undefined;
  if (content + length !== der.length) return undefined;
  const raw = Buffer.alloc(2 * size);
  const afterR = readInteger(der, content, raw, size);
  if (afterR === undefined || readInteger(der, afterR, raw, 2 * size) !== der.length) return undefined;
  return inRange(raw, 0, curve) && inRange(raw, size, curve) ? raw : undefined;
}

function inRange(raw: Buffer, start: number, curve: EcdsaCurve): boolean {
  const end = start + curve.coordinateBytes;
  if (firstByte(raw, start, end) === end) return false;
  return curve.order.compare(raw, start, end) > 0;
}

/** Index of the first byte that is not zero, or `end`. */
function firstByte(raw: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && raw[at] === 0) at++;
  return at;
}

/** DER integers are signed: a set top bit needs a zero before it. */
function leadingZero(raw: Buffer, at: number): 0 | 1 {
  return (raw[at] ?? 0) > 127 ? 1 : 0;
}

function writeInteger(der: Buffer, start: number, raw: Buffer, from: number, to: number, pad: 0 | 1): number {
  let at = start;
  der[at++] = 0x02;
  der[at++] = to - from + pad;
  if (pad === 1) der[at++] = 0;
  raw.copy(der, at, from, to);
  return at + (to - from);
}

/** Copies one DER integer so that it ends at `end` of `raw`; answers where the next element starts. */
function readInteger(der: Buffer, start: number, raw: Buffer, end: number): number | undefined {
  const length = der[start + 1];
  if (der[start] !== 0x02 || length === undefined || length === 0) return undefined;
  let from = start + 2;
  const to = from + length;
  const first = der[from] ?? 0;
  if (to > der.length || first > 127) return undefined;
  if (first === 0) {
    if (length === 1 || (der[from + 1] ?? 0) <= 127) return undefined;
    from++;
  }
  if (to - from > raw.length / 2) return undefined;
  der.copy(raw, end - (to - from), from, to);
  return to;
}

function curve(coordinateBytes: number, orderHex: string): EcdsaCurve {
  return { coordinateBytes, order: Buffer.from(orderHex, 'hex') };
}

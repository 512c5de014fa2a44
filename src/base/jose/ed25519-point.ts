// Ed25519 public keys under which anybody can forge: points of small order, and second encodings of one point.

/** y coordinates (little-endian, sign bit cleared) of the points whose order divides 8 (RFC 7748 7, RFC 8032 5.1.7). */
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** 2^255 − 19, big-endian. */
const fieldPrime = Buffer.from('7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed', 'hex');

/** Whether 32 bytes are a canonical encoding (y < p) and not a point of small order. That it is on the curve, OpenSSL checks when verifying. */
export function isSafeEd25519Point(encoded: Buffer): boolean {
  const y = Buffer.from(encoded);
  y[31] = (y[31] ?? 0) & 0x7f;
  if (smallOrder.has(y.toString('hex'))) return false;
  return y.reverse().compare(fieldPrime) < 0;
}

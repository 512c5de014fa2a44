// A security identifier as a directory keeps it, in the form that people and certificates write (MS-DTYP 2.4.2).

/** Undefined: the octets are none. */
export function securityIdentifier(octets: Buffer): string | undefined {
  const count = octets[1];
  if (octets[0] !== 1 || count === undefined || octets.length !== 8 + 4 * count) return undefined;
  const parts = Array.from({ length: count }, (_, index) => octets.readUInt32LE(8 + 4 * index));
  return ['S', 1, octets.readUIntBE(2, 6), ...parts].join('-');
}

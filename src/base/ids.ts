// Identifiers: unguessable tokens, time-ordered record ids, and short codes that a person can read aloud.
import { hash, randomBytes } from 'node:crypto';
import type { EpochMs } from './clock.ts';

/** Source of random bytes; an argument where a test must repeat itself. */
export type Random = (bytes: number) => Buffer;
/** Of the system's generator, fetched in portions: one call costs as much for 4 kB as for 16 bytes. No byte is given twice. */
export const systemRandom: Random = (bytes) => {
  if (bytes > largestPiece) return randomBytes(bytes);
  if (given + bytes > portion.length) {
    portion = randomBytes(portionBytes);
    given = 0;
  }
  given += bytes;
  return portion.subarray(given - bytes, given);
};
const portionBytes = 4096;
const largestPiece = 64;
let portion: Buffer = Buffer.alloc(0);
let given = 0;

/** An unguessable token of `bytes` random bytes (default 32 = 256 bits), base64url. */
export const newToken = (bytes = 32, random: Random = systemRandom): string => random(bytes).toString('base64url');

/** SHA-256 of a token, base64url: what is stored instead of the token itself. */
export const tokenHash = (token: string): string => hash('sha256', token, 'base64url');

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A time-ordered record id (UUID version 7, RFC 9562 5.7), lower-case text. */
export function newId(now: EpochMs, random: Random = systemRandom): string {
  const bytes = random(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A reference that a person reads to the help desk, for example `K7QM-2F9X` (40 bits, no I, L, O or U). */
export function newReference(): string {
  let text = '';
  for (const byte of systemRandom(8)) text += crockford[byte & 31];
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

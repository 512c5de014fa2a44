// Keys for one purpose and one bucket out of a master key: HKDF-SHA256 (RFC 5869).
import { hkdfSync } from 'node:crypto';
import type { MasterKey } from './keyring.ts';

const keyBytes = 32;
const noSalt = Buffer.alloc(0);

/**
 * A 32-byte key that depends on the master key, the purpose and the bucket (a time bucket, a salt, or empty).
 * Purposes and buckets are length-prefixed, so that no two pairs run together. The same in all processes
 * that share the master.
 */
export function deriveKey(master: MasterKey, purpose: string, bucket: string | Buffer): Buffer {
  return Buffer.from(
    hkdfSync('sha256', master.key.reveal(), noSalt, lengthPrefixed('tillit/1', purpose, bucket), keyBytes),
  );
}

/** Parts one after the other, each after its length in four bytes: no two lists of parts give the same bytes. */
export function lengthPrefixed(...parts: readonly (string | Buffer)[]): Buffer {
  const pieces: Buffer[] = [];
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    pieces.push(length, bytes);
  }
  return Buffer.concat(pieces);
}

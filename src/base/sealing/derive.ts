// Keys for one purpose and one bucket out of a master key: HKDF-SHA256 (RFC 5869).
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { MasterKey } from './keyring.ts';

/** RFC 5869 2.2: without a salt, zeros of the hash's length stand for it. */
const noSalt = createSecretKey(Buffer.alloc(32));
/** RFC 5869 2.3: the first block's counter. One block of SHA-256 is the 32 bytes that we need. */
const firstBlock = Buffer.from([1]);
/** The extracted key of each master: it depends on nothing else, and is the dear half of the work. */
const extracted = new WeakMap<MasterKey, KeyObject>();

/**
 * A 32-byte key that depends on the master key, the purpose and the bucket (a time bucket, a salt, or empty).
 * Purposes and buckets are length-prefixed, so that no two pairs run together. The same in all processes
 * that share the master.
 *
 * Extract and expand as two HMACs over KeyObjects: on Node 24 a Buffer as key costs 15 µs more in every call
 * of node:crypto, and `hkdfSync` takes the master anew each time.
 */
export function deriveKey(master: MasterKey, purpose: string, bucket: string | Buffer): Buffer {
  return createHmac('sha256', extractedOf(master))
    .update(lengthPrefixed('tillit/1', purpose, bucket))
    .update(firstBlock)
    .digest();
}

function extractedOf(master: MasterKey): KeyObject {
  const known = extracted.get(master);
  if (known !== undefined) return known;
  const key = createSecretKey(createHmac('sha256', noSalt).update(master.key.reveal()).digest());
  extracted.set(master, key);
  return key;
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

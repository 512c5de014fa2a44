// Bytes sealed with a master key (AES-256-GCM): secrets at rest and memos that leave the process.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { deriveKey, lengthPrefixed } from './derive.ts';
import { type Keyring, keyNamed, type MasterKey } from './keyring.ts';

export type Opened =
  | {
      readonly ok: true;
      readonly bytes: Buffer;
      /** Whether an older key made the seal, so that it is time to seal again. */
      readonly stale: boolean;
    }
  | { readonly ok: false; readonly reason: 'malformed' | 'unknownKey' | 'refused' };

const version = 1;
const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals bytes for a purpose (what kind of thing it is) and a context (whose it is: a row's key, a journey's id).
 * Layout: version, length of key id, key id, salt, IV, ciphertext, tag.
 *
 * Each seal has a key of its own, derived from the master with a random salt: random 96-bit IVs under one key
 * would have to stop at 2^32 messages (NIST SP 800-38D 8.3), and nobody counts over all processes.
 */
export function seal(
  keyring: Keyring,
  purpose: string,
  context: string,
  bytes: Buffer,
  random: (bytes: number) => Buffer = randomBytes,
): Buffer {
  const { current } = keyring;
  const id = Buffer.from(current.id, 'latin1');
  const fresh = random(saltBytes + ivBytes);
  const salt = fresh.subarray(0, saltBytes);
  const head = Buffer.concat([Buffer.from([version, id.length]), id, fresh]);
  const cipher = createCipheriv('aes-256-gcm', keyOf(current, purpose, salt), fresh.subarray(saltBytes));
  cipher.setAAD(lengthPrefixed(head, purpose, context));
  const body = cipher.update(bytes);
  return Buffer.concat([head, body, cipher.final(), cipher.getAuthTag()]);
}

/** Id of the master key that sealed these bytes, as they say themselves; undefined when they are no seal of ours. */
export function sealedBy(sealed: Buffer): string | undefined {
  const idLength = sealed[1] ?? 0;
  if (sealed[0] !== version || idLength === 0 || sealed.length < 2 + idLength) return undefined;
  return sealed.toString('latin1', 2, 2 + idLength);
}

/** Opens what `seal` made with the same purpose and context and a key of this ring. Anything else is refused, whole. Never throws. */
export function open(keyring: Keyring, purpose: string, context: string, sealed: Buffer): Opened {
  const idLength = sealed[1] ?? 0;
  const saltAt = 2 + idLength;
  const bodyAt = saltAt + saltBytes + ivBytes;
  if (sealed[0] !== version || idLength === 0 || sealed.length < bodyAt + tagBytes)
    return { ok: false, reason: 'malformed' };
  const master = keyNamed(keyring, sealed.toString('latin1', 2, saltAt));
  if (master === undefined) return { ok: false, reason: 'unknownKey' };

  const key = keyOf(master, purpose, sealed.subarray(saltAt, saltAt + saltBytes));
  const iv = sealed.subarray(saltAt + saltBytes, bodyAt);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  decipher.setAAD(lengthPrefixed(sealed.subarray(0, bodyAt), purpose, context));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const body = decipher.update(sealed.subarray(bodyAt, sealed.length - tagBytes));
    return { ok: true, bytes: Buffer.concat([body, decipher.final()]), stale: master !== keyring.current };
  } catch {
    return { ok: false, reason: 'refused' };
  }
}

/** As a KeyObject: a Buffer costs 15 µs more on Node 24. */
const keyOf = (master: MasterKey, purpose: string, salt: Buffer): KeyObject =>
  createSecretKey(deriveKey(master, `seal ${purpose}`, salt));

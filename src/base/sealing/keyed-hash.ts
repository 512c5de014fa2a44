// Keyed hashes of identifiers, so that a personal number can be searched for without being stored in the clear.
import { createHmac } from 'node:crypto';
import { deriveKey } from './derive.ts';
import { type Keyring, keysOf, type MasterKey } from './keyring.ts';

/**
 * HMAC-SHA256 of a value for a purpose, as `keyId.base64url`, with the current key. Normalise the value first:
 * two spellings of one number have two hashes. Personal numbers are few enough to be tried through by whoever has the key.
 */
export function keyedHash(keyring: Keyring, purpose: string, value: string): string {
  return hashWith(keyring.current, purpose, value);
}

/** The hash under every key of the ring, the current one first: what to look for while rows are moved to a new key. */
export function keyedHashes(keyring: Keyring, purpose: string, value: string): readonly string[] {
  return keysOf(keyring).map((master) => hashWith(master, purpose, value));
}

/** Purposes are few and written in the program, so their keys are derived once. */
const derived = new WeakMap<MasterKey, Map<string, Buffer>>();

function keyFor(master: MasterKey, purpose: string): Buffer {
  const ofMaster = derived.get(master) ?? new Map<string, Buffer>();
  const key = ofMaster.get(purpose) ?? deriveKey(master, `keyed hash ${purpose}`, '');
  derived.set(master, ofMaster.set(purpose, key));
  return key;
}

/**
 * HMAC-SHA256 of a value for a purpose, base64, with the first key that there ever was: the same for as long as the
 * keyring's file lives, however often its keys are turned. For identifiers that others keep.
 */
export function lastingHash(keyring: Keyring, purpose: string, value: string): string {
  return createHmac('sha256', keyFor(keyring.first, `lasting ${purpose}`))
    .update(value, 'utf8')
    .digest('base64');
}

function hashWith(master: MasterKey, purpose: string, value: string): string {
  const mac = createHmac('sha256', keyFor(master, purpose)).update(value, 'utf8').digest('base64url');
  return `${master.id}.${mac}`;
}

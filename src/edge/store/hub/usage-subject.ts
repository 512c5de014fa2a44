// Whom a use was about, as the trail has it: a keyed hash, so that a patient's number can be asked for and is stored nowhere.
import { type Keyring, lastingHash } from '../../../base/sealing/index.ts';

/** The hash of an identifier, the same for every spelling of a number: with or without century, spaces and hyphen. */
export const usageSubject =
  (keyring: Keyring) =>
  (value: string): string =>
    isSubject(value) ? value : `h:${lastingHash(keyring, 'usage subject', spelled(value))}`;

/** A hash that somebody took from the trail stands for itself. */
const isSubject = (value: string): boolean => /^h:[A-Za-z0-9+/]{43}=$/.test(value);

function spelled(value: string): string {
  const plain = value.trim().normalize('NFC').toLowerCase();
  if (!/^[\d\s+-]+$/.test(plain)) return plain;
  const digits = plain.replace(/\D/g, '');
  return /^(?:18|19|20)\d{10}$/.test(digits) ? digits.slice(2) : digits;
}

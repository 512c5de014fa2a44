// The code that a person carries from a device to a browser: eight letters that neither look alike nor make words.
import type { Random } from '../../base/ids.ts';

/** Consonants alone (RFC 8628 6.1): 20^8 codes, 34 bits, beside the limits on tries. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const usualLength = 8;

/** A new code, without its hyphens. Every letter is as likely as any other. */
export function newUserCode(random: Random, length = usualLength): string {
  let code = '';
  while (code.length < length) {
    const byte = random(1)[0] ?? 255;
    if (byte < 240) code += letters[byte % letters.length];
  }
  return code;
}

/** As people read it: `WDJB-MJHT`. */
export const shownUserCode = (code: string): string => (code.match(/.{1,4}/g) ?? []).join('-');

/** What a person typed as it was given out, whatever the case and whatever stands between; undefined when it is no code. */
export function readUserCode(typed: string, length = usualLength): string | undefined {
  if (typed.length > 5 * length) return undefined;
  const code = typed.toUpperCase().replace(/[\s\p{P}]/gu, '');
  return code.length === length && [...code].every((letter) => letters.includes(letter)) ? code : undefined;
}

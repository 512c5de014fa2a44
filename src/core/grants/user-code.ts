// The code that a person carries from a device to a browser: eight letters that neither look alike nor make words.
import type { Random } from '../../base/ids.ts';

/** Consonants alone (RFC 8628 6.1): 20^8 codes, 34 bits, beside the limits on tries. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const length = 8;

/** A new code, without its hyphen. Every letter is as likely as any other. */
export function newUserCode(random: Random): string {
  let code = '';
  while (code.length < length) {
    const byte = random(1)[0] ?? 255;
    if (byte < 240) code += letters[byte % letters.length];
  }
  return code;
}

/** As people read it: `WDJB-MJHT`. */
export const shownUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What a person typed as it was given out, whatever the case and whatever stands between; undefined when it is no code. */
export function readUserCode(typed: string): string | undefined {
  if (typed.length > 40) return undefined;
  const code = typed.toUpperCase().replace(/[\s\p{P}]/gu, '');
  return code.length === length && [...code].every((letter) => letters.includes(letter)) ? code : undefined;
}

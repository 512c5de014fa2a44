// Passwords that the program makes: letters and digits that nobody mistakes for each other, in groups.
import { randomInt } from 'node:crypto';
import { Secret } from '../../../base/secret.ts';

const signs = 'abcdefghjkmnpqrstuvwxyz23456789';

/** About 99 bits: five groups of four, `k7qm-2f9x-…`. */
export function generatePassword(pick: (below: number) => number = randomInt): Secret<string> {
  const four = () => Array.from({ length: 4 }, () => signs[pick(signs.length)]).join('');
  return new Secret(Array.from({ length: 5 }, four).join('-'));
}

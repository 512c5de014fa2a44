// A password as a directory takes it: in double quotes, UTF-16 (MS-ADTS 3.1.1.3.1.5.1); and a long random one that nobody knows.
import type { Random } from '../../../base/ids.ts';

/** The value of `unicodePwd` for a password. */
export const unicodePassword = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

/** 256 bits at random, with a letter of each class that password policies count (MS-SAMR 3.1.1.8.5, 0000052D). */
export const randomPassword = (random: Random): string => `aA1-${Buffer.from(random(32)).toString('base64url')}`;

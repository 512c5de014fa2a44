// Which passwords may be set: long, not common, not about the account. No rules of composition (NIST SP 800-63B 3.1.1.2).
import { dictionary } from '@zxcvbn-ts/language-common';
import type { Secret } from '../../../base/secret.ts';
import { commonWords } from './guessable-words.ts';

export const passwordFaults = ['tooShort', 'tooLong', 'common', 'simple', 'aboutYou'] as const;
export type PasswordFault = (typeof passwordFaults)[number];

export const leastLength = 12;
export const mostLength = 256;

/** What an operator is told. */
export const passwordFaultTexts: Readonly<Record<PasswordFault, string>> = {
  tooShort: `use at least ${leastLength} characters; a few words in a row are easy to remember`,
  tooLong: `use at most ${mostLength} characters`,
  common: 'this is one of the passwords that are tried first: use something else',
  simple: 'this repeats or counts up: use something else',
  aboutYou: 'do not use your username or name',
};

const leastPart = 4;

/** What is wrong with a password, or undefined. `about` are the username and names of its owner. */
export function passwordFault(password: Secret<string>, about: readonly string[]): PasswordFault | undefined {
  const text = password.reveal().normalize('NFKC');
  const length = [...text].length;
  if (length < leastLength) return 'tooShort';
  if (length > mostLength) return 'tooLong';
  const folded = text.toLowerCase();
  if (isCommon(folded)) return 'common';
  if (isSimple(folded)) return 'simple';
  const plain = undisguised(folded);
  const parts = about
    .flatMap((name) => [name, ...name.split(/[\s._@+-]+/)])
    .map((part) => part.normalize('NFKC').toLowerCase());
  return parts.some((part) => part.length >= leastPart && (folded.includes(part) || plain.includes(undisguised(part))))
    ? 'aboutYou'
    : undefined;
}

let breached: ReadonlySet<string> | undefined;

function isCommon(folded: string): boolean {
  breached ??= new Set(dictionary['passwords-common'].map((word) => word.toLowerCase()));
  const known = (word: string) => word !== '' && (breached?.has(word) || commonWords.has(word));
  // Without what is commonly put around a word: digits and signs at either end.
  const bare = folded.replace(/^[\P{L}]+|[\P{L}]+$/gu, '');
  const forms = [
    folded,
    undisguised(folded),
    bare,
    undisguised(bare),
    undisguised(folded).replace(/^[\P{L}]+|[\P{L}]+$/gu, ''),
  ];
  if (forms.some(known)) return true;
  // One word twice, or two words that are both known, with or without signs between (`sommar-sommar`, `summerwinter`).
  return [bare, undisguised(bare)].some((form) => {
    const letters = form.replace(/[^\p{L}]/gu, '');
    for (let at = 3; at <= letters.length - 3; at++)
      if (commonWords.has(letters.slice(0, at)) && commonWords.has(letters.slice(at))) return true;
    return false;
  });
}

const disguises: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const undisguised = (text: string): string => text.replace(/[013457@$!]/g, (sign) => disguises[sign] ?? sign);

const rows = [
  'abcdefghijklmnopqrstuvwxyzåäö',
  '0123456789',
  '1234567890',
  'qwertyuiopå',
  'asdfghjklöä',
  'asdfghjkløæ',
  'zxcvbnm',
  'azertyuiop',
];

/** True when little is left once repeats and runs along the alphabet or the keyboard count as one sign each. */
function isSimple(folded: string): boolean {
  const signs = [...folded];
  if (new Set(signs).size < 5) return true;
  // A short piece over and over.
  for (let size = 1; size <= Math.floor(signs.length / 2); size++) {
    if (size <= 6 && signs.every((sign, at) => sign === signs[at % size])) return true;
  }
  let steps = 0;
  for (let at = 1; at < signs.length; at++) {
    const pair = `${signs[at - 1]}${signs[at]}`;
    const back = `${signs[at]}${signs[at - 1]}`;
    if (signs[at] === signs[at - 1] || rows.some((row) => row.includes(pair) || row.includes(back))) steps += 1;
  }
  return signs.length - steps < 6;
}

// Login names to try for a new account: by rule, short, in letters that every system takes.
import { searchWords } from '../../base/search-words.ts';
import { loginNamePart } from '../catalogue/account-template.ts';

/** sAMAccountName of a user holds at most twenty letters (MS-SAMR 3.1.1.6, MS-ADA3 2.222). */
export const longestLoginName = 20;
/** How many names are tried before the target is told that there is none. */
export const namesTried = 50;

/** Small plain letters and digits of a text; empty when it has none, as a name in Greek. */
const plain = (text: string): string =>
  searchWords(text)
    .join('')
    .replace(/[^a-z0-9]/g, '');

export interface NamedHolder {
  readonly givenName: string;
  readonly familyName: string;
  /** The stable key. */
  readonly id: string;
}

/**
 * Names to try in order: the pattern's own, then with a number from 2 on, cut so that each fits. A person whose names have no plain
 * letters is called by the stable key.
 */
export function loginNamesOf(pattern: string, { givenName, familyName, id }: NamedHolder): readonly string[] {
  const texts: Readonly<Record<string, string>> = { given: plain(givenName), family: plain(familyName), id: plain(id) };
  const nameless = texts['given'] === '' && texts['family'] === '';
  const filled = pattern.replace(loginNamePart, (_, name: string, length?: string) =>
    (texts[name] ?? '').slice(0, length === undefined ? undefined : Number(length)),
  );
  // A name may not end in a dot (MS-SAMR 3.1.1.6), and none that begins with one is worth having.
  const tidy = filled.replace(/^[._-]+|[._-]+$/g, '').replace(/([._-])[._-]+/g, '$1');
  const base = nameless || tidy === '' ? (texts['id'] ?? '').slice(-longestLoginName) : tidy;
  if (base === '') return [];
  return Array.from({ length: namesTried }, (_, index) => {
    const number = index === 0 ? '' : `${index + 1}`;
    return `${base.slice(0, longestLoginName - number.length).replace(/[._-]+$/, '')}${number}`;
  });
}

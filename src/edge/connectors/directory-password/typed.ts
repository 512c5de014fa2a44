// What was typed: whether a directory may be asked with it at all, and whom a name means there.
import { AndFilter, EqualityFilter, type Filter, OrFilter } from 'ldapts';
import type { Secret } from '../../../base/secret.ts';
import type { PasswordDomain } from '../../../core/catalogue/index.ts';

export interface Typed {
  readonly username: string;
  readonly password: Secret<string>;
}

export interface TypedCheck {
  /** For the trail. */
  readonly name: string;
  readonly clause: string;
  readonly test: (typed: Typed) => boolean;
}

const hasControl = (text: string): boolean => /\p{Cc}/u.test(text);

/** In security order. */
export const typedChecks: readonly TypedCheck[] = [
  {
    name: 'password.given',
    clause: 'RFC 4513 5.1.2: a bind with a name and no password succeeds, and proves nobody',
    test: ({ password }) => password.reveal() !== '',
  },
  {
    name: 'password.plain',
    clause: 'RFC 4513 5.1.2: a directory that reads up to a NUL may read nothing',
    test: ({ password }) => !password.reveal().includes('\0') && password.reveal().isWellFormed(),
  },
  {
    name: 'password.short',
    clause: 'A11: no password of a directory is longer than 256',
    test: ({ password }) => password.reveal().length <= 256,
  },
  {
    name: 'name.plain',
    clause: 'A11: no name has more than 256 characters, or control characters among them',
    test: ({ username }) => username.length <= 256 && !hasControl(username) && username.isWellFormed(),
  },
];

/** Whom a typed name means: a login name, a principal name, or either. */
export interface WantedName {
  readonly account?: string | undefined;
  readonly principal?: string | undefined;
}

const same = (a: string, b: string | undefined): boolean => a.toLowerCase() === b?.toLowerCase();

/**
 * `anna`, `REGION\anna` and `anna@region.example`. A name of another domain is nobody's here. A directory itself would take
 * many more forms (MS-ADTS 5.1.1.1.1), and each would be one more count of wrong passwords for one account.
 */
export function wantedName(
  typed: string,
  { principalSuffix, netbiosName }: Pick<PasswordDomain, 'principalSuffix' | 'netbiosName'>,
): WantedName | undefined {
  const name = typed.normalize('NFC').trim();
  const slash = name.indexOf('\\');
  if (slash >= 0) {
    const account = name.slice(slash + 1);
    return same(name.slice(0, slash), netbiosName) && account !== '' ? { account } : undefined;
  }
  const at = name.lastIndexOf('@');
  if (at < 0)
    return name === ''
      ? undefined
      : { account: name, principal: principalSuffix === undefined ? undefined : `${name}@${principalSuffix}` };
  if (at === 0 || at === name.length - 1) return undefined;
  return { principal: name, account: same(name.slice(at + 1), principalSuffix) ? name.slice(0, at) : undefined };
}

/** One spelling, for counting tries at names that nobody has. */
export const spellingOf = (typed: string, wanted: WantedName | undefined): string =>
  (wanted?.account ?? wanted?.principal ?? typed.slice(0, 256).trim()).toLowerCase();

/** SAM_NORMAL_USER_ACCOUNT (MS-SAMR 2.2.1.9): people, not computers or trusts. */
const normalUser = '805306368';

/** The filter as a value: what was typed is never read as a filter (RFC 4515 3). */
export function filterOf({ account, principal }: WantedName): Filter {
  const names = [
    ...(account === undefined ? [] : [new EqualityFilter({ attribute: 'sAMAccountName', value: account })]),
    ...(principal === undefined ? [] : [new EqualityFilter({ attribute: 'userPrincipalName', value: principal })]),
  ];
  return new AndFilter({
    filters: [new EqualityFilter({ attribute: 'sAMAccountType', value: normalUser }), new OrFilter({ filters: names })],
  });
}

// What a domain says when it does not take a password: Windows system error codes in the diagnostic text of the bind (MS-ADTS 3.1.1.3.1.5.1).
import { ResultCodeError } from 'ldapts';
import type { DirectoryReason } from '../../../wire/codes/index.ts';

/** Result code of a bind whose name or password is wrong (RFC 4511 appendix A). */
export const invalidCredentials = 49;

export const codeOf = (thrown: unknown): number | undefined =>
  thrown instanceof ResultCodeError ? thrown.code : undefined;

/** `data 52e` of "80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data 52e, v4563": Windows and Samba alike. */
export const subCodeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error ? /\bdata ([0-9a-f]{1,8})\b/i.exec(thrown.message)?.[1]?.toLowerCase() : undefined;

export interface Meaning {
  readonly reason: DirectoryReason;
  /** The domain says it to a right password alone. */
  readonly right: boolean;
}

/** Everything else is a wrong name or a wrong password, in the same words: 525, 52e, what is not known, and no code at all. */
const meanings: Readonly<Record<string, Meaning>> = {
  '52f': { reason: 'directory.notHere', right: true },
  '530': { reason: 'directory.notNow', right: true },
  '531': { reason: 'directory.notHere', right: true },
  '532': { reason: 'directory.mustChange', right: true },
  '533': { reason: 'directory.disabled', right: true },
  '569': { reason: 'directory.notHere', right: true },
  '701': { reason: 'directory.accountExpired', right: true },
  '773': { reason: 'directory.mustChange', right: true },
  // Said to any password.
  '775': { reason: 'directory.locked', right: false },
};

export const meaningOf = (subCode: string | undefined): Meaning | undefined =>
  subCode !== undefined && Object.hasOwn(meanings, subCode) ? meanings[subCode] : undefined;

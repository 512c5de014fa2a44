// What a directory's result codes mean for an account (RFC 4511 appendix A; the sub-codes are Windows system error codes).
import { ResultCodeError } from 'ldapts';
import type { TargetRefusal } from '../../../core/provisioning/index.ts';

/** LDAP result codes that are read here. */
export const resultCodes = {
  referral: 10,
  noSuchAttribute: 16,
  undefinedType: 17,
  constraint: 19,
  exists: 20,
  invalidSyntax: 21,
  noSuchObject: 32,
  invalidName: 34,
  invalidCredentials: 49,
  insufficientAccess: 50,
  unwilling: 53,
  naming: 64,
  objectClass: 65,
  alreadyExists: 68,
  other: 80,
} as const;

/** ERROR_PASSWORD_RESTRICTION and ERROR_ILL_FORMED_PASSWORD, as directories put them at the head of their diagnostic text. */
const passwordSubCodes = /0000052[CD]/i;

/** ERROR_DS_NO_PARENT_OBJECT: some directories say it as "other". */
const noParent = /00002095|00002089/;

export const codeOf = (thrown: unknown): number | undefined =>
  thrown instanceof ResultCodeError ? thrown.code : undefined;

/** Why the directory said no, when it was a no and not a failure to answer; `missing` is what a missing object means here. */
export function refusalOf(thrown: unknown, missing: TargetRefusal): TargetRefusal | undefined {
  const code = codeOf(thrown);
  if (code === undefined) return undefined;
  const text = thrown instanceof Error ? thrown.message : '';
  switch (code) {
    case resultCodes.referral:
      return 'readOnly';
    case resultCodes.noSuchObject:
      return missing;
    case resultCodes.insufficientAccess:
      return 'notAllowed';
    case resultCodes.constraint:
    case resultCodes.unwilling:
      return passwordSubCodes.test(text)
        ? 'passwordPolicy'
        : code === resultCodes.unwilling
          ? 'notAllowed'
          : 'badValue';
    case resultCodes.other:
      return noParent.test(text) ? missing : undefined;
    case resultCodes.noSuchAttribute:
    case resultCodes.undefinedType:
    case resultCodes.invalidSyntax:
    case resultCodes.invalidName:
    case resultCodes.naming:
    case resultCodes.objectClass:
      return 'badValue';
    default:
      return undefined;
  }
}

/** The directory's own words, without names of people: only the code and its sub-code. */
export const refusalDetail = (thrown: unknown): string => {
  const sub = thrown instanceof Error ? /\b[0-9A-F]{8}\b/.exec(thrown.message)?.[0] : undefined;
  return `LDAP result ${codeOf(thrown) ?? 'none'}${sub === undefined ? '' : `, ${sub}`}`;
};

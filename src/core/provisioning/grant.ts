// Why an account is open: a login that a rule counts, until when.
import type { EpochMs } from '../../base/clock.ts';
import type { AccountRule } from '../catalogue/account-rule.ts';
import type { Assignment } from '../directory/directory.ts';

/** One login to one application that opens an account for a time. */
export interface AccountGrant {
  readonly rule: string;
  readonly application: string;
  /** The chosen assignment; the account says what it says. */
  readonly assignment?: string | undefined;
  readonly grantedAt: EpochMs;
  readonly until: EpochMs;
  readonly reference: string;
  /** SHA-256 of the certificate of the card that the login was made with, where the account is to know it. */
  readonly card?: string | undefined;
}

/** A card that somebody logged in with where an account is to know it. */
export interface AccountCard {
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string;
  readonly population: string;
  /** DER of the presented chain, leaf first, base64. */
  readonly chain: readonly string[];
  readonly notAfter: EpochMs;
  /** The card that was ordered here. */
  readonly card?: string | undefined;
}

/** The same, as it stands now. */
export interface KnownCard extends AccountCard {
  /** Revoked, lost or out of date. */
  readonly ended: boolean;
}

/** What somebody does at login. */
export interface Opening {
  readonly application: string;
  readonly assignment?: Assignment | undefined;
}

/** The rules that give somebody an account when they open an application in an assignment. */
export const rulesFor = (rules: Iterable<AccountRule>, { application, assignment }: Opening): readonly AccountRule[] =>
  [...rules].filter(
    (rule) =>
      !rule.closed &&
      rule.applications.includes(application) &&
      (rule.organisations.length === 0 ||
        (assignment !== undefined && rule.organisations.includes(assignment.organisation))) &&
      (rule.roles.length === 0 || (assignment !== undefined && rule.roles.includes(assignment.role))),
  );

/** Grants that still hold at `now`, of rules that are still there and still name the application. */
export const grantsThatHold = (
  grants: readonly AccountGrant[],
  rules: ReadonlyMap<string, AccountRule>,
  now: EpochMs,
): readonly AccountGrant[] =>
  grants.filter(({ rule, application, until }) => {
    const found = rules.get(rule);
    return now < until && found !== undefined && !found.closed && found.applications.includes(application);
  });

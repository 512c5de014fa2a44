// A system in which people get accounts: an Active Directory, an application that speaks SCIM, or the hub's own list of them.
import type { LocalizedText } from '../../wire/codes/index.ts';

/** `builtIn` keeps its accounts in the hub's database: for trying out, and for what asks the hub itself. */
export const accountTargetKinds = ['activeDirectory', 'scim', 'builtIn'] as const;
export type AccountTargetKind = (typeof accountTargetKinds)[number];

/** How a directory is reached. Always LDAPS: passwords and rights go over it. */
export interface DirectoryReach {
  /** Domain controllers, `ldaps://`, the one that applications ask first. */
  readonly controllers: readonly string[];
  /** Controllers that applications ask, when they are others: an account is ready when each of them has it. */
  readonly confirmOn: readonly string[];
  /** Root of the tree that holds the accounts, a distinguished name. */
  readonly base: string;
  /** Who the hub is there: a distinguished name or user principal name. */
  readonly bindName: string;
  readonly sealedPassword: string;
  /** Who vouches for the controllers (PEM); none: those of the operating system. */
  readonly tlsAuthorities: readonly string[];
}

/** How an application is reached that takes accounts by SCIM 2.0 (RFC 7644). */
export interface ScimReach {
  /** Base of its interface, for example `https://app.example/scim/v2`. */
  readonly url: string;
  /** Bearer token (RFC 6750), sealed. */
  readonly sealedToken: string;
  /** Who vouches for its address (PEM); none: those of the operating system. */
  readonly tlsAuthorities: readonly string[];
  /** Attribute in which the hub writes that the account is its own. */
  readonly markAttribute: string;
  /** Attribute of an extension of its own that closes an account at a time: SCIM itself has none. */
  readonly endAttribute?: string | undefined;
}

export interface AccountTarget {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind: AccountTargetKind;
  readonly directory?: DirectoryReach | undefined;
  readonly service?: ScimReach | undefined;
  /** Login name: words with `{given:3}`, `{family:3}`, `{id}`; a number is added to one that is taken. */
  readonly loginName: string;
  /** What comes after the @ of the user principal name. */
  readonly principalSuffix: string;
  /** Attribute that holds who the account is of, for good: the stable key. */
  readonly keyAttribute: string;
  /** Attribute in which the hub writes that the account is its own. */
  readonly markAttribute: string;
  /** Namespace of the identity that the stable key holds, for example `hsa-id`. */
  readonly identifier: string;
  /** How long after its end an account is deleted. */
  readonly deleteAfterDays: number;
  /** When everything there is compared with what rules want, each day; the wall clock of a time zone. Absent: in the night. */
  readonly reconcileAt?: { readonly time: string; readonly zone: string } | undefined;
  /** Findings that are mended without anybody's approval, when there are few of them. */
  readonly mendAtOnce?: readonly 'openedByHand'[] | undefined;
  readonly closed: boolean;
}

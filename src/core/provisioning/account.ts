// An account in a target: what it is, and what is done to one.
import type { EpochMs } from '../../base/clock.ts';

/** Attribute names as the target writes them, each with its values; none removes the attribute. */
export type AccountAttributes = Readonly<Record<string, readonly string[]>>;

/** An account as the target has it now. */
export interface ActualAccount {
  /** The target's own name for it that never changes (objectGUID). */
  readonly id: string;
  /** Where it is now in the target (distinguished name). */
  readonly address: string;
  /** The stable key, as it is written there. */
  readonly key: string;
  /** What the hub wrote to say that the account is its own; absent: somebody else made it. */
  readonly mark?: string | undefined;
  readonly loginName: string;
  readonly principal: string;
  /** The security identifier that the target gave it (S-1-5-21-…). */
  readonly sid?: string | undefined;
  readonly container: string;
  readonly enabled: boolean;
  /** A password was ever set: without one it may not be enabled. */
  readonly hasPassword: boolean;
  /** Absent: never. */
  readonly expiresAt?: EpochMs | undefined;
  /** Those that rules of the target name. */
  readonly attributes: AccountAttributes;
  /** Those that rules of the target name. */
  readonly groups: readonly string[];
  /** Every card that the target knows it by, whoever told it. */
  readonly cardMappings?: readonly string[] | undefined;
}

/** A person's account as the rules want it. */
export interface DesiredAccount {
  readonly target: string;
  readonly person: string;
  readonly key: string;
  readonly mark: string;
  /** Names to try in order, and what follows the @. */
  readonly loginNames: readonly string[];
  readonly principalSuffix: string;
  readonly container: string;
  readonly attributes: AccountAttributes;
  readonly groups: readonly string[];
  /** Cards that open it in the target itself. */
  readonly cardMappings?: readonly string[] | undefined;
  /** Those that the hub may have told it of at any time: the only ones that are ever taken away. */
  readonly ownCardMappings?: readonly string[] | undefined;
  /** It is open until then; at or before now: it is closed. */
  readonly until: EpochMs;
  /** Deleted from then on. */
  readonly deleteFrom: EpochMs;
  /** What the target has no place for: SCIM keeps no password of ours, and no end of its own. */
  readonly without?: readonly ('password' | 'end')[] | undefined;
  /** Rules that ask for it. */
  readonly rules: readonly string[];
}

/** One change in a target. Each is safe to do again. */
export type AccountStep =
  /** Closed, without a password and without groups: nobody can use it yet. */
  | {
      readonly kind: 'create';
      readonly key: string;
      readonly mark: string;
      readonly loginNames: readonly string[];
      readonly principalSuffix: string;
      readonly container: string;
      readonly attributes: AccountAttributes;
    }
  /** A long random one that nobody is told. */
  | { readonly kind: 'setPassword' }
  | { readonly kind: 'change'; readonly attributes: AccountAttributes }
  | { readonly kind: 'move'; readonly container: string }
  | { readonly kind: 'addGroup'; readonly group: string }
  | { readonly kind: 'removeGroup'; readonly group: string }
  | { readonly kind: 'mapCard'; readonly mapping: string }
  | { readonly kind: 'unmapCard'; readonly mapping: string }
  /** Opens it and writes its end in one operation, so that it closes by itself with the hub down (K6). */
  | { readonly kind: 'enable'; readonly until: EpochMs }
  /** A new end of an open one. */
  | { readonly kind: 'extend'; readonly until: EpochMs }
  | { readonly kind: 'disable' }
  | { readonly kind: 'delete' };

export type AccountStepKind = AccountStep['kind'];

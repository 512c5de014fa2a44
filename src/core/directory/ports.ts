// What logins by password, applying and exporting need from the directory's store.
import type { EpochMs } from '../../base/clock.ts';
import type { DeviceKind } from '../../wire/codes/index.ts';
import type { Assignment, Organisation, Person, PersonFacts, Unit } from './directory.ts';

/** Port: a person with all that a decision looks at, in one round trip. */
export interface PersonReader {
  facts(person: string): Promise<PersonFacts | undefined>;
}

/** An account's password as it is stored. */
export interface PasswordAccount {
  readonly username: string;
  readonly person: string;
  /** Argon2id, PHC string. */
  readonly hash: string;
  /** True: it lets somebody in once. */
  readonly oneTime: boolean;
  readonly expiresAt?: EpochMs | undefined;
}

/** Port: passwords of the hub's own accounts. Usernames are in their one spelling (`normaliseUsername`). */
export interface PasswordAccounts {
  find(username: string): Promise<PasswordAccount | undefined>;
  /** Replaces a hash by one of the same password with higher parameters, unless it was changed meanwhile. */
  upgrade(username: string, from: string, to: string): Promise<void>;
  /** Uses up a one-time password. True for exactly one caller. */
  spend(username: string, hash: string): Promise<boolean>;
}

/** One try to log in, before its password is looked at. */
export interface LoginTry {
  /** Hash of the username as typed, known or not. */
  readonly account: string;
  /** The address, or the network that it lies in. */
  readonly address: string;
  /** How many different accounts may fail there within the window. */
  readonly addressLimit: number;
  /** For accounts that somebody else locks: after so many failures in a row nothing more is tried before the time is over. */
  readonly hold?: AccountHold | undefined;
  readonly now: EpochMs;
}

export interface AccountHold {
  readonly afterFailures: number;
  /** From the last failure on; failures that are older count no more. */
  readonly seconds: number;
}

export type LoginPass =
  /** Counted as failed from now on; `succeeded` takes that back. */
  | { readonly kind: 'go'; readonly firstHere: boolean }
  | { readonly kind: 'accountDelayed' | 'addressDelayed'; readonly seconds: number };

/** Port: failed tries, shared by all hubs. */
export interface LoginThrottle {
  /** Asks to try, in one atomic step that also counts the try: tries at the same moment cannot all slip through (A12). */
  ask(given: LoginTry): Promise<LoginPass>;
  /** The password was right: the account starts anew; of the address's count only this try's own mark is taken back. */
  succeeded(given: LoginTry, pass: Extract<LoginPass, { kind: 'go' }>): Promise<void>;
  /** Forgets an account's failures (an administrator did). */
  clear(account: string): Promise<void>;
  /** Drops what no longer counts; answers how many. */
  sweep(now: EpochMs): Promise<number>;
}

/** An enrolled workstation or tablet. */
export interface Device {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly name: string;
  readonly setBy: string;
  readonly setAt: EpochMs;
  readonly closed: boolean;
}

/** Port: enrolled devices. The secret is the device cookie's value; only its hash is stored. */
export interface DeviceStore {
  kindOf(secretHash: string): Promise<DeviceKind | undefined>;
  list(): Promise<readonly Device[]>;
}

/** An identity as it is stored: of personal numbers only the keyed hash is given. */
export interface StoredIdentity {
  readonly namespace: string;
  /** The value, or for a personal number its keyed hash. */
  readonly lookup: string;
  /** Where the link comes from; `self` = the person added it. */
  readonly source: string;
}

/** A person with everything that an applied file can say. */
export interface PersonRecord extends Person {
  readonly identities: readonly StoredIdentity[];
  /** Those that a file can say. */
  readonly assignments: readonly Assignment[];
  /** Those that sources give: no file touches them. */
  readonly told: readonly Assignment[];
  /** Who this one turned out to be: closed, and not to be opened but by undoing the merge. */
  readonly mergedInto?: string | undefined;
  /** The source whose names hold for the person. */
  readonly namedBy?: string | undefined;
  readonly username?: string | undefined;
}

/** Port: the directory as a whole, for applying and exporting. */
export interface DirectoryReader {
  organisations(): Promise<readonly Organisation[]>;
  /** Those that files told of. */
  units(): Promise<readonly Unit[]>;
  /** These people, those that exist, in no order. */
  people(ids: readonly string[]): Promise<readonly PersonRecord[]>;
  /** The next people after an id, in order of id. */
  peopleAfter(id: string, limit: number): Promise<readonly PersonRecord[]>;
}

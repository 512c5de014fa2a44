// What the admin API needs from the wiring: who calls, and the desk that reads and writes for them.

import type { EpochMs } from '../../../base/clock.ts';
import type { HttpRequest } from '../../../base/http/index.ts';
import type { AdminProblemCode } from './problem.ts';

/** Who calls, as the hub's guard found them. */
export interface AdminCaller {
  readonly client: string;
  /** Absent: the program as itself. */
  readonly person?: string | undefined;
  readonly session?: string | undefined;
  readonly scopes: readonly string[];
  readonly reference: string;
}

export type AdminGuarded =
  | { readonly ok: true; readonly caller: AdminCaller; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly ok: false;
      readonly status: number;
      readonly error: string;
      readonly description: string;
      readonly reference: string;
      readonly headers: Readonly<Record<string, string | readonly string[]>>;
    };

/** What a list is narrowed by. */
export interface AdminSearch {
  readonly limit: number;
  /** The last id of the page before. */
  readonly after: string;
  readonly text?: string | undefined;
  readonly organisation?: string | undefined;
  readonly closed?: boolean | undefined;
}

/** A document as whoever asks may see it. */
export interface ShownDocument {
  readonly id: string;
  readonly etag: string;
  readonly document: unknown;
}

export interface AdminRefusal {
  readonly kind: 'refused';
  readonly code: AdminProblemCode;
  readonly detail?: string | undefined;
  /** Which of several items. */
  readonly item?: number | undefined;
  readonly path?: readonly (string | number)[] | undefined;
}

export interface AdminPage {
  readonly kind: 'page';
  readonly items: readonly ShownDocument[];
  /** There is more after this id. */
  readonly next?: string | undefined;
}

/** One item to write. Without a document it is removed; a person is closed. */
export interface AdminWrite {
  readonly section: string;
  readonly id: string;
  readonly document?: unknown;
  /** ETags of which it must have one; `*`: it must be there. */
  readonly ifMatch?: readonly string[] | '*' | undefined;
  /** It must not be there. */
  readonly ifNoneMatch?: boolean | undefined;
}

export interface AdminWish {
  readonly items: readonly AdminWrite[];
  /** What documents name by `file`: name -> bytes. */
  readonly files?: ReadonlyMap<string, Buffer> | undefined;
  readonly dryRun: boolean;
  readonly idempotency?: { readonly key: string; readonly request: string } | undefined;
}

export interface AdminChange {
  readonly action: string;
  readonly kind: string;
  readonly id: string;
  readonly members: readonly {
    readonly path: string;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  }[];
}

export interface AdminDone {
  readonly kind: 'done' | 'planned';
  readonly changes: readonly AdminChange[];
  /** How many changes there are in all; the list may be shorter. */
  readonly total: number;
  /** Of the catalogue, afterwards. */
  readonly revision: number;
  /** Passwords that were made, shown this once. */
  readonly passwords: readonly { readonly username: string; readonly password: string }[];
  /** As each item is now; absent where it is gone. */
  readonly after: readonly (ShownDocument | undefined)[];
  /** Whether each item was there before. */
  readonly existed: readonly boolean[];
  /** A plan that would wait for two approvals: how many people it ends. */
  readonly waits?: number | undefined;
}

export interface AdminHeld {
  readonly kind: 'held';
  readonly id: string;
  readonly people: number;
  readonly expiresAt: EpochMs;
  readonly changes: readonly AdminChange[];
  readonly total: number;
}

export interface AdminFault {
  readonly item?: number | undefined;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** An answer as it is kept for an Idempotency-Key. */
export interface AdminKept {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type AdminOutcome =
  | AdminDone
  | AdminHeld
  | AdminRefusal
  | { readonly kind: 'wrong'; readonly faults: readonly AdminFault[] }
  /** The same request was answered before. */
  | { readonly kind: 'again'; readonly kept: AdminKept };

export interface AdminSession {
  readonly id: string;
  readonly startedAt: EpochMs;
  readonly seenAt: EpochMs;
  readonly until: EpochMs;
  readonly device: string;
  readonly agent: string;
  readonly assignment?: string | undefined;
  readonly applications: readonly string[];
}

export interface AdminKey {
  readonly kid: string;
  readonly issuer?: string | undefined;
  readonly signs: string;
  readonly publishAt: EpochMs;
  readonly activateAt: EpochMs;
  readonly retireAt: EpochMs;
  readonly jwk: unknown;
}

/** Port: everything that a caller may read and write, and nothing else. */
export interface AdminDesk {
  list(caller: AdminCaller, section: string, search: AdminSearch): Promise<AdminPage | AdminRefusal>;
  read(
    caller: AdminCaller,
    section: string,
    id: string,
  ): Promise<{ readonly kind: 'found'; readonly shown: ShownDocument } | AdminRefusal>;
  /** `answerOf` writes the answer that is kept for an Idempotency-Key; it holds no password. */
  write(
    caller: AdminCaller,
    wish: AdminWish,
    answerOf: (outcome: AdminDone | AdminHeld) => AdminKept,
  ): Promise<AdminOutcome>;
  sessions(
    caller: AdminCaller,
    person: string,
  ): Promise<{ readonly kind: 'sessions'; readonly sessions: readonly AdminSession[] } | AdminRefusal>;
  endSession(caller: AdminCaller, person: string, session: string): Promise<{ readonly kind: 'ended' } | AdminRefusal>;
  keys(caller: AdminCaller): Promise<{ readonly kind: 'keys'; readonly keys: readonly AdminKey[] } | AdminRefusal>;
}

export interface AdminApiPorts {
  readonly guard: (
    request: HttpRequest,
    wish: { readonly scopes: readonly string[]; readonly about: Readonly<Record<string, unknown>> },
  ) => Promise<AdminGuarded>;
  readonly desk: AdminDesk;
}

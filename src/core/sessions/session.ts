// A single sign-on session: whose it is, what proved it, what it reached, when it ends.
import type { EpochMs } from '../../base/clock.ts';
import type { DeviceKind } from '../../wire/codes/index.ts';
import type { Evidence } from '../linking/evidence.ts';

/** Why a session ended; goes to the audit and to the applications' logout. */
export type SessionEnd =
  | 'logout' // the user ended it here
  | 'logoutByApplication' // RP-initiated
  | 'replaced' // another person logged in on this browser
  | 'idle'
  | 'absolute'
  | 'cardRevoked'
  | 'derivedEnded' // the certificate of a device that it rests on is over
  | 'endedByUser' // from the list of own sessions
  | 'personClosed' // closed in the directory
  | 'assignmentEnded' // the chosen assignment is held no more, or is at another organisation
  | 'identityRemoved' // the login that it rests on is no longer the person's
  | 'endedUpstream' // a provider that it rests on said that the login is over there
  | 'accountClosed' // of its part at one application: the account behind it is closed
  | 'administrator';

export interface Session {
  /** Record id; also the `sid` of tokens. Not the cookie's value, of which only the hash is kept. */
  readonly id: string;
  readonly person: string;
  readonly startedAt: EpochMs;
  /** When the session was last used; idle time counts from here. */
  readonly seenAt: EpochMs;
  readonly idleUntil: EpochMs;
  readonly absoluteUntil: EpochMs;
  readonly evidence: readonly Evidence[];
  /** Chosen assignment, if any. */
  readonly assignment?: string | undefined;
  readonly device: DeviceKind;
  readonly network?: string | undefined;
  /** Short words about the browser, for the user's own list. */
  readonly agent: string;
  readonly endedAt?: EpochMs | undefined;
  readonly endedBy?: SessionEnd | undefined;
}

/** An application that a session reached: it is told when the session ends. */
export interface SessionReach {
  readonly session: string;
  readonly application: string;
  readonly issuer: string;
  /** Who the person is there: our own id, or what the application's frontend told it. */
  readonly subject: string;
  readonly at: EpochMs;
}

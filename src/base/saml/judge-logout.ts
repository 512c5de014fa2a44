// Judges LogoutRequest and LogoutResponse: pure, with all that they depend on as arguments.
import type { LogoutRequest, LogoutResponse } from './logout.ts';
import type { OpeningFault } from './open-message.ts';
import type { Instant, OneUse, Peer, Refused } from './verdict.ts';

export interface LogoutExpected extends Instant {
  /** Where the message came in: our endpoint, as we have it published. */
  readonly endpointUrl: string;
  /** Registered under the claimed issuer. It must always sign (SAML Profiles 4.4.3.1, 4.4.4.2; here by SOAP too). */
  readonly peer: Peer;
  /** How old a message may be. Default 300. */
  readonly maxAgeSeconds?: number | undefined;
}

export interface LogoutResponseExpected extends LogoutExpected {
  readonly requestId: string;
}

export type LogoutCheckName =
  | 'version'
  | 'issuer'
  | 'signature'
  | 'signed'
  | 'destination'
  | 'instant'
  | 'notOnOrAfter'
  | 'inResponseTo';

export type LogoutReason = OpeningFault | LogoutCheckName;

export type LogoutRequestVerdict =
  | { readonly accepted: true; readonly request: LogoutRequest; readonly oneUse: OneUse }
  | Refused<LogoutReason>;

/** Accepted means believed: whether the session ended is in its status (Success, PartialLogout or a failure). */
export type LogoutResponseVerdict =
  | { readonly accepted: true; readonly response: LogoutResponse }
  | Refused<LogoutReason>;

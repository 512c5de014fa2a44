// Response and its Status: the envelope of an answer, as a typed value.
import type { EpochMs } from '../clock.ts';

/** SAML Core 3.2.2. */
export interface Status {
  /** Top level: one of four. */
  readonly code: string;
  /** Second level: what went wrong, from the standard or from a federation. */
  readonly second?: string | undefined;
  readonly message?: string | undefined;
}

/** What every answer has: SAML Core 3.2.2 StatusResponseType. */
export interface StatusResponse {
  readonly id: string;
  readonly issueInstant: EpochMs;
  readonly issuer?: string | undefined;
  readonly destination?: string | undefined;
  readonly inResponseTo?: string | undefined;
  readonly consent?: string | undefined;
  readonly status: Status;
}

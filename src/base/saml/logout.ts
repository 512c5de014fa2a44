// LogoutRequest and LogoutResponse as typed values.
import type { EpochMs } from '../clock.ts';
import type { NameId } from './name-id.ts';
import type { StatusResponse } from './response.ts';

/** SAML Core 3.7.1. */
export interface LogoutRequest {
  readonly id: string;
  readonly issueInstant: EpochMs;
  readonly issuer: string;
  readonly destination?: string | undefined;
  readonly consent?: string | undefined;
  readonly nameId: NameId;
  /** None: every session of the person with the issuer. */
  readonly sessionIndexes: readonly string[];
  readonly notOnOrAfter?: EpochMs | undefined;
  readonly reason?: string | undefined;
}

/** SAML Core 3.7.2. */
export type LogoutResponse = StatusResponse;

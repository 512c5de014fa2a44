// What grants read. Each method is one round trip; expiry, binding and liveness are this folder's rules.
import type { EpochMs } from '../../base/clock.ts';
import type { PersonFacts } from '../directory/index.ts';
import type { Session } from '../sessions/index.ts';
import type { AuthorizationCode, Grant, PushedRequest, RefreshToken } from './grant.ts';

/** A code as it stands now. */
export interface CodeFacts extends AuthorizationCode {
  /** Its grant was saved: the code was redeemed before. */
  readonly redeemed: boolean;
  /** The session has not ended and is within its absolute limit. */
  readonly sessionLive: boolean;
}

/** A refresh token with everything that renewing looks at. */
export interface RefreshFacts extends RefreshToken {
  /** The session of the grant, also when it has ended. */
  readonly session?: Session | undefined;
  readonly person?: PersonFacts | undefined;
}

/** A grant with whom it is about, as they stand now. */
export interface GrantHolder {
  readonly grant: Grant;
  readonly session?: Session | undefined;
  readonly person?: PersonFacts | undefined;
}

/** Whether a signed access token still holds. */
export interface TokenState {
  /** Revoked by its own id. */
  readonly revoked: boolean;
  /** Its grant is there and not revoked; true for a token without a grant. */
  readonly grantLive: boolean;
  /** Its session has not ended and its person is not closed; true for a token without a session. */
  readonly sessionLive: boolean;
}

export interface GrantReads {
  /** `spent`: a code was issued from it. */
  pushedRequest(hash: string): Promise<(PushedRequest & { readonly spent: boolean }) | undefined>;
  code(hash: string, now: EpochMs): Promise<CodeFacts | undefined>;
  refreshToken(hash: string): Promise<RefreshFacts | undefined>;
  grant(id: string): Promise<Grant | undefined>;
  /** The grant behind an access token, with session and person. */
  holder(grant: string): Promise<GrantHolder | undefined>;
  tokenState(jti: string, grant: string | undefined, now: EpochMs): Promise<TokenState>;
}

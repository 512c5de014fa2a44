// Requests whose person is asked elsewhere, while the program polls: of devices (RFC 8628) and through the back channel (CIBA).
import { type EpochMs, secondMs } from '../../base/clock.ts';
import type { Claim, Write } from '../commit/index.ts';
import type { AuthorizationRequest } from './grant.ts';

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
export const backchannelGrant = 'urn:openid:params:grant-type:ciba';

/** Seconds that a request lives at most, and that a program waits between two polls. */
export const waitingSeconds = 600;
export const pollSeconds = 5;

export interface WaitingRequest {
  /** Hash of what the program polls with. When the request is allowed, the code that it is redeemed by has the same. */
  readonly hash: string;
  /** Of a device: keyed hash of the user code, of which there are too few for a plain one. */
  readonly userHash?: string | undefined;
  /** Through the back channel: the only person who may allow it. Absent where nobody was found: it waits in vain. */
  readonly person?: string | undefined;
  /** Through the back channel: keyed hash of who was asked by whom, found or not, to count by. */
  readonly askedHash?: string | undefined;
  readonly request: AuthorizationRequest;
  /** The address that the program asked from. */
  readonly from: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly deniedAt?: EpochMs | undefined;
}

/** A request with what became of it. */
export interface AskedRequest extends WaitingRequest {
  /** A yes was saved. */
  readonly allowed: boolean;
}

export interface WaitingReads {
  /** The request of a user code, by any of its hashes. Undefined when there is none, or more than one that is live. */
  byUserCode(hashes: readonly string[], now: EpochMs): Promise<WaitingRequest | undefined>;
  byHash(hash: string): Promise<AskedRequest | undefined>;
  /**
   * Requests for this person that have not expired and got no yes, the oldest first, as many as anybody would read: what
   * one application asks leaves room for every other's.
   */
  ofPerson(person: string, now: EpochMs): Promise<readonly AskedRequest[]>;
  /** How many requests since then have this hash, by any of its keys, without those that got a yes. */
  countAsked(hashes: readonly string[], since: EpochMs): Promise<number>;
  /**
   * Counts a poll and reads the request, in one step for all hubs. A poll within the interval makes it five seconds
   * longer (RFC 8628 3.5; CIBA Core 11).
   */
  poll(hash: string, now: EpochMs): Promise<(WaitingRequest & { readonly tooSoon: boolean }) | undefined>;
}

export const saveWaiting = (waiting: WaitingRequest): Write => ({
  kind: 'waiting.save',
  entity: `waiting request ${waiting.hash}`,
  row: {
    hash: waiting.hash,
    userHash: waiting.userHash,
    person: waiting.person,
    askedHash: waiting.askedHash,
    doc: waiting.request,
    from: waiting.from,
    createdAt: waiting.createdAt,
    expiresAt: waiting.expiresAt,
    seconds: pollSeconds,
  },
});

export const denyWaiting = (hash: string, at: EpochMs): Write => ({
  kind: 'waiting.deny',
  entity: `waiting request ${hash}`,
  row: { hash, at },
});

/** The longest that a login can take that was begun for a request. A constant: `until` must not depend on settings. */
const longestJourneyMs = 24 * 3600 * secondMs;

/** A request is decided once: whoever comes second, in whatever process, changes nothing. */
export const claimDecision = ({ hash, expiresAt }: Pick<WaitingRequest, 'hash' | 'expiresAt'>): Claim => ({
  scope: 'waiting',
  key: hash,
  until: expiresAt + longestJourneyMs,
});

// Requests of devices (RFC 8628): a program without a browser asks, a person allows it in another, the program polls.
import { type EpochMs, secondMs } from '../../base/clock.ts';
import type { Claim, Write } from '../commit/index.ts';
import type { AuthorizationRequest } from './grant.ts';

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** Seconds that a device's request lives, and that it waits between two polls. */
export const deviceSeconds = 600;
export const pollSeconds = 5;

export interface DeviceRequest {
  /** Hash of the device code. When the request is allowed, the code that it is redeemed by has the same. */
  readonly hash: string;
  /** Keyed hash of the user code: there are too few of them for a plain one. */
  readonly userHash: string;
  readonly request: AuthorizationRequest;
  /** The address that the device asked from. */
  readonly from: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly deniedAt?: EpochMs | undefined;
}

export interface DeviceReads {
  /** The request of a user code, by any of its hashes. Undefined when there is none, or more than one that is live. */
  deviceByUserCode(hashes: readonly string[], now: EpochMs): Promise<DeviceRequest | undefined>;
  /**
   * Counts a poll and reads the request, in one step for all hubs. A poll within the interval makes it five seconds
   * longer (RFC 8628 3.5).
   */
  pollDevice(hash: string, now: EpochMs): Promise<(DeviceRequest & { readonly tooSoon: boolean }) | undefined>;
}

export const saveDevice = (device: DeviceRequest): Write => ({
  kind: 'deviceRequest.save',
  entity: `device request ${device.hash}`,
  row: {
    hash: device.hash,
    userHash: device.userHash,
    doc: device.request,
    from: device.from,
    createdAt: device.createdAt,
    expiresAt: device.expiresAt,
    seconds: pollSeconds,
  },
});

export const denyDevice = (hash: string, at: EpochMs): Write => ({
  kind: 'deviceRequest.deny',
  entity: `device request ${hash}`,
  row: { hash, at },
});

/** The longest that a login can take that was begun for a request. A constant: `until` must not depend on settings. */
const longestJourneyMs = 24 * 3600 * secondMs;

/** A request is decided once: whoever comes second, in whatever process, changes nothing. */
export const claimDecision = ({ hash, expiresAt }: Pick<DeviceRequest, 'hash' | 'expiresAt'>): Claim => ({
  scope: 'device',
  key: hash,
  until: expiresAt + longestJourneyMs,
});

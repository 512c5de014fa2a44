// Failed credentials, counted by the address that they come from: an address with too many waits, whatever it shows next.
import type { Clock, EpochMs } from '../../../base/clock.ts';
import { networkOfAddress } from '../../../base/ip-address.ts';

export const mostFailedTries = 20;
const windowMs = 15 * 60_000;
const mostAddresses = 10_000;

export interface FailedTries {
  /** Seconds until this address may try again; 0 is now. */
  waitSeconds(address: string): number;
  failed(address: string): void;
}

/** Counts in memory: what a restart forgets, the permits themselves still count (`permit.open`). */
export function failedTries(clock: Clock): FailedTries {
  const counts = new Map<string, { readonly since: EpochMs; readonly count: number }>();
  // One IPv6 customer has a whole /64 (RFC 6177).
  const keyOf = (address: string) => (address.includes(':') && networkOfAddress(address, 64)) || address;
  const current = (key: string) => {
    const found = counts.get(key);
    return found !== undefined && clock() < found.since + windowMs ? found : undefined;
  };
  return {
    waitSeconds(address) {
      const found = current(keyOf(address));
      if (found === undefined || found.count < mostFailedTries) return 0;
      return Math.max(1, Math.ceil((found.since + windowMs - clock()) / 1000));
    },
    failed(address) {
      const key = keyOf(address);
      const { since, count } = current(key) ?? { since: clock(), count: 0 };
      // Taken out first, so that the address that was counted longest ago is the first of the map.
      counts.delete(key);
      counts.set(key, { since, count: count + 1 });
      const [oldest] = counts.keys();
      if (counts.size > mostAddresses && oldest !== undefined) counts.delete(oldest);
    },
  };
}

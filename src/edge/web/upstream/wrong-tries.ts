// Bad tries of each address in one process: who only sends what is refused is soon not listened to for a while.
import { LRUCache } from 'lru-cache';
import type { EpochMs } from '../../../base/clock.ts';
import { networkOfAddress, plainAddress } from '../../../base/ip-address.ts';

export interface TriesLimit {
  readonly most: number;
  readonly withinMs: number;
}

interface Counted {
  readonly since: EpochMs;
  readonly count: number;
}

/** One IPv6 customer has a whole /64 (RFC 6177). */
const keyOf = (ip: string): string =>
  (ip.includes(':') ? networkOfAddress(ip, 64) : undefined) ?? plainAddress(ip) ?? ip.slice(0, 64);

export interface WrongTries {
  /** Milliseconds until this address is listened to again; 0 = now. */
  waitMs(ip: string, now: EpochMs): number;
  count(ip: string, now: EpochMs): void;
}

const usual: TriesLimit = { most: 20, withinMs: 5 * 60_000 };

/** Remembers ten thousand addresses, the latest ones. */
export function wrongTries({ most, withinMs }: TriesLimit = usual): WrongTries {
  const tries = new LRUCache<string, Counted>({ max: 10_000 });
  const current = (key: string, now: EpochMs): Counted | undefined => {
    const known = tries.get(key);
    return known !== undefined && now - known.since < withinMs ? known : undefined;
  };
  return {
    waitMs(ip, now) {
      const known = current(keyOf(ip), now);
      return known !== undefined && known.count >= most ? known.since + withinMs - now : 0;
    },
    count(ip, now) {
      const key = keyOf(ip);
      const known = current(key, now);
      tries.set(key, { since: known?.since ?? now, count: (known?.count ?? 0) + 1 });
    },
  };
}

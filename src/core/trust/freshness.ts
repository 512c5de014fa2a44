// When a revocation list is used as it is, used and renewed behind the scenes, renewed first, or given up for now: pure.

export interface FreshnessFacts {
  /** Absent when there is no list yet. */
  readonly list?: { readonly thisUpdate: number; readonly nextUpdate: number; readonly fetchedAt: number } | undefined;
  /** When fetching last failed, if it has failed since the list was fetched. */
  readonly failedAt?: number | undefined;
}

export interface FreshnessLimits {
  /** A list that was confirmed longer ago than this is asked for again before it is used (card status, 15 min). */
  readonly maxAgeMs: number;
  /** After a failure nothing is asked for this long, so a dead server does not slow every login. */
  readonly retryMs: number;
}

/** `use` and `useAndRenew` answer at once; `renew` waits for the source; `fail` has nothing usable and does not ask yet. */
export type FreshnessVerdict = 'use' | 'useAndRenew' | 'renew' | 'fail';

/** The instant after which a list is renewed in the background: half of its life. */
export const halfLife = ({ thisUpdate, nextUpdate }: { thisUpdate: number; nextUpdate: number }): number =>
  thisUpdate + (nextUpdate - thisUpdate) / 2;

/** What to do with the copy at hand. A list past its nextUpdate is never used (RFC 5280 5.1.2.5). */
export function freshness(
  { list, failedAt }: FreshnessFacts,
  now: number,
  { maxAgeMs, retryMs }: FreshnessLimits,
): FreshnessVerdict {
  const waiting = failedAt !== undefined && now >= failedAt && now - failedAt < retryMs;
  const current = list !== undefined && now < list.nextUpdate;
  if (!current) return waiting ? 'fail' : 'renew';
  if (waiting) return 'use';
  if (now - list.fetchedAt > maxAgeMs) return 'renew';
  return now >= halfLife(list) ? 'useAndRenew' : 'use';
}

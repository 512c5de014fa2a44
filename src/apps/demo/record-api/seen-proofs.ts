// Remembers the ids of proofs for as long as one is good, so that each is used once (RFC 9449 11.1).
import type { FirstUse } from './checks.ts';

/** Bounded: when `most` proofs are still good, a new one is refused rather than an old one forgotten. */
export function seenProofs(now: () => number, most = 100_000): FirstUse {
  const seen = new Map<string, number>();
  return (id, until) => {
    // Ids come in the order in which they end: the oldest are in front.
    for (const [old, end] of seen) {
      if (end > now()) break;
      seen.delete(old);
    }
    if (seen.has(id) || seen.size >= most) return false;
    seen.set(id, until);
    return true;
  };
}

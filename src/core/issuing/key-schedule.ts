// When signing keys are made, published, used and forgotten. Pure; every hub obeys its own clock.
import { dayMs, type EpochMs } from '../../base/clock.ts';
import type { CatalogueSnapshot } from '../catalogue/snapshot.ts';

/** What a key is for. */
export interface KeyUse {
  readonly issuer: string;
  readonly algorithm: string;
}

/** A key's times: in the JWKS from `publishAt`, signs from `activateAt`, gives way to the next at `retireAt`. */
export interface KeyTimes extends KeyUse {
  readonly publishAt: EpochMs;
  readonly activateAt: EpochMs;
  readonly retireAt: EpochMs;
}

export interface KeySchedule {
  /** How long a key signs. */
  readonly rotationMs: number;
  /** How long before its use a key is published: applications cache a JWKS. */
  readonly publishedBeforeMs: number;
  /** How long before the end of a key the next one is made: time to spare beyond `publishedBeforeMs`. */
  readonly madeBeforeMs: number;
}

export const defaultKeySchedule: KeySchedule = {
  rotationMs: 30 * dayMs,
  publishedBeforeMs: dayMs,
  madeBeforeMs: 3 * dayMs,
};

/** A retired key stays in the JWKS this much longer than its longest-lived ticket. */
const overlapMs = dayMs;

const sameUse = (a: KeyUse, b: KeyUse): boolean => a.issuer === b.issuer && a.algorithm === b.algorithm;
const newestFirst = (a: KeyTimes, b: KeyTimes): number => b.activateAt - a.activateAt || b.publishAt - a.publishAt;

/**
 * The key that signs for `use` now: the one that became active last. It goes on after `retireAt` until its successor
 * is active, so that a hub that was switched off over a rotation can sign with a key that applications know.
 */
export function keyThatSigns<Key extends KeyTimes>(keys: readonly Key[], use: KeyUse, now: EpochMs): Key | undefined {
  return keys.filter((key) => sameUse(key, use) && key.activateAt <= now).sort(newestFirst)[0];
}

/** When the key has signed its last: its `retireAt`, or later when its successor came late; undefined = it signs still. */
export function lastSigned(key: KeyTimes, keys: readonly KeyTimes[], now: EpochMs): EpochMs | undefined {
  const successor = keys
    .filter((other) => sameUse(other, key) && other.activateAt > key.activateAt && other.activateAt <= now)
    .sort(newestFirst)
    .at(-1);
  return successor === undefined ? undefined : Math.max(successor.activateAt, key.retireAt);
}

/** The issuer's keys that belong in its JWKS now; `keepMs` is how long a ticket can outlive its key's last signature. */
export function keysToPublish<Key extends KeyTimes>(
  keys: readonly Key[],
  issuer: string,
  now: EpochMs,
  keepMs: number,
): readonly Key[] {
  return keys.filter((key) => {
    if (key.issuer !== issuer || key.publishAt > now) return false;
    const last = lastSigned(key, keys, now);
    return last === undefined || now < last + keepMs;
  });
}

/** The issuer's keys that were in its JWKS and are no more. A key that is yet to come is not among them. */
export function keysRetired<Key extends KeyTimes>(
  keys: readonly Key[],
  issuer: string,
  now: EpochMs,
  keepMs: number,
): readonly Key[] {
  const published = new Set(keysToPublish(keys, issuer, now, keepMs));
  return keys.filter((key) => key.issuer === issuer && key.publishAt <= now && !published.has(key));
}

/** How long a retired key stays published, ms: the longest-lived ticket that it can have signed, and an overlap. */
export function keepPublishedMs(snapshot: CatalogueSnapshot): number {
  const own = [...snapshot.clients.values()].map(({ accessTokenSeconds }) => accessTokenSeconds ?? 0);
  return Math.max(snapshot.settings.lifetimes.accessToken, ...own) * 1000 + overlapMs;
}

/**
 * The keys to make now. The first key of a use signs at once; every later one is published at least
 * `publishedBeforeMs` before it signs.
 */
export function keysToMake<Use extends KeyUse>(
  existing: readonly KeyTimes[],
  uses: readonly Use[],
  now: EpochMs,
  schedule: KeySchedule = defaultKeySchedule,
): readonly (Use & KeyTimes)[] {
  return uses.flatMap((use) => {
    const last = existing.filter((key) => sameUse(key, use)).sort(newestFirst)[0];
    if (last === undefined) {
      return [{ ...use, publishAt: now, activateAt: now, retireAt: now + schedule.rotationMs }];
    }
    if (now < last.retireAt - schedule.madeBeforeMs) return [];
    const activateAt = Math.max(last.retireAt, now + schedule.publishedBeforeMs);
    return [{ ...use, publishAt: now, activateAt, retireAt: activateAt + schedule.rotationMs }];
  });
}

/** When the next key of `use` is due to be made; undefined = now, for there is none. */
export function nextKeyDueAt(
  existing: readonly KeyTimes[],
  use: KeyUse,
  schedule: KeySchedule = defaultKeySchedule,
): EpochMs | undefined {
  const last = existing.filter((key) => sameUse(key, use)).sort(newestFirst)[0];
  return last === undefined ? undefined : last.retireAt - schedule.madeBeforeMs;
}

// What runs out, and when to say so: 60, 30 and 7 days before; a thing with a short life at a quarter of it.
import { dayMs, type EpochMs } from '../../base/clock.ts';
import type { Claim } from '../commit/index.ts';

export const expiringKinds = ['key', 'certificate', 'crl', 'metadata'] as const;

/** Something with an end: a key, a certificate, a revocation list, metadata. */
export interface Expiring {
  readonly kind: (typeof expiringKinds)[number];
  /** For people and logs: `population siths anchor CN=…`. */
  readonly name: string;
  /** Whose it is, when it is an application's. */
  readonly application?: string | undefined;
  readonly startsAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export interface ExpiryWarning {
  readonly of: Expiring;
  /** Days left, rounded down; negative when it is past. */
  readonly daysLeft: number;
  /** Said once for all hubs: whoever wins the claim writes the event. */
  readonly claim: Claim;
}

export const warnDays = [60, 30, 7] as const;

/** The thresholds of one thing, milliseconds before its end, largest first. */
export function thresholds(of: Expiring): readonly number[] {
  const life = of.expiresAt - of.startsAt;
  return life <= 2 * 7 * dayMs ? [life / 4] : warnDays.map((days) => days * dayMs).filter((each) => each < life);
}

/** The warnings that are due at `now`: for each thing the nearest threshold that it has passed. */
export function dueWarnings(things: readonly Expiring[], now: EpochMs): readonly ExpiryWarning[] {
  const due: ExpiryWarning[] = [];
  for (const of of things) {
    const left = of.expiresAt - now;
    const passed = thresholds(of).filter((each) => left <= each);
    const nearest = passed.at(-1);
    if (nearest === undefined) continue;
    const key = `${of.kind} ${of.name} ${of.expiresAt} ${nearest}`;
    due.push({
      of,
      daysLeft: Math.floor(left / dayMs),
      claim: { scope: 'warning', key, until: of.expiresAt + 7 * dayMs },
    });
  }
  return due;
}

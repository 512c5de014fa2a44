// What every judgement of a message answers and asks for: refusals with a code and safe words, skew, and ids for one use.
import type { KeyObject } from 'node:crypto';
import { type EpochMs, secondMs } from '../clock.ts';

/** Refused: by which check, and in words that hold no name, number or secret, for the log and the audit. */
export interface Refused<Reason extends string> {
  readonly accepted: false;
  readonly reason: Reason;
  readonly because: string;
}

export const refuse = <Reason extends string>(reason: Reason, because: string): Refused<Reason> => ({
  accepted: false,
  reason,
  because,
});

/** Ids that the issuer may use once; whoever commits their claim first has the message (SAML Profiles 4.1.4.5). */
export interface OneUse {
  readonly issuer: string;
  readonly ids: readonly string[];
  /** From this instant on the message is refused as old: how long the ids must be remembered. */
  readonly until: EpochMs;
}

/** The other party of a message. */
export interface Peer {
  readonly entityId: string;
  /** From configuration or trusted metadata, several while a key is rolled over. Never from the message (S2). */
  readonly keys: readonly KeyObject[];
}

/** The present, and by how much the other's clock may differ. */
export interface Instant {
  readonly now: EpochMs;
  /** Default and most: 60 (Sweden Connect deployment profile 6.3). */
  readonly skewSeconds?: number | undefined;
}

export const mostSkewSeconds = 60;

export const skewOf = ({ skewSeconds = mostSkewSeconds }: Instant): number =>
  Math.max(0, Math.min(skewSeconds, mostSkewSeconds)) * secondMs;

/** Whether an instant is in the future by the other's clock too. */
export const isAhead = (at: EpochMs, expected: Instant): boolean => at > expected.now + skewOf(expected);

/** Whether an end, which is not of the time itself, has passed by the other's clock too. */
export const hasPassed = (end: EpochMs, expected: Instant): boolean => expected.now - skewOf(expected) >= end;

/** One requirement, as data: why the subject does not hold it, in safe words, or undefined when it does. */
export interface SamlCheck<Subject, Expected, Name extends string> {
  readonly name: Name;
  /** The clause that asks for it. */
  readonly clause: string;
  readonly test: (subject: Subject, expected: Expected) => string | undefined;
}

/** The first check that the subject does not hold. */
export function firstRefusal<Subject, Expected, Name extends string>(
  checks: readonly SamlCheck<Subject, Expected, Name>[],
  subject: Subject,
  expected: Expected,
): Refused<Name> | undefined {
  for (const { name, test } of checks) {
    const because = test(subject, expected);
    if (because !== undefined) return refuse(name, because);
  }
  return undefined;
}

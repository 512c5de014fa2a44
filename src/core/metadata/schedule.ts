// When a source is asked again, and when its failures are worth an alarm.
import { dayMs, type EpochMs, hourMs, minuteMs } from '../../base/clock.ts';
import type { MetadataSource } from '../catalogue/index.ts';

/** From 0 up to 1. */
type Fraction = () => number;

/** Between 80 and 100 % of it, so that hubs and federations do not all ask at once. */
const spread = (ms: number, random: Fraction): number => Math.round(ms * (0.8 + 0.2 * random()));

/** What an administrator applied changes with its record alone: it is only looked at for what has run out in it. */
const paceOf = ({ from, refreshMinutes }: MetadataSource): number =>
  'document' in from ? dayMs : refreshMinutes * minuteMs;

/**
 * After a document was taken or confirmed: at the pace of the source, sooner when the document says so by its
 * `cacheDuration` (SAML Metadata 2.3.1), and at least once before half of what is left of it has gone.
 */
export function nextAfterSuccess(given: {
  readonly source: MetadataSource;
  readonly cacheDurationMs: number | undefined;
  readonly validUntil: EpochMs | undefined;
  readonly now: EpochMs;
  readonly random: Fraction;
}): EpochMs {
  const { now, validUntil } = given;
  const wishes = [
    paceOf(given.source),
    given.cacheDurationMs ?? Number.POSITIVE_INFINITY,
    validUntil === undefined ? Number.POSITIVE_INFINITY : (validUntil - now) / 2,
  ];
  return now + spread(Math.max(Math.min(...wishes), minuteMs), given.random);
}

/** After the nth failure in a row: a minute, doubling to an hour, never longer than the source's own pace. */
export function nextAfterFailure(given: {
  readonly source: MetadataSource;
  readonly failures: number;
  readonly now: EpochMs;
  readonly random: Fraction;
}): EpochMs {
  const backoff = minuteMs * 2 ** Math.min(given.failures - 1, 10);
  return given.now + spread(Math.min(backoff, given.source.refreshMinutes * minuteMs, hourMs), given.random);
}

/** Failures in a row that are no passing disturbance. */
const manyFailures = 3;

/** `refused`: what came was no good; `failed`: nothing came. */
export type FailureKind = 'refused' | 'failed';

/** A document that is refused is looked at by a person at once: it may be an attack. What did not come may come by itself. */
export const isAlarming = (kind: FailureKind, failures: number): boolean =>
  kind === 'refused' || failures >= manyFailures;

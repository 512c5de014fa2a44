// How old a request may be, and until when its id must be remembered so that a copy is refused either way.
import { type EpochMs, secondMs } from '../clock.ts';
import { hasPassed, type Instant, isAhead, skewOf } from './verdict.ts';

export interface Freshness extends Instant {
  /** How old a message may be. Default 300. */
  readonly maxAgeSeconds?: number | undefined;
}

const end = (issueInstant: EpochMs, { maxAgeSeconds = 300 }: Freshness): EpochMs =>
  issueInstant + maxAgeSeconds * secondMs;

/** Why a message is not of the present: of the future, or older than it may be. */
export function wrongInstant(issueInstant: EpochMs, expected: Freshness): string | undefined {
  if (isAhead(issueInstant, expected)) return 'of the future';
  return hasPassed(end(issueInstant, expected), expected) ? 'too old' : undefined;
}

/** From this instant on `wrongInstant` refuses the message. */
export const freshUntil = (issueInstant: EpochMs, expected: Freshness): EpochMs =>
  end(issueInstant, expected) + skewOf(expected);

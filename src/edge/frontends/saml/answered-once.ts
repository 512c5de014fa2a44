// That a request is answered once: the claims on its ID, whatever the request says of its own time.
import { dayMs, type EpochMs } from '../../../base/clock.ts';
import type { Claim } from '../../../core/commit/index.ts';

/**
 * Claims of an answer to a request, by day of ours: this one and the next, so that of any two answers within a day the
 * later one is refused. IssueInstant is no part of it, for in an unsigned request anybody can write another. A day is
 * far more than a request is fresh and a login lasts.
 */
export function answeredOnce(application: string, request: string, now: EpochMs): readonly Claim[] {
  const today = Math.floor(now / dayMs);
  return [today, today + 1].map((day) => ({
    scope: 'saml_request',
    key: `${application} ${request} ${day}`,
    until: (day + 1) * dayMs,
  }));
}

// How long tickets live: the application's own times within the hub's.
import { type EpochMs, hourMs } from '../../base/clock.ts';
import type { Application, Lifetimes } from '../catalogue/snapshot.ts';
import type { Session } from '../sessions/session.ts';

/** No refresh token outlives a shift, whatever an application is registered with. */
export const refreshCeilingMs = 10 * hourMs;

/** When an access token that is issued at `now` runs out. */
export const accessTokenEnd = (application: Application, lifetimes: Lifetimes, now: EpochMs): EpochMs =>
  now + (application.accessTokenSeconds ?? lifetimes.accessToken) * 1000;

/** When the refresh rights of a grant that is made at `now` run out: never after the session's absolute end. */
export function refreshEnd(application: Application, lifetimes: Lifetimes, session: Session, now: EpochMs): EpochMs {
  const own = (application.refreshSeconds ?? lifetimes.refresh) * 1000;
  return Math.min(now + Math.min(own, refreshCeilingMs), session.absoluteUntil);
}

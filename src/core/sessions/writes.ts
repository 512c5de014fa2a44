// The rows of sessions, as writes of a commit. All instants are epoch ms.
import type { EpochMs } from '../../base/clock.ts';
import type { Write } from '../commit/commit.ts';
import type { Session, SessionEnd, SessionReach } from './session.ts';
import type { LoginEnd } from './upstream-logins.ts';

const entityOf = (session: string): string => `session ${session}`;

/** Inserts or replaces the session under this cookie hash. The store must leave a session alone that has ended. */
export const saveSession = (session: Session, secretHash: string): Write => ({
  kind: 'session.save',
  entity: entityOf(session.id),
  row: {
    id: session.id,
    secretHash,
    person: session.person,
    assignment: session.assignment ?? null,
    doc: session,
    startedAt: session.startedAt,
    seenAt: session.seenAt,
    idleUntil: session.idleUntil,
    absoluteUntil: session.absoluteUntil,
  },
});

export const touchSession = ({ id, seenAt, idleUntil }: Session): Write => ({
  kind: 'session.touch',
  entity: entityOf(id),
  row: { id, seenAt, idleUntil },
});

/** Ends it; the store must leave one that has ended as it is. */
export const endSession = (id: string, endedAt: EpochMs, endedBy: SessionEnd): Write => ({
  kind: 'session.end',
  entity: entityOf(id),
  row: { id, endedAt, endedBy },
});

export const reachApplication = (reach: SessionReach): Write => ({
  kind: 'session.reach',
  entity: `reach ${reach.session} ${reach.application}`,
  row: { ...reach },
});

/** The application answered through the browser that it took the logout. */
export const toldApplication = (session: string, application: string, at: EpochMs): Write => ({
  kind: 'session.told',
  entity: `told ${session} ${application}`,
  row: { session, application, at },
});

/** A mark by which a provider's logout finds the session. */
export const markSession = (session: string, mark: string): Write => ({
  kind: 'session.login',
  entity: `login ${session} ${mark}`,
  row: { session, mark },
});

/** The login of this mark was ended; kept while a login may be under way that rests on it. */
export const saveLoginEnd = (mark: string, { at, takenAt }: LoginEnd, expiresAt: EpochMs): Write => ({
  kind: 'login.ended',
  entity: `login end ${mark}`,
  row: { mark, at, takenAt, expiresAt },
});

/** Revokes every grant that the session gave. */
/** Those of one application in it. */
export const revokeGrantsAt = (session: string, application: string, at: EpochMs): Write => ({
  kind: 'grant.revokeAt',
  entity: `grants of ${session} at ${application}`,
  row: { session, application, at },
});

export const revokeGrantsOf = (session: string, at: EpochMs): Write => ({
  kind: 'grant.revokeBySession',
  entity: `grants of ${session}`,
  row: { session, at },
});

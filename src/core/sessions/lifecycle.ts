// The life of a session as pure rules: start, step-up, touch, limits.
import type { EpochMs } from '../../base/clock.ts';
import type { Lifetimes } from '../catalogue/snapshot.ts';
import type { Evidence } from '../linking/evidence.ts';
import type { DeviceFacts } from '../policy/device.ts';
import type { Session, SessionEnd } from './session.ts';

type Limits = Pick<Lifetimes, 'sessionIdle' | 'sessionAbsolute'>;

/** A session's use is written down at most this often. */
export const touchEveryMs = 60_000;
/** Pieces of evidence that a session keeps. */
const evidenceKept = 8;

export interface SessionStart {
  readonly id: string;
  readonly person: string;
  readonly evidence: readonly Evidence[];
  readonly assignment?: string | undefined;
  readonly where: Pick<DeviceFacts, 'device' | 'network'>;
  readonly agent: string;
}

/** Idle time counts from now, and never passes the absolute end. */
const idleEnd = (absoluteUntil: EpochMs, limits: Limits, now: EpochMs): EpochMs =>
  Math.min(now + limits.sessionIdle * 1000, absoluteUntil);

export function startSession(given: SessionStart, limits: Limits, now: EpochMs): Session {
  const absoluteUntil = now + limits.sessionAbsolute * 1000;
  return {
    id: given.id,
    person: given.person,
    startedAt: now,
    seenAt: now,
    idleUntil: idleEnd(absoluteUntil, limits, now),
    absoluteUntil,
    evidence: mergeEvidence([], given.evidence),
    assignment: given.assignment,
    device: given.where.device,
    network: given.where.network,
    agent: given.agent,
  };
}

/** Newer proof of one provider and level takes the place of older; a weaker proof never pushes out a stronger one. */
export function mergeEvidence(old: readonly Evidence[], added: readonly Evidence[]): readonly Evidence[] {
  const byKind = new Map<string, Evidence>();
  for (const evidence of [...old, ...added].sort((a, b) => a.provenAt - b.provenAt)) {
    const kind = `${evidence.provider} ${evidence.assurance}`;
    byKind.delete(kind);
    byKind.set(kind, evidence);
  }
  return [...byKind.values()].slice(-evidenceKept);
}

/**
 * The same person proved more: the record (and `sid`) stays, its absolute end stays, and its cookie must be renewed by
 * the caller. Evidence of another person must never come here: that is a new session.
 */
export function stepUpSession(
  session: Session,
  more: Pick<SessionStart, 'evidence' | 'assignment' | 'where'>,
  limits: Limits,
  now: EpochMs,
): Session {
  return {
    ...session,
    seenAt: now,
    idleUntil: idleEnd(session.absoluteUntil, limits, now),
    evidence: mergeEvidence(session.evidence, more.evidence),
    assignment: more.assignment ?? session.assignment,
    device: more.where.device,
    network: more.where.network,
  };
}

/** True when the session may be used at `now`. */
export const isLive = (session: Session, now: EpochMs): boolean => endReason(session, now) === undefined;

/** Why a session cannot be used at `now`, if so. */
export function endReason(session: Session, now: EpochMs): SessionEnd | undefined {
  if (session.endedAt !== undefined) return session.endedBy ?? 'logout';
  if (now >= session.absoluteUntil) return 'absolute';
  return now >= session.idleUntil ? 'idle' : undefined;
}

/** The session as used now, when that is worth writing down (at most once a minute); otherwise undefined. */
export function touched(session: Session, limits: Limits, now: EpochMs): Session | undefined {
  if (now - session.seenAt < touchEveryMs) return undefined;
  return { ...session, seenAt: now, idleUntil: idleEnd(session.absoluteUntil, limits, now) };
}

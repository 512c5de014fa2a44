// The face of ending sessions: everything that a session reached is told.
import type { EpochMs } from '../../base/clock.ts';
import type { Write } from '../commit/commit.ts';
import type { Evidence } from '../linking/evidence.ts';
import type { SessionWithPerson } from './ports.ts';
import type { Session, SessionEnd, SessionReach } from './session.ts';

export interface Sessions {
  /** The live session of a cookie value, or undefined (unknown, ended, idle too long, too old). */
  find(cookie: string, now: EpochMs): Promise<Session | undefined>;
  /** The same with its person. */
  findWithPerson(cookie: string, now: EpochMs): Promise<SessionWithPerson | undefined>;
  byId(id: string): Promise<Session | undefined>;
  /** Live sessions of a person, newest first. */
  ofPerson(person: string, now: EpochMs): Promise<readonly Session[]>;
  reached(session: string): Promise<readonly SessionReach[]>;
  /** Ends it, revokes its grants and puts a back-channel logout for each reached application in the outbox. Idempotent. */
  end(
    session: string,
    by: SessionEnd,
    reference?: string,
    /** The application that asked and waits for the answer: it is not told what it said itself. */
    asker?: string,
  ): Promise<void>;
  /** The rows by which a provider's logout finds this session; for the commit that takes these proofs into it. */
  marks(session: string, evidence: readonly Evidence[]): readonly Write[];
  /** Those of these proofs whose login the provider has ended since. */
  endedProofs(evidence: readonly Evidence[]): Promise<readonly Evidence[]>;
  /**
   * Looks once more after the commit that took these proofs in: a provider's logout that came at that moment ends the
   * session. True when it did.
   */
  endIfLoggedOut(session: string, evidence: readonly Evidence[], reference?: string): Promise<boolean>;
}

// What sessions need from outside.
import type { Clock, EpochMs } from '../../base/clock.ts';
import type { Committer } from '../commit/commit.ts';
import type { PersonFacts } from '../directory/directory.ts';
import type { Session, SessionReach } from './session.ts';
import type { LoginEnd } from './upstream-logins.ts';

/** A session and whose it is, as both stand now; no person when it is gone from the directory. */
export interface SessionWithPerson {
  readonly session: Session;
  readonly person: PersonFacts | undefined;
}

/** Port: reads sessions; never from a cache. Ended ones are answered too (`endedAt` set). */
export interface SessionStore {
  bySecretHash(secretHash: string): Promise<Session | undefined>;
  /** The same with its person, in one read. */
  withPerson(secretHash: string): Promise<SessionWithPerson | undefined>;
  byId(id: string): Promise<Session | undefined>;
  /** Not ended, newest first. */
  ofPerson(person: string): Promise<readonly Session[]>;
  reached(session: string): Promise<readonly SessionReach[]>;
  /** Not ended, but idle or absolute end passed at `now`. */
  overdue(now: EpochMs, limit: number): Promise<readonly Session[]>;
  /** Not ended, though their person is closed. */
  ofClosedPeople(limit: number): Promise<readonly Session[]>;
  /** Not ended, though the chosen assignment is not held at `now`. */
  ofEndedAssignments(now: EpochMs, limit: number): Promise<readonly Session[]>;
  /** Not ended, and once given one of these marks; a few hundred at most. */
  marked(marks: readonly string[]): Promise<readonly Session[]>;
  /** When the logins of these marks were ended last, for those that were. */
  loginEnds(marks: readonly string[]): Promise<ReadonlyMap<string, LoginEnd>>;
}

export interface SessionPorts {
  readonly store: SessionStore;
  readonly commit: Committer;
  readonly clock: Clock;
  /** Keyed hashes of a login's name at its provider: under the key in use first, then under older ones. */
  readonly marksOf: (name: string) => readonly string[];
}

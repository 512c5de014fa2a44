// What the audit asks of others: stored tree hashes, and the witness outside the database.
import type { EpochMs } from '../../base/clock.ts';

/** Reads a stored tree. Level 0 gives leaf hashes; other levels are multiples of eight (`tree-hashes.ts`). */
export interface TreeStore {
  nodes(level: number, from: number, to: number): Promise<readonly Buffer[]>;
}

/** The newest checkpoint that a witness holds. */
export interface WitnessedCheckpoint {
  readonly size: number;
  readonly root: Buffer;
}

/** Keeps checkpoints outside the database. */
export interface CheckpointWitness {
  /** The last complete checkpoint that is kept, or undefined when there is none. */
  last(): WitnessedCheckpoint | undefined;
  /** Appends checkpoint notes and answers when they are on the disk. */
  append(notes: readonly string[], last: WitnessedCheckpoint): Promise<void>;
}

/** An event as the feed sends it on. */
export interface SealedEvent {
  readonly index: number;
  readonly text: string;
}

/** Sealed events in order, from where the feed was left. Only one hub at a time holds it. */
export interface SealedFeed {
  /** True when this hub may send: it holds the feed's lock. */
  hold(): Promise<boolean>;
  /** Up to `limit` events from leaf `from` on that still have their text, and the leaf after the last one looked at. */
  read(from: number, limit: number): Promise<{ readonly events: readonly SealedEvent[]; readonly next: number }>;
  /** The leaf to begin with. */
  position(): Promise<number>;
  /** Everything before `next` has been sent. */
  confirm(next: number): Promise<void>;
  release(): Promise<void>;
}

/** One alarm of the audit: what is wrong, said once when it begins and once when it ends. */
export interface AuditAlarm {
  readonly alarm:
    | 'audit.unsealed'
    | 'audit.rolledBack'
    | 'audit.stateTampered'
    | 'audit.sealFailed'
    | 'audit.witnessFailed';
  readonly state: 'raised' | 'ended';
  readonly at: EpochMs;
  readonly details: Readonly<Record<string, string | number>>;
}

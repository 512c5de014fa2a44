// How long each class of event is kept, and the record that a removal leaves behind in the log.
import { dayMs, type EpochMs } from '../../base/clock.ts';
import type { AuditClass } from '../../wire/codes/index.ts';
import type { AuditRecord } from './record.ts';

/** Days that the text of each class is kept; undefined means that it is never removed. */
export type RetentionPolicy = { readonly [name in AuditClass]: number | undefined };

/**
 * The defaults, explained in docs/privacy.md: five years for what shows who reached patient data (HSLF-FS 2016:40
 * 4:9 asks at least five), ten for administration, two for the hub's own life.
 */
export const defaultRetention: RetentionPolicy = { login: 1827, ticket: 1827, usage: 1827, admin: 3653, hub: 731 };

/** The shortest time that can be configured, days: what is younger is needed to find out what happened. */
export const shortestRetentionDays = 30;

/** The kind that says what was removed; it is never removed itself, or older removals would lose their reason. */
export const retentionKind = 'admin.retained';

/** Everything older than this has had its time. */
export const retentionCutoff = (days: number, now: EpochMs): EpochMs => now - days * dayMs;

/** Leaf numbers in order, as a first one and then lengths: of the run, of the gap, of the run … */
export interface LeafRuns {
  readonly first: number;
  readonly lengths: readonly number[];
}

/** Packs ascending leaf numbers; at least one. */
export function packLeaves(leaves: readonly number[]): LeafRuns {
  const first = leaves[0] ?? 0;
  const lengths: number[] = [];
  let run = 0;
  let next = first;
  for (const leaf of leaves) {
    if (leaf !== next) {
      lengths.push(run, leaf - next);
      run = 0;
    }
    run += 1;
    next = leaf + 1;
  }
  lengths.push(run);
  return { first, lengths };
}

/** Unpacks to runs [from, to]; undefined when it is not made of leaf numbers. */
export function unpackLeaves(given: unknown): readonly (readonly [number, number])[] | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { first, lengths } = given as { first?: unknown; lengths?: unknown };
  if (!isCount(first) || !Array.isArray(lengths) || !lengths.every(isCount)) return undefined;
  const runs: [number, number][] = [];
  let at = first;
  lengths.forEach((length: number, place) => {
    if (place % 2 === 0 && length > 0) runs.push([at, at + length - 1]);
    at += length;
  });
  return runs;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What was removed by one step of retention. */
export interface Removal {
  readonly class: AuditClass;
  /** Events before this instant have been kept as long as they are kept. */
  readonly before: EpochMs;
  readonly days: number;
  readonly leaves: readonly number[];
}

/** The event that says so. `at` is the hub's clock. */
export const removalRecord = (removal: Removal, at: EpochMs): AuditRecord => ({
  kind: retentionKind,
  at,
  outcome: 'ok',
  body: {
    class: removal.class,
    before: new Date(removal.before).toISOString(),
    days: removal.days,
    count: removal.leaves.length,
    leaves: packLeaves(removal.leaves),
  },
});

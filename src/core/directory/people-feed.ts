// A register that tells of its changes by itself: what changed since a place in it, or everybody.
import type { Assignment, SubjectKey } from './directory.ts';
import type { PersonSource, SourcePerson } from './person-source.ts';

/** One entry as it is now. Without a record it is gone: deleted, or not among those whom the source is to tell of. */
export interface FedEntry {
  /** Names the entry for good, whatever it is called. */
  readonly object: string;
  readonly record?: SourcePerson | undefined;
}

export interface FeedRead {
  readonly kind: 'changes' | 'everybody';
  /** Why everybody is read though changes were asked for. */
  readonly why?: string | undefined;
  /** Where to go on once everything of the pages is taken in. */
  readonly cursor: string;
  /** Ends by throwing when it is broken off: then nothing is to be concluded from who was not in it. */
  readonly pages: AsyncIterable<readonly FedEntry[]>;
}

/** Port: one register with a change feed. */
export interface PeopleFeed extends PersonSource {
  /** Changes since `cursor`; everybody without one, or when the register does not know it any more. */
  readonly read: (cursor: string | undefined) => Promise<FeedRead>;
  /** What keeps it from telling of everything, in words for who sets it up; nothing is changed. */
  readonly look: () => Promise<readonly string[]>;
}

/** Namespace of entries of a source: what links a person to the entry, whatever it is called. */
export const entryNamespace = (source: string): string => `directory:${source}`;
export const entryKey = (source: string, object: string): SubjectKey => ({
  namespace: entryNamespace(source),
  value: object,
});

/** The id of a commission that an entry gives. */
export const entryCommission = (object: string, what: string): string => `${object}/${what}`;
/** True for an assignment that one of these entries gives: of others of the same person they say nothing. */
export const isOfEntries =
  (objects: readonly string[]) =>
  ({ commission }: Pick<Assignment, 'commission'>): boolean =>
    objects.some((object) => commission?.id.startsWith(`${object}/`));

/** Stands for the rule in what a feed told: people of a feed are not asked about one by one. */
export const feedRule = (source: string): string => `feed ${source}`;

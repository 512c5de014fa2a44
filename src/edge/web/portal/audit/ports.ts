// What the pages of auditors need from the wiring.
import type { TrailLine } from '../../../../core/audit/index.ts';
import type { Completions, Query, StoryPart } from '../../../../core/audit/query/index.ts';
import type { Session } from '../../../../core/sessions/index.ts';

/** One event as the pages show it. */
export interface ShownEvent {
  readonly id: string;
  /** Its place in the sealed log; null until it is sealed. */
  readonly index: number | null;
  readonly at: number;
  readonly kind: string;
  readonly outcome: string;
  readonly reason?: string | undefined;
  readonly person?: string | undefined;
  /** The name that pages show for the person, when there still is one. */
  readonly name?: string | undefined;
  readonly application?: string | undefined;
  readonly ticket?: string | undefined;
  /** The exact text. */
  readonly text: string;
}

export interface PageMark {
  readonly at: string;
  readonly id: string;
}

export type TrailFound =
  | { readonly kind: 'found'; readonly events: readonly ShownEvent[]; readonly next: PageMark | undefined }
  | { readonly kind: 'tooMuch' };

export interface SavedSearch {
  readonly name: string;
  readonly query: string;
}

/** Every reading is in the trail, by whom and of what, and stays within what the person may see. */
export interface TrailDesk {
  mayLook(person: string): Promise<boolean>;
  /** Names of the organisations whose people this person sees. */
  scope(person: string): Promise<'all' | readonly string[]>;
  ask(session: Session, query: Query, after?: PageMark): Promise<TrailFound>;
  /** The events around one ticket, oldest first; undefined: none that this person may see names it. */
  story(session: Session, ticket: string): Promise<Readonly<Record<StoryPart, readonly ShownEvent[]>> | undefined>;
  /** The newest answers, at most `most`; `complete` is false when there are more or it took too long. */
  export(
    session: Session,
    query: Query,
    most: number,
  ): Promise<{ readonly lines: readonly TrailLine[]; readonly complete: boolean }>;
  complete(session: Session, text: string, cursor: number): Promise<Completions | undefined>;
  saved(person: string): Promise<readonly SavedSearch[]>;
  /** False: there are fifty already. */
  save(person: string, search: SavedSearch): Promise<boolean>;
  forget(person: string, name: string): Promise<void>;
}

// One entry of what is applied: its value, and how its problems are told to whoever wrote it.
import { unstorableTexts } from './storable-text.ts';

export interface FileProblem {
  readonly file: string;
  /** From 1; absent when nothing in a file is to blame. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
  /** The member to blame, for whoever gave no file. */
  readonly path?: readonly (string | number)[] | undefined;
  /** Which of several documents it is about. */
  readonly item?: number | undefined;
  /** Something is somebody else's already: its message names whose. */
  readonly taken?: boolean | undefined;
}

/** A value of a section with its place. */
export interface Entry {
  readonly file: string;
  readonly section: string;
  readonly value: unknown;
  /** The bytes of a file that the value names. Throws an Error with words for whoever wrote it. */
  read(name: string): Buffer;
  /** Tells of a problem at a path in the value; at the nearest part that exists. */
  problem(path: readonly (string | number)[], message: string): FileProblem;
}

/** What the audit says of a file. */
export interface FileFacts {
  /** Without its folder. */
  readonly name: string;
  /** Of the bytes, hexadecimal. */
  readonly sha256: string;
}

/** An item that goes away. */
export interface RemovedItem {
  readonly section: string;
  readonly id: string;
}

/** Everything that is to be applied together. */
export interface ApplyInput {
  readonly files: readonly FileFacts[];
  /** Entries of all sections but people. */
  readonly entries: readonly Entry[];
  /** Sections that there are, `people` among them. */
  readonly sections: ReadonlySet<string>;
  /** What goes away beside what `prune` finds: by section and id. People are closed instead. */
  readonly remove?: readonly RemovedItem[] | undefined;
  /** What a change that waited must cover to be replaced by this one; absent = the sections. */
  readonly covers?: readonly string[] | undefined;
  /** People, one at a time, so that memory stays flat; may be asked for more than once. */
  readonly people: () => AsyncIterable<Entry | FileProblem>;
}

/** Entries that can be stored, or what in them cannot. */
export const unstorable = (entries: readonly Entry[]): readonly FileProblem[] =>
  entries.flatMap((entry) =>
    [...unstorableTexts(entry.value)].map((path) =>
      entry.problem(path, 'holds a character that cannot be stored (U+0000, or half of a pair)'),
    ),
  );

// Checks checkpoints of several sources against the tree as it grows past their sizes.
import { openCheckpoint } from './checkpoint.ts';
import type { CheckpointPlace, Finding } from './findings.ts';
import type { Frontier } from './merkle.ts';
import type { NoteVerifier } from './signed-note.ts';

/** A place where checkpoints are kept, in the order in which they were made. */
export interface CheckpointSource {
  /** Named in findings, for example `the database` or a file's name. */
  readonly name: string;
  readonly notes: AsyncIterable<NoteAt> | Iterable<NoteAt>;
  /** True when every checkpoint is expected here: then one that only another complete source has is missing. */
  readonly complete: boolean;
  /** Checkpoints made after this instant may not have arrived here yet. */
  readonly upTo?: number | undefined;
  /** True for a part of a log: a checkpoint of a larger tree than the part reaches cannot be compared. */
  readonly mayReachBeyond?: boolean | undefined;
  /** True for what somebody gave to compare with: a file without any checkpoint in it compares nothing. */
  readonly mustHold?: boolean | undefined;
}

export interface NoteAt {
  readonly note: string;
  readonly line?: number | undefined;
}

interface Head {
  readonly size: number;
  readonly root: Buffer;
  readonly at: number;
  readonly place: CheckpointPlace;
}

interface Reading {
  readonly source: CheckpointSource;
  readonly notes: AsyncIterator<NoteAt>;
  head: Head | undefined;
  previousSize: number;
  count: number;
  /** In a streak of bad roots only the first is named. */
  bad: boolean;
}

export class CheckpointChecks {
  readonly #readings: Reading[];
  readonly #verifiers: readonly NoteVerifier[];
  readonly #report: (finding: Finding) => void;
  #opened = false;
  #seen = 0;
  #lastCovered = 0;
  good = 0;
  notCompared = 0;
  lastGood: number | undefined;

  constructor(
    sources: readonly CheckpointSource[],
    verifiers: readonly NoteVerifier[],
    report: (finding: Finding) => void,
  ) {
    this.#verifiers = verifiers;
    this.#report = report;
    this.#readings = sources.map((source) => ({
      source,
      notes: iterate(source.notes),
      head: undefined,
      previousSize: -1,
      count: 0,
      bad: false,
    }));
  }

  /** The tree has grown to its present size: the checkpoints of that size are compared with it. */
  async reached(tree: Frontier): Promise<void> {
    if (!this.#opened) {
      this.#opened = true;
      for (const reading of this.#readings) await this.#advance(reading);
    }
    if (!this.#readings.some((reading) => reading.head !== undefined && reading.head.size <= tree.size)) return;
    const root = tree.root();
    const here: Head[] = [];
    const holders = new Set<string>();
    for (const reading of this.#readings) {
      while (reading.head !== undefined && reading.head.size <= tree.size) {
        // Smaller than where we are: before the first entry of a part of a log, or after a fall back (already named).
        if (reading.head.size === tree.size) {
          this.#compare(reading, reading.head, root);
          here.push(reading.head);
          holders.add(reading.source.name);
        }
        await this.#advance(reading);
      }
    }
    if (here.length > 0) this.#lastCovered = tree.size;
    this.#compareHolders(tree.size, here, holders);
  }

  /** The entries have ended before leaf `end`; what checkpoints still speak of is not there. */
  async ended(end: number, broken: boolean): Promise<void> {
    for (const reading of this.#readings) {
      let largest: Head | undefined;
      while (reading.head !== undefined) {
        if (largest === undefined || reading.head.size > largest.size) largest = reading.head;
        await this.#advance(reading);
      }
      if (reading.source.mustHold && reading.count === 0)
        this.#report({ kind: 'emptySource', source: reading.source.name });
      if (largest === undefined || largest.size <= end) continue;
      if (reading.source.mayReachBeyond) this.notCompared += 1;
      else {
        this.#report({ kind: 'truncated', from: end, to: largest.size - 1, checkpoint: largest.place });
      }
    }
    if (broken || end === 0) return;
    if (this.#seen === 0) this.#report({ kind: 'noCheckpoint' });
    else if (this.#lastCovered < end) this.#report({ kind: 'unsigned', from: this.#lastCovered, to: end - 1 });
  }

  #compare(reading: Reading, head: Head, root: Buffer): void {
    if (head.root.equals(root)) {
      reading.bad = false;
      this.good += 1;
      this.lastGood = head.size;
      return;
    }
    if (!reading.bad) {
      const lastGood = this.lastGood ?? 0;
      const from = Math.min(lastGood, head.size - 1);
      this.#report({ kind: 'rewritten', from, to: head.size - 1, lastGood, checkpoint: head.place });
    }
    reading.bad = true;
  }

  /** Complete sources must hold the same sizes; a checkpoint too new to have arrived is not missed. */
  #compareHolders(size: number, here: readonly Head[], holders: ReadonlySet<string>): void {
    const newest = Math.max(...here.map((head) => head.at));
    for (const { source } of this.#readings) {
      if (!source.complete || holders.has(source.name) || newest > (source.upTo ?? Number.POSITIVE_INFINITY)) continue;
      const other = this.#readings.find((each) => each.source.complete && holders.has(each.source.name));
      if (other === undefined) continue;
      this.#report({ kind: 'checkpointMissing', size, missingIn: source.name, seenIn: other.source.name });
    }
  }

  /** Reads on to the next checkpoint that is signed, and names what is not. */
  async #advance(reading: Reading): Promise<void> {
    for (;;) {
      const { value, done } = await reading.notes.next();
      if (done) {
        reading.head = undefined;
        return;
      }
      reading.count += 1;
      const opened = openCheckpoint(value.note, this.#verifiers);
      const place: CheckpointPlace = { source: reading.source.name, line: value.line, size: statedSize(value.note) };
      if (opened.kind !== 'good') {
        const kinds = {
          forged: 'forgedCheckpoint',
          malformed: 'malformedCheckpoint',
          unknownKey: 'unknownKey',
        } as const;
        this.#report({ kind: kinds[opened.kind], checkpoint: place });
        continue;
      }
      const { size, root, at } = opened.checkpoint;
      this.#seen += 1;
      if (size < reading.previousSize) {
        this.#report({ kind: 'shrunk', from: reading.previousSize, to: size, checkpoint: place });
      }
      reading.previousSize = size;
      reading.head = { size, root, at, place };
      return;
    }
  }
}

function statedSize(note: string): number | undefined {
  const line = note.split('\n', 2)[1] ?? '';
  return /^\d{1,15}$/.test(line) ? Number(line) : undefined;
}

function iterate<T>(items: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> {
  return (async function* () {
    yield* items;
  })();
}

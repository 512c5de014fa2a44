// Verifies a log in one pass: events against leaves, leaves against signed checkpoints, removals against their records.
import { BitSet } from './bit-set.ts';
import { CheckpointChecks, type CheckpointSource } from './checkpoint-checks.ts';
import { parseEventText, repeatedColumns, type StoredEvent } from './event-text.ts';
import type { Finding } from './findings.ts';
import { eventDigest, Frontier, leafHash } from './merkle.ts';
import { retentionKind, unpackLeaves } from './retention.ts';
import type { NoteVerifier } from './signed-note.ts';

/** The columns beside an event's text, when they are at hand. `at` in ISO 8601. */
export type SeenColumns = Readonly<Record<'kind' | 'at' | 'outcome' | (typeof repeatedColumns)[number], string | null>>;

/** One place of the log, as it is found. */
export interface LogEntry {
  readonly index: number;
  /** The leaf's digest; absent when the leaf is gone. */
  readonly digest?: Uint8Array | undefined;
  readonly text?: string | null | undefined;
  readonly salt?: Uint8Array | null | undefined;
  readonly columns?: SeenColumns | undefined;
  /** Left out by whoever exported, and said so: only its digest is given. */
  readonly withheld?: boolean | undefined;
}

export interface LogToVerify {
  /** In order of `index`. */
  readonly entries: AsyncIterable<LogEntry> | Iterable<LogEntry>;
  /** Where the entries begin, when not at 0: the right edge of the tree before them. */
  readonly start?: Frontier | undefined;
  readonly checkpoints: readonly CheckpointSource[];
  readonly verifiers: readonly NoteVerifier[];
  /** Retention records from outside the entries, with their places, proven by whoever gives them. */
  readonly retentionRecords?: readonly { readonly index: number; readonly event: StoredEvent }[] | undefined;
}

export interface Verification {
  readonly ok: boolean;
  /** The first ones; `findingCount` counts all. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  /** Places looked at: from `from` to before `size`. */
  readonly from: number;
  readonly size: number;
  /** Events whose text and salt are there and right. */
  readonly intact: number;
  readonly removedByRetention: number;
  readonly withheld: number;
  readonly checkpoints: number;
  /** Sources whose newest checkpoint is of a larger tree than this part of the log reaches. */
  readonly notCompared: number;
  /** Size of the newest checkpoint whose tree was found. */
  readonly lastGood: number | undefined;
}

const mostFindings = 1000;
const mostMisplaced = 20_000;

/** Verifies a log. Reads everything once; memory does not grow with the log beyond two bits a removed event. */
export async function verifyLog(log: LogToVerify): Promise<Verification> {
  const pass = new VerificationPass(log);
  for (const { index, event } of log.retentionRecords ?? []) pass.authorise(event, index);
  for await (const entry of log.entries) await pass.look(entry);
  return pass.end();
}

class VerificationPass {
  readonly #findings: Finding[] = [];
  #findingCount = 0;
  readonly #tree: Frontier;
  readonly #from: number;
  readonly #checks: CheckpointChecks;
  readonly #removed = new BitSet();
  readonly #authorised = new BitSet();
  readonly #misplaced: Misplaced[] = [];
  #next: number;
  /** A leaf is missing: the tree cannot be rebuilt from here on. */
  #broken = false;
  #intact = 0;
  #withheld = 0;

  constructor(log: LogToVerify) {
    this.#tree = new Frontier(log.start?.size, log.start?.hashes);
    this.#from = this.#tree.size;
    this.#next = this.#from;
    this.#checks = new CheckpointChecks(log.checkpoints, log.verifiers, (finding) => this.#report(finding));
  }

  #report(finding: Finding): void {
    this.#findingCount += 1;
    if (this.#findings.length < mostFindings) this.#findings.push(finding);
  }

  /** Notes which removals a retention record at place `index` stands for; it speaks only of what was before it. */
  authorise(event: StoredEvent, index: number): void {
    if (event.kind !== retentionKind) return;
    for (const [first, last] of unpackLeaves(event.body.leaves) ?? []) {
      for (let leaf = first; leaf <= Math.min(last, index - 1); leaf++) this.#authorised.add(leaf);
    }
  }

  async look(entry: LogEntry): Promise<void> {
    const { index, digest } = entry;
    if (index < this.#next) return this.#report({ kind: 'outOfOrder', index, after: this.#next - 1 });
    if (!this.#broken) await this.#checks.reached(this.#tree);
    if (index > this.#next) {
      this.#report({ kind: 'removed', from: this.#next, to: index - 1, leafToo: true });
      this.#broken = true;
    }
    this.#next = index + 1;
    if (digest === undefined) {
      this.#broken = true;
      return this.#report({ kind: 'leafMissing', index });
    }
    if (!this.#broken) this.#tree.push(leafHash(digest));
    this.#lookAtEvent(entry, digest);
  }

  #lookAtEvent(entry: LogEntry, digest: Uint8Array): void {
    const { index, text, salt } = entry;
    const hasText = text !== null && text !== undefined;
    const hasSalt = salt !== null && salt !== undefined;
    if (entry.withheld && !hasText) this.#withheld += 1;
    else if (!hasText && !hasSalt) this.#removed.add(index);
    else if (!hasText || !hasSalt) this.#report({ kind: 'changed', index });
    else if (eventDigest(salt, text).equals(digest)) this.#lookAtText(entry, text);
    else if (this.#misplaced.length >= mostMisplaced) this.#report({ kind: 'changed', index });
    else this.#misplaced.push({ index, actual: hex(eventDigest(salt, text)), leaf: hex(digest) });
  }

  /** Parsing costs more than hashing: only where columns are compared, or where a retention record may be. */
  #lookAtText({ index, columns }: LogEntry, text: string): void {
    this.#intact += 1;
    if (columns === undefined && !text.includes(`"${retentionKind}"`)) return;
    const event = parseEventText(text);
    if (event === undefined) return;
    this.authorise(event, index);
    const wrong = comparedColumns.filter((name) => columns !== undefined && columns[name] !== (event[name] ?? null));
    if (wrong.length > 0) this.#report({ kind: 'columnsChanged', index, columns: wrong });
  }

  async end(): Promise<Verification> {
    if (!this.#broken) await this.#checks.reached(this.#tree);
    await this.#checks.ended(this.#next, this.#broken);
    for (const finding of namesOfMisplaced(this.#misplaced)) this.#report(finding);
    for (const [from, to] of unauthorised(this.#removed, this.#authorised)) {
      this.#report({ kind: 'removed', from, to, leafToo: false });
    }
    return {
      ok: this.#findingCount === 0,
      findings: this.#findings,
      findingCount: this.#findingCount,
      from: this.#from,
      size: this.#next,
      intact: this.#intact,
      removedByRetention: countBoth(this.#removed, this.#authorised),
      withheld: this.#withheld,
      checkpoints: this.#checks.good,
      notCompared: this.#checks.notCompared,
      lastGood: this.#checks.lastGood,
    };
  }
}

interface Misplaced {
  readonly index: number;
  readonly actual: string;
  readonly leaf: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const comparedColumns = ['kind', 'at', 'outcome', ...repeatedColumns] as const;

/** An event whose digest is another place's leaf was moved; any other one was changed. */
function namesOfMisplaced(misplaced: readonly Misplaced[]): readonly Finding[] {
  const placeOfLeaf = new Map(misplaced.map(({ leaf, index }) => [leaf, index]));
  return misplaced.map(({ index, actual }) => {
    const belongs = placeOfLeaf.get(actual);
    return belongs === undefined ? { kind: 'changed', index } : { kind: 'reordered', index: belongs, foundAt: index };
  });
}

function* unauthorised(removed: BitSet, authorised: BitSet): Generator<readonly [number, number]> {
  for (const [first, last] of removed.runs()) {
    let from: number | undefined;
    for (let leaf = first; leaf <= last; leaf++) {
      if (!authorised.has(leaf)) from ??= leaf;
      else if (from !== undefined) {
        yield [from, leaf - 1];
        from = undefined;
      }
    }
    if (from !== undefined) yield [from, last];
  }
}

function countBoth(removed: BitSet, authorised: BitSet): number {
  let both = 0;
  for (const [first, last] of removed.runs()) {
    for (let leaf = first; leaf <= last; leaf++) if (authorised.has(leaf)) both += 1;
  }
  return both;
}

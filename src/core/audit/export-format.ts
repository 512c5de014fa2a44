// An export of the log: one JSON object a line, complete in itself, so that an outsider needs only it and a public key.
import type { CheckpointSource, NoteAt } from './checkpoint-checks.ts';
import type { Finding } from './findings.ts';
import { Frontier } from './merkle.ts';
import { checkProof, type EventProof } from './proof.ts';
import type { NoteVerifier } from './signed-note.ts';
import { type LogEntry, type Verification, verifyLog } from './verify.ts';

/**
 * The first line. It is signed by nobody, so no verdict may rest on it alone. Later lines are `event`, `checkpoint` (after the
 * events that it covers) and `retention`.
 */
export interface ExportHeader {
  readonly type: 'tillit-audit-export';
  readonly v: 1;
  /** The first place in it; the tree before that is given by its right edge, in base64. */
  readonly from: number;
  readonly frontier: readonly string[];
  /** False when only a part of the log was asked for: then it may end before the newest checkpoint. */
  readonly whole: boolean;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export const headerLine = (tree: Frontier, whole: boolean): string => {
  const header: ExportHeader = {
    type: 'tillit-audit-export',
    v: 1,
    from: tree.size,
    frontier: tree.hashes.map(base64),
    whole,
  };
  return JSON.stringify(header);
};

/** An event's line; what is withheld keeps its digest alone. */
export function entryLine({ index, digest, text, salt, withheld }: LogEntry): string {
  const place = { type: 'event', index, ...(digest ? { digest: base64(digest) } : {}) };
  if (withheld) return JSON.stringify({ ...place, withheld });
  return JSON.stringify({
    ...place,
    ...(text == null ? {} : { text }),
    ...(salt == null ? {} : { salt: base64(salt) }),
  });
}

export const checkpointLine = (note: string): string => JSON.stringify({ type: 'checkpoint', note });

/** A retention record from outside the exported part, with the proof that it is in the log. */
export const retentionLine = (proof: EventProof): string => JSON.stringify({ type: 'retention', proof });

type Line = Readonly<Record<string, unknown>>;

/**
 * Verifies an export, with checkpoints from elsewhere when there are any. `lines` is called three times: the export is
 * read as a stream for its removal records, for its events and for its checkpoints.
 *
 * Whether the whole log or a part is expected is said by whoever verifies (`part`), not believed from the header: else a
 * cut log could call itself a part. The whole log begins at 0, withholds nothing and reaches every checkpoint given.
 */
export async function verifyExport(given: {
  readonly lines: () => AsyncIterable<string> | Iterable<string>;
  readonly outside: readonly Omit<CheckpointSource, 'complete' | 'mayReachBeyond' | 'mustHold'>[];
  /** A part was asked for: then the export may begin late, end early and withhold texts. */
  readonly part: boolean;
  readonly verifiers: readonly NoteVerifier[];
}): Promise<Verification> {
  const findings: Finding[] = [];
  const malformed = (line: number, why: string) => findings.push({ kind: 'malformedExport', line, why });
  const header = await readHeader(given.lines());
  if (header === undefined) {
    malformed(1, 'it does not begin with the header of an export');
    return verificationOf(findings);
  }
  if (!given.part && !header.whole) findings.push({ kind: 'onlyPart', from: header.start.size });
  if (header.whole && header.start.size > 0)
    malformed(1, `it says that it is the whole log, and begins at event ${header.start.size}`);
  const retentionRecords: {
    index: number;
    event: Extract<ReturnType<typeof checkProof>, { kind: 'good' }>['event'];
  }[] = [];
  for await (const { line, at } of parse(given.lines(), malformed)) {
    if (line.type !== 'retention') continue;
    const checked = checkProof(line.proof, given.verifiers);
    if (checked.kind === 'good') retentionRecords.push({ index: checked.index, event: checked.event });
    else malformed(at, `the proof of a retention record is bad: ${checked.why}`);
  }
  const mayReachBeyond = given.part && !header.whole;
  const verification = await verifyLog({
    entries: entriesOf(given.lines(), { malformed, mayWithhold: !header.whole }),
    start: header.start,
    checkpoints: [
      { name: 'the export', notes: notesOf(given.lines()), complete: false, mayReachBeyond },
      ...given.outside.map((source) => ({ ...source, complete: false, mayReachBeyond, mustHold: true })),
    ],
    verifiers: given.verifiers,
    retentionRecords,
  });
  if (findings.length === 0) return verification;
  const all = [...findings, ...verification.findings];
  return { ...verification, ok: false, findings: all, findingCount: verification.findingCount + findings.length };
}

const verificationOf = (findings: readonly Finding[]): Verification => ({
  ok: false,
  findings,
  findingCount: findings.length,
  from: 0,
  size: 0,
  intact: 0,
  removedByRetention: 0,
  withheld: 0,
  checkpoints: 0,
  notCompared: 0,
  lastGood: undefined,
});

async function readHeader(lines: AsyncIterable<string> | Iterable<string>) {
  for await (const { line } of parse(lines, () => undefined)) {
    const { type, v, from, frontier, whole } = line;
    if (type !== 'tillit-audit-export' || v !== 1 || !Array.isArray(frontier) || typeof whole !== 'boolean')
      return undefined;
    try {
      const hashes = frontier.map((hash) => Buffer.from(String(hash), 'base64'));
      return { whole, start: new Frontier(Number(from), hashes) };
    } catch {
      return undefined;
    }
  }
  return undefined;
}

async function* parse(
  lines: AsyncIterable<string> | Iterable<string>,
  malformed: (line: number, why: string) => void,
): AsyncGenerator<{ readonly line: Line; readonly at: number }> {
  let at = 0;
  for await (const text of lines) {
    at += 1;
    if (text === '') continue;
    try {
      const line: unknown = JSON.parse(text);
      if (typeof line === 'object' && line !== null) yield { line: line as Line, at };
      else malformed(at, 'a line must be a JSON object');
    } catch {
      malformed(at, 'a line must be a JSON object');
    }
  }
}

async function* entriesOf(
  lines: AsyncIterable<string> | Iterable<string>,
  { malformed, mayWithhold }: { malformed: (line: number, why: string) => void; mayWithhold: boolean },
): AsyncGenerator<LogEntry> {
  // What is no JSON was named when the retention records were read.
  for await (const { line, at } of parse(lines, () => undefined)) {
    if (line.type !== 'event') continue;
    const { index, digest, text, salt, withheld } = line;
    const digestBytes = bytesOf(digest);
    const wellFormed = Number.isSafeInteger(index) && (digest === undefined || digestBytes?.length === 32);
    if (!wellFormed || (text !== undefined && typeof text !== 'string')) {
      malformed(at, 'an event needs a place, and a digest of 32 bytes');
      continue;
    }
    if (withheld === true && !mayWithhold)
      malformed(at, `event ${index} is withheld, in what says that it is the whole log`);
    yield { index: index as number, digest: digestBytes, text, salt: bytesOf(salt), withheld: withheld === true };
  }
}

const bytesOf = (value: unknown): Buffer | undefined =>
  typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;

async function* notesOf(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<NoteAt> {
  for await (const { line, at } of parse(lines, () => undefined)) {
    if (line.type === 'checkpoint') yield { note: String(line.note), line: at };
  }
}

// The layout of a backup file: gzip around frames of one kind byte, a length and a body; the last holds a SHA-256.
import { createHash, type Hash } from 'node:crypto';
import { backupProblem } from './problems.ts';

export const formatName = 'tillit-backup';
export const formatVersion = 1;

export interface TableCopy {
  readonly name: string;
  readonly columns: readonly string[];
}
export interface PartitionFact {
  readonly name: string;
  readonly parent: string;
  /** As PostgreSQL writes it in UTC: `FOR VALUES FROM (…) TO (…)` or `DEFAULT`. */
  readonly bound: string;
  /** `RANGE (…)` when the partition is itself divided. */
  readonly dividedBy: string | null;
}
export interface BackupHeader {
  readonly format: typeof formatName;
  readonly version: number;
  readonly schema: string;
  /** Number of the last migration that the data went through. */
  readonly migration: number;
  /** Version of the program that wrote the file. */
  readonly program: string;
  readonly madeAt: string;
  readonly tables: readonly TableCopy[];
  readonly partitions: readonly PartitionFact[];
  /** Names of the key files without which sealed values in here stay closed. */
  readonly keepWith: readonly string[];
  /** Small files that the schema's program needs beside it. */
  readonly files?: readonly BackupFile[];
}
/** One file, by its path in the program's folder. */
export interface BackupFile {
  readonly name: string;
  readonly base64: string;
}
export interface TableEnd {
  readonly rows: number;
  readonly sha256: string;
}
export interface Trailer {
  readonly tables: number;
  readonly rows: number;
  readonly sequences: readonly { readonly name: string; readonly last: string | null }[];
}

/** H header, T a table begins, D rows as COPY text, E that table ends, Z trailer, S the digest of all before. */
export type FrameKind = 'H' | 'T' | 'D' | 'E' | 'Z' | 'S';
export interface Frame {
  readonly kind: FrameKind;
  readonly body: Buffer;
}

/** Largest body in bytes. A reader refuses longer ones before it makes room for them. */
export const largestBody = 1 << 20;
const largestJsonBody = 1 << 24;
const kinds = 'HTDEZS';

export class FrameWriter {
  readonly #hash: Hash = createHash('sha256');
  /** Bytes of one frame; rows longer than `largestBody` must be cut by the caller. */
  frame(kind: Exclude<FrameKind, 'S'>, body: Buffer): Buffer {
    const bytes = pack(kind, body);
    this.#hash.update(bytes);
    return bytes;
  }
  json(kind: 'H' | 'T' | 'E' | 'Z', value: object): Buffer {
    return this.frame(kind, Buffer.from(JSON.stringify(value)));
  }
  /** The last frame: SHA-256 of every byte before it. */
  end(): Buffer {
    return pack('S', this.#hash.digest());
  }
}

function pack(kind: FrameKind, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** Frames of an unpacked backup, the closing digest checked on the way. Throws `backup.damaged`. */
export async function* readFrames(bytes: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const reader = new FrameReader();
  for await (const chunk of bytes) yield* reader.take(chunk);
  reader.end();
}

class FrameReader {
  readonly #hash = createHash('sha256');
  #rest: Buffer = Buffer.alloc(0);
  #begun = false;
  #ended = false;

  *take(chunk: Buffer): Generator<Frame> {
    if (this.#ended) throw backupProblem('backup.damaged', '(bytes after the end)');
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 5) {
      const kind = this.#kind(bytes[at] ?? 0);
      const next = at + 5 + this.#length(kind, bytes.readUInt32BE(at + 1));
      if (bytes.length < next) break;
      const body = bytes.subarray(at + 5, next);
      if (kind === 'S') {
        this.#finish(body, bytes.length - next);
      } else {
        this.#hash.update(bytes.subarray(at, next));
        yield { kind, body };
      }
      at = next;
    }
    this.#rest = bytes.subarray(at);
  }

  end(): void {
    if (this.#ended) return;
    throw this.#begun ? backupProblem('backup.damaged', '(it is cut short)') : backupProblem('backup.notABackup');
  }

  #kind(byte: number): FrameKind {
    const kind = String.fromCharCode(byte);
    if (!this.#begun && kind !== 'H') throw backupProblem('backup.notABackup');
    if (!isFrameKind(kind)) throw backupProblem('backup.damaged');
    return kind;
  }

  #length(kind: FrameKind, length: number): number {
    const beyond = length > (kind === 'D' ? largestBody : largestJsonBody);
    if (beyond) throw backupProblem(this.#begun ? 'backup.damaged' : 'backup.notABackup');
    this.#begun = true;
    return length;
  }

  #finish(digest: Buffer, after: number): void {
    if (!this.#hash.digest().equals(digest)) throw backupProblem('backup.damaged', '(its digest differs)');
    if (after > 0) throw backupProblem('backup.damaged', '(bytes after the end)');
    this.#ended = true;
  }
}

const isFrameKind = (kind: string): kind is FrameKind => kind.length === 1 && kinds.includes(kind);

/** The value of a JSON frame. The digest at the end is what vouches for it; a reader finishes the file first. */
export function frameJson<T>(frame: Frame): T {
  try {
    return JSON.parse(frame.body.toString('utf8')) as T;
  } catch (cause) {
    throw backupProblem('backup.damaged', '', cause);
  }
}

/** Checks that the first frame is a header that this program understands. */
export function readHeader(frame: Frame): BackupHeader {
  if (frame.kind !== 'H') throw backupProblem('backup.notABackup');
  const header = frameJson<Partial<BackupHeader> | null>(frame);
  if (header === null || header.format !== formatName || !Number.isInteger(header.version))
    throw backupProblem('backup.notABackup');
  if (header.version !== formatVersion) throw backupProblem('backup.newerFormat', `(format ${header.version})`);
  const { tables, partitions } = header;
  if (!Array.isArray(tables) || !Array.isArray(partitions)) throw backupProblem('backup.damaged');
  const read = tables.every((table) => typeof table?.name === 'string' && Array.isArray(table.columns));
  if (!read || !partitions.every((each) => typeof each?.name === 'string')) throw backupProblem('backup.damaged');
  return header as BackupHeader;
}

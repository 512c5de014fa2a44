// Reads a backup file to its end and checks every digest and count, before anything is done with it.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  type BackupHeader,
  type Frame,
  frameJson,
  readFrames,
  readHeader,
  type TableEnd,
  type Trailer,
} from './file-format.ts';
import { asFileProblem, backupProblem } from './problems.ts';

export interface VerifiedBackup {
  readonly header: BackupHeader;
  readonly trailer: Trailer;
}

/** What a walk through a file meets, in order. */
export interface BackupVisitor {
  table(name: string): Promise<void> | void;
  data(bytes: Buffer): Promise<void> | void;
  tableEnd(end: TableEnd): Promise<void> | void;
}

const nothing: BackupVisitor = { table: () => undefined, data: () => undefined, tableEnd: () => undefined };

/** The header and trailer of a whole, undamaged file. Throws `backup.notABackup` or `backup.damaged`. */
export function verifyBackup(file: string): Promise<VerifiedBackup> {
  return walkBackup(file, nothing);
}

/** Walks through a file, checking as it goes; a visitor that writes must be able to take it back. */
export async function walkBackup(file: string, visitor: BackupVisitor): Promise<VerifiedBackup> {
  const walk = new Walk(visitor);
  for await (const frame of readFrames(unpacked(file))) await walk.take(frame);
  return walk.result();
}

async function* unpacked(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const gunzip = createGunzip();
  pipeline(source, gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'Z_DATA_ERROR' && gunzip.bytesWritten < 64 * 1024 && !(await startsAsGzip(file))) {
      throw backupProblem('backup.notABackup', '', cause);
    }
    if (code?.startsWith('Z_')) throw backupProblem('backup.damaged', '', cause);
    throw asFileProblem(cause, file);
  }
}

async function startsAsGzip(file: string): Promise<boolean> {
  for await (const chunk of createReadStream(file, { end: 1 }))
    return (chunk as Buffer).equals(Buffer.from([0x1f, 0x8b]));
  return false;
}

class Walk {
  readonly #visitor: BackupVisitor;
  #header: BackupHeader | undefined;
  #trailer: Trailer | undefined;
  #table: { name: string; hash: Hash } | undefined;
  #tables = 0;
  #rows = 0;

  constructor(visitor: BackupVisitor) {
    this.#visitor = visitor;
  }

  async take(frame: Frame): Promise<void> {
    if (this.#header === undefined) {
      this.#header = readHeader(frame);
    } else if (this.#trailer !== undefined) {
      throw backupProblem('backup.damaged');
    } else if (frame.kind === 'T') {
      await this.#begin(this.#header, frameJson<{ name: string }>(frame).name);
    } else if (frame.kind === 'D' && this.#table !== undefined) {
      this.#table.hash.update(frame.body);
      await this.#visitor.data(frame.body);
    } else if (frame.kind === 'E' && this.#table !== undefined) {
      await this.#end(frameJson<TableEnd>(frame), this.#table);
    } else if (frame.kind === 'Z' && this.#table === undefined) {
      this.#trailer = frameJson<Trailer>(frame);
    } else {
      throw backupProblem('backup.damaged');
    }
  }

  async #begin(header: BackupHeader, name: string): Promise<void> {
    if (this.#table !== undefined || header.tables[this.#tables]?.name !== name) throw backupProblem('backup.damaged');
    this.#table = { name, hash: createHash('sha256') };
    await this.#visitor.table(name);
  }

  async #end(end: TableEnd, table: { name: string; hash: Hash }): Promise<void> {
    if (table.hash.digest('hex') !== end.sha256) throw backupProblem('backup.damaged', `(table ${table.name})`);
    this.#table = undefined;
    this.#tables += 1;
    this.#rows += end.rows;
    await this.#visitor.tableEnd(end);
  }

  result(): VerifiedBackup {
    const header = this.#header;
    const trailer = this.#trailer;
    if (header === undefined || trailer === undefined || this.#tables !== header.tables.length)
      throw backupProblem('backup.damaged');
    if (trailer.tables !== this.#tables || trailer.rows !== this.#rows)
      throw backupProblem('backup.damaged', '(its counts differ)');
    return { header, trailer };
  }
}

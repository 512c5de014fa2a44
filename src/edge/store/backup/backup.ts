// Copies one schema into one file from a single snapshot, while hubs go on working.
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { withConnection } from './connect.ts';
import {
  type BackupFile,
  type BackupHeader,
  FrameWriter,
  formatName,
  formatVersion,
  largestBody,
} from './file-format.ts';
import { asFileProblem, backupProblem } from './problems.ts';
import {
  fixTextForms,
  qualified,
  quoted,
  readPartitions,
  readSequences,
  readTables,
  type TableFact,
} from './schema-facts.ts';

export interface BackupGiven {
  readonly connection: pg.ClientConfig;
  readonly schema: string;
  /** Must not exist. Appears, with mode 0600, only when it is whole and on disk. */
  readonly file: string;
  /** Version of the program, for the header. */
  readonly program: string;
  readonly now: Date;
  /** Names of the key files to keep with it. */
  readonly keepWith: readonly string[];
  /** Small files that go into it, readable by whoever has the backup. */
  readonly files?: readonly BackupFile[];
  /** The last migration that the schema went through; without it, the greatest number in its table. */
  readonly migrationOf?: (client: pg.ClientBase) => Promise<number>;
  /** One line now and then about how far it is. */
  readonly log: (line: string) => void;
}
export interface BackupResult {
  readonly header: BackupHeader;
  readonly rows: number;
  readonly fileBytes: number;
}

/** The table in which the migrations note themselves: made by migrating, never copied. */
export const migrationTable = 'migration';

/** Writes a backup. Throws `backup.noSchema`, `backup.fileExists`, or what the database or the disk says. */
export async function writeBackup(given: BackupGiven): Promise<BackupResult> {
  if (existsSync(given.file)) throw backupProblem('backup.fileExists', `(${given.file})`);
  const partial = `${given.file}.partial`;
  try {
    const written = await withConnection(given.connection, async (client) => {
      await fixTextForms(client);
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const { header, tables } = await readHeaderFacts(client, given);
      const counted = { rows: 0 };
      await pipeline(
        Readable.from(frames(client, header, tables, given.log, counted), { objectMode: false }),
        createGzip({ level: 4 }),
        createWriteStream(partial, { mode: 0o600 }),
      );
      await client.query('COMMIT');
      return { header, rows: counted.rows };
    });
    await syncToDisk(partial);
    await rename(partial, given.file);
    return { ...written, fileBytes: (await stat(given.file)).size };
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw asFileProblem(error, given.file);
  }
}

async function readHeaderFacts(
  client: pg.Client,
  given: BackupGiven,
): Promise<{ header: BackupHeader; tables: TableFact[] }> {
  const found = await readTables(client, given.schema);
  const tables = found.filter((table) => table.name !== migrationTable);
  if (found.length === tables.length || tables.length === 0)
    throw backupProblem('backup.noSchema', `(schema ${given.schema})`);
  const migration = await (given.migrationOf ?? greatestNumber(given.schema))(client);
  const header: BackupHeader = {
    format: formatName,
    version: formatVersion,
    schema: given.schema,
    migration,
    program: given.program,
    madeAt: given.now.toISOString(),
    tables: tables.map(({ name, columns }) => ({ name, columns })),
    partitions: await readPartitions(client, given.schema),
    keepWith: given.keepWith,
    ...(given.files === undefined ? {} : { files: given.files }),
  };
  return { header, tables };
}

const greatestNumber = (schema: string) => async (client: pg.ClientBase) => {
  const { rows } = await client.query<{ number: number | null }>(
    `SELECT max(number) AS number FROM ${qualified(schema, migrationTable)}`,
  );
  return rows[0]?.number ?? 0;
};

async function* frames(
  client: pg.Client,
  header: BackupHeader,
  tables: readonly TableFact[],
  log: (line: string) => void,
  counted: { rows: number },
): AsyncGenerator<Buffer> {
  const writer = new FrameWriter();
  yield writer.json('H', header);
  for (const table of tables) {
    yield writer.json('T', { name: table.name });
    const hash = createHash('sha256');
    const copy = client.query(copyTo(copyOut(header.schema, table)));
    let tellAt = performance.now() + 2_000;
    let bytes = 0;
    for await (const chunk of copy as AsyncIterable<Buffer>) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length; at += largestBody)
        yield writer.frame('D', chunk.subarray(at, at + largestBody));
      bytes += chunk.length;
      if (performance.now() > tellAt) {
        log(`${table.name}: ${Math.round(bytes / 1e6)} MB so far`);
        tellAt = performance.now() + 2_000;
      }
    }
    counted.rows += copy.rowCount;
    yield writer.json('E', { rows: copy.rowCount, sha256: hash.digest('hex') });
  }
  // After the copies: a sequence is then never behind a row of the snapshot.
  const sequences = await readSequences(client, header.schema);
  yield writer.json('Z', { tables: tables.length, rows: counted.rows, sequences });
  yield writer.end();
}

function copyOut(schema: string, table: TableFact): string {
  const columns = table.columns.map(quoted).join(', ');
  const from = qualified(schema, table.name);
  // COPY … TO takes no partitioned table by name.
  return table.partitioned ? `COPY (SELECT ${columns} FROM ${from}) TO STDOUT` : `COPY ${from} (${columns}) TO STDOUT`;
}

async function syncToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

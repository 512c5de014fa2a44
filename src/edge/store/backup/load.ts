// Loads the tables of a backup file through COPY, one after the other, never holding more than a frame in memory.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';
import type { BackupHeader, Trailer } from './file-format.ts';
import { backupProblem } from './problems.ts';
import { qualified, quoted } from './schema-facts.ts';
import { walkBackup } from './verify.ts';

/** Loads every table inside the caller's transaction. Throws when a count or digest differs; the caller rolls back. */
export async function loadTables(
  client: pg.Client,
  file: string,
  schema: string,
  header: BackupHeader,
  log: (line: string) => void,
): Promise<{ trailer: Trailer; rows: number }> {
  const columnsOf = new Map(header.tables.map(({ name, columns }) => [name, columns]));
  let copy: CopyStreamQuery | undefined;
  let done: Promise<void> | undefined;
  let current = '';
  const { trailer } = await walkBackup(file, {
    table: (name) => {
      const columns = (columnsOf.get(name) ?? []).map(quoted).join(', ');
      current = name;
      copy = client.query(copyFrom(`COPY ${qualified(schema, name)} (${columns}) FROM STDIN`));
      done = finished(copy);
      done.catch(() => undefined);
    },
    data: async (bytes) => {
      // A copy: the frame is a view of a buffer that the reader goes on using.
      if (copy !== undefined && done !== undefined) await writeAll(copy, Buffer.from(bytes), done);
    },
    tableEnd: async ({ rows }) => {
      copy?.end();
      await done;
      if (copy?.rowCount !== rows) throw backupProblem('backup.damaged', `(table ${current})`);
      if (rows > 0) log(`${current}: ${rows} rows`);
    },
  });
  return { trailer, rows: trailer.rows };
}

async function writeAll(stream: Writable, bytes: Buffer, done: Promise<void>): Promise<void> {
  if (stream.write(bytes)) return;
  // Either there is room again, or the database refused a row: then `done` rejects with its reason.
  await Promise.race([once(stream, 'drain'), done]);
}

// Fills an empty database from a backup file: checked first, then loaded in one transaction, all or nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Problem } from '../../../base/problem.ts';
import { migrationTable } from './backup.ts';
import { withConnection } from './connect.ts';
import type { BackupHeader, PartitionFact, Trailer } from './file-format.ts';
import { loadTables } from './load.ts';
import { backupProblem } from './problems.ts';
import {
  fixTextForms,
  qualified,
  quoted,
  readForeignKeys,
  readPartitions,
  readSequences,
  readTables,
  readTriggers,
} from './schema-facts.ts';
import { verifyBackup } from './verify.ts';

export interface RestoreGiven {
  readonly connection: pg.ClientConfig;
  readonly schema: string;
  readonly file: string;
  /**
   * The advisory lock under which programs make tables. It is held over the whole restore: a hub that starts meanwhile
   * waits, and finds the restored database when it goes on.
   */
  readonly lock: number;
  /** Makes the tables up to and including this migration, on the connection that holds the lock; answers the number that was reached. */
  readonly migrate: (client: pg.ClientBase, upTo: number) => Promise<number>;
  readonly log: (line: string) => void;
}
export interface RestoreResult {
  readonly header: BackupHeader;
  readonly rows: number;
}

/** Restores a backup. Throws a Problem of `BackupProblem`; the database then has no schema of ours, as before. */
export async function restoreBackup(given: RestoreGiven): Promise<RestoreResult> {
  given.log(`checking ${given.file}`);
  const { header } = await verifyBackup(given.file);
  if (header.schema !== given.schema) throw backupProblem('backup.otherTables', `(it is one of ${header.schema})`);
  return withConnection(given.connection, async (client) => {
    await fixTextForms(client);
    await takeLock(client, given.lock);
    await refuseUnlessEmpty(client, given.schema);
    try {
      const reached = await given.migrate(client, header.migration);
      if (reached !== header.migration) throw otherMigration(header, reached);
      await client.query('BEGIN');
      const rows = await fill(client, given, header);
      await client.query('COMMIT');
      return { header, rows };
    } catch (error) {
      await withConnection(given.connection, (cleaner) =>
        cleaner.query(`DROP SCHEMA IF EXISTS ${quoted(given.schema)} CASCADE`),
      ).catch(() => given.log(`the empty schema ${given.schema} could not be removed; drop it before the next try`));
      throw asBackupProblem(error);
    }
  });
}

/** The server needs a moment to notice that a broken-off restore's connection is gone: so it is asked for a while. */
const lockPatienceMs = 3000;

async function takeLock(client: pg.Client, lock: number): Promise<void> {
  for (const until = performance.now() + lockPatienceMs; ; await sleep(100)) {
    const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [lock]);
    if (rows[0]?.got === true) return;
    if (performance.now() > until) throw backupProblem('backup.busy');
  }
}

async function refuseUnlessEmpty(client: pg.Client, schema: string): Promise<void> {
  const tables = await readTables(client, schema);
  if (tables.length > 0) throw backupProblem('backup.targetNotEmpty', `(schema ${schema} has ${tables.length} tables)`);
}

async function fill(client: pg.Client, given: RestoreGiven, header: BackupHeader): Promise<number> {
  const { schema } = given;
  const made = (await readTables(client, schema)).filter((table) => table.name !== migrationTable);
  const difference = namesThatDiffer(header, made);
  if (difference.length > 0) throw backupProblem('backup.otherTables', `(${difference.join(', ')})`);
  const foreignKeys = await readForeignKeys(client, schema);
  const triggers = await readTriggers(client, schema);
  for (const { table, name } of triggers) {
    await client.query(`ALTER TABLE ${qualified(schema, table)} DISABLE TRIGGER ${quoted(name)}`);
  }
  for (const { table, name } of foreignKeys) {
    await client.query(`ALTER TABLE ${qualified(schema, table)} DROP CONSTRAINT ${quoted(name)}`);
  }
  if (made.length > 0) {
    const all = made.map(({ name }) => qualified(schema, name)).join(', ');
    await client.query(`TRUNCATE ${all} RESTART IDENTITY`);
  }
  await remakePartitions(client, schema, header.partitions);
  const { trailer, rows } = await loadTables(client, given.file, schema, header, given.log);
  await setSequences(client, schema, trailer);
  for (const { table, name, definition } of foreignKeys) {
    given.log(`checking ${name}`);
    await client.query(`ALTER TABLE ${qualified(schema, table)} ADD CONSTRAINT ${quoted(name)} ${definition}`);
  }
  for (const { table, name } of triggers) {
    await client.query(`ALTER TABLE ${qualified(schema, table)} ENABLE TRIGGER ${quoted(name)}`);
  }
  return rows;
}

function namesThatDiffer(header: BackupHeader, made: readonly { name: string }[]): string[] {
  const inFile = header.tables.map(({ name }) => name);
  const here = made.map(({ name }) => name);
  return [...inFile.filter((name) => !here.includes(name)), ...here.filter((name) => !inFile.includes(name))].sort();
}

const partitionKey = (fact: PartitionFact): string => `${fact.parent} ${fact.name} ${fact.bound} ${fact.dividedBy}`;

async function remakePartitions(client: pg.Client, schema: string, wanted: readonly PartitionFact[]): Promise<void> {
  const wantedKeys = new Set(wanted.map(partitionKey));
  const here = await readPartitions(client, schema);
  for (const fact of here) {
    if (!wantedKeys.has(partitionKey(fact))) await client.query(`DROP TABLE IF EXISTS ${qualified(schema, fact.name)}`);
  }
  const present = new Set((await readPartitions(client, schema)).map(partitionKey));
  for (const fact of wanted) {
    if (present.has(partitionKey(fact))) continue;
    const divided = fact.dividedBy === null ? '' : ` PARTITION BY ${fact.dividedBy}`;
    await client.query(
      `CREATE TABLE ${qualified(schema, fact.name)} PARTITION OF ${qualified(schema, fact.parent)} ${fact.bound}${divided}`,
    );
  }
}

async function setSequences(client: pg.Client, schema: string, trailer: Trailer): Promise<void> {
  const here = new Set((await readSequences(client, schema)).map(({ name }) => name));
  for (const { name, last } of trailer.sequences) {
    if (last !== null && here.has(name)) {
      await client.query('SELECT setval($1::regclass, $2::bigint, true)', [qualified(schema, name), last]);
    }
  }
}

function otherMigration(header: BackupHeader, reached: number): Problem {
  return backupProblem(
    'backup.otherMigration',
    `(it was made by version ${header.program} at migration ${header.migration}; this program reached ${reached})`,
  );
}

function asBackupProblem(error: unknown): unknown {
  if (error instanceof Error && error.name === 'Problem') return error;
  return backupProblem('backup.failed', `(${databaseReason(error)})`, error);
}

/** PostgreSQL's message without its DETAIL, which quotes values. */
function databaseReason(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return [typeof code === 'string' ? code : undefined, typeof message === 'string' ? message : String(error)]
    .filter((part) => part !== undefined)
    .join(': ');
}

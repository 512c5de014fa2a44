// What a schema holds, read from PostgreSQL's catalogue: tables, partitions, sequences, foreign keys, triggers.
import type { ClientBase } from 'pg';
import type { PartitionFact, TableCopy } from './file-format.ts';

/** A name as SQL: always in double quotes. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** `"schema"."name"`. */
export const qualified = (schema: string, name: string): string => `${quoted(schema)}.${quoted(name)}`;

/** Everything that is written as text must read back the same: bounds, intervals, floats, bytes. */
export async function fixTextForms(client: ClientBase): Promise<void> {
  await client.query(`SET timezone = 'UTC'`);
  await client.query(`SET datestyle = 'ISO, YMD'`);
  await client.query(`SET intervalstyle = 'postgres'`);
  await client.query(`SET extra_float_digits = 1`);
  await client.query(`SET bytea_output = 'hex'`);
  await client.query(`SET client_encoding = 'UTF8'`);
  await client.query(`SET statement_timeout = 0`);
}

export interface TableFact extends TableCopy {
  readonly partitioned: boolean;
}

/** Top-level tables with the columns that hold data (generated ones are computed again), partitioned ones last. */
export async function readTables(client: ClientBase, schema: string): Promise<TableFact[]> {
  const { rows } = await client.query<TableFact>(
    `SELECT c.relname AS name, c.relkind = 'p' AS partitioned,
            array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      GROUP BY c.oid, c.relname, c.relkind
      ORDER BY c.relkind = 'p', c.relname COLLATE "C"`,
    [schema],
  );
  return rows;
}

/** Partitions, those nearer the top first. */
export async function readPartitions(client: ClientBase, schema: string): Promise<PartitionFact[]> {
  const { rows } = await client.query<PartitionFact>(
    `WITH RECURSIVE tree AS (
       SELECT c.oid, 0 AS level FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind = 'p' AND NOT c.relispartition
       UNION ALL SELECT i.inhrelid, tree.level + 1 FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid)
     SELECT c.relname AS name, p.relname AS parent, pg_get_expr(c.relpartbound, c.oid) AS bound,
            CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "dividedBy"
       FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class p ON p.oid = i.inhparent
      WHERE tree.level > 0 ORDER BY tree.level, c.relname COLLATE "C"`,
    [schema],
  );
  return rows;
}

/** Last value given by each sequence, or null when none was. */
export async function readSequences(
  client: ClientBase,
  schema: string,
): Promise<{ name: string; last: string | null }[]> {
  const { rows } = await client.query<{ name: string; last: string | null }>(
    `SELECT sequencename::text AS name, last_value::text AS last FROM pg_sequences WHERE schemaname = $1 ORDER BY sequencename`,
    [schema],
  );
  return rows;
}

export interface NamedOnTable {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/** Foreign keys as they were declared. */
export async function readForeignKeys(client: ClientBase, schema: string): Promise<NamedOnTable[]> {
  const { rows } = await client.query<NamedOnTable>(
    `SELECT c.relname AS table, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND k.contype = 'f' AND k.conparentid = 0 ORDER BY c.relname, k.conname`,
    [schema],
  );
  return rows;
}

/** Our own triggers that fire on ordinary writes. */
export async function readTriggers(client: ClientBase, schema: string): Promise<{ table: string; name: string }[]> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `SELECT c.relname AS table, t.tgname AS name
       FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled = 'O'`,
    [schema],
  );
  return rows;
}

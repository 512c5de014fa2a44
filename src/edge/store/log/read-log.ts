// Reads the sealed log: entries for verification, hashes for proofs, checkpoints. Streams, in portions, from one snapshot.
import type pg from 'pg';
import { type LogEntry, leafHash, type NoteAt, repeatedColumns, type TreeStore } from '../../../core/audit/index.ts';
import type { LogSchema } from './schema.ts';

const portion = 5000;

/** Anything that runs a query: a pool, or a client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

/** Runs `work` on one snapshot of the database, so that entries and checkpoints agree. Read only. */
export async function onSnapshot<T>(pool: pg.Pool, work: (client: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await work(client);
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

interface EntryRow {
  readonly leaf_index: string;
  readonly digest: Buffer | null;
  readonly text: string | null;
  readonly salt: Buffer | null;
  readonly at: Date | null;
  readonly kind: string | null;
  readonly outcome: string | null;
  readonly person: string | null;
  readonly organisation: string | null;
  readonly application: string | null;
  readonly session: string | null;
  readonly journey: string | null;
  readonly reference: string | null;
  readonly reason: string | null;
}

const entrySql = (schema: LogSchema): string => `
  SELECT coalesce(l.leaf_index, e.leaf_index) AS leaf_index, l.digest, e.text, e.salt, e.at, e.kind, e.outcome, ${repeatedColumns
    .map((name) => `e.${name}`)
    .join(', ')}
  FROM (SELECT * FROM ${schema}.audit_leaf WHERE leaf_index >= $1 AND leaf_index < $2) l
  FULL JOIN (SELECT * FROM ${schema}.audit_event WHERE leaf_index >= $1 AND leaf_index < $2) e ON e.leaf_index = l.leaf_index
  ORDER BY 1`;

/** Every place of the log in [from, to) that has a leaf or an event. */
export async function* readEntries(
  client: Queryable,
  from: number,
  to: number,
  schema: LogSchema = 'hub',
): AsyncGenerator<LogEntry> {
  for (let at = from; at < to; at += portion) {
    const { rows } = await client.query<EntryRow>(entrySql(schema), [at, Math.min(to, at + portion)]);
    for (const row of rows) {
      const { leaf_index, digest, text, salt, at: when, ...columns } = row;
      const entry = { index: Number(leaf_index), digest: digest ?? undefined, text, salt };
      yield when === null ? entry : { ...entry, columns: { ...columns, at: when.toISOString() } };
    }
  }
}

/** Size of the log as its rows have it: one more than the largest place of a leaf or an event. */
export async function storedSize(client: Queryable, schema: LogSchema = 'hub'): Promise<number> {
  const { rows } = await client.query<{ size: string }>(
    `SELECT greatest((SELECT max(leaf_index) FROM ${schema}.audit_leaf), (SELECT max(leaf_index) FROM ${schema}.audit_event), -1) + 1 AS size`,
  );
  return Number(rows[0]?.size ?? 0);
}

/** Checkpoint notes in order of size, those of sizes in [from, to]. */
export async function* readCheckpoints(
  client: Queryable,
  from = 0,
  to = Number.MAX_SAFE_INTEGER,
  schema: LogSchema = 'hub',
): AsyncGenerator<NoteAt & { readonly size: number }> {
  let after = from - 1;
  for (;;) {
    const { rows } = await client.query<{ size: string; note: string }>(
      `SELECT size, note FROM ${schema}.audit_checkpoint WHERE size > $1 AND size <= $2 ORDER BY size LIMIT $3`,
      [after, to, portion],
    );
    for (const row of rows) yield { note: row.note, size: Number(row.size) };
    const last = rows.at(-1);
    if (last === undefined || rows.length < portion) return;
    after = Number(last.size);
  }
}

/** The stored tree, for inclusion paths. */
export const storedTree = (client: Queryable, schema: LogSchema = 'hub'): TreeStore => ({
  async nodes(level, from, to) {
    if (level === 0) {
      const { rows } = await client.query<{ digest: Buffer }>(
        `SELECT digest FROM ${schema}.audit_leaf WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index`,
        [from, to],
      );
      return rows.map((row) => leafHash(row.digest));
    }
    const { rows } = await client.query<{ hash: Buffer }>(
      `SELECT hash FROM ${schema}.audit_node WHERE level = $1 AND node_index >= $2 AND node_index < $3 ORDER BY node_index`,
      [level, from, to],
    );
    return rows.map((row) => row.hash);
  },
});

// Brings the witness outside the database up to the checkpoints in it, and notices when the database has gone back.
import type pg from 'pg';
import { type CheckpointWitness, type NoteVerifier, openCheckpoint } from '../../../core/audit/index.ts';
import type { LogSchema } from './schema.ts';

export type Witnessed =
  | { readonly kind: 'current'; readonly appended: number }
  /** The database holds less than, or something else than, what the witness saw: it was restored or rewritten. */
  | { readonly kind: 'rolledBack'; readonly witnessSize: number; readonly databaseSize: number }
  /** A checkpoint in the database is not signed by a known key. It is not passed on. */
  | { readonly kind: 'forged'; readonly size: number };

const portion = 1000;

/** Appends the checkpoints that the witness lacks, whichever hub made them and whenever it was killed. */
export async function completeWitness(
  pool: pg.Pool,
  witness: CheckpointWitness,
  verifiers: readonly NoteVerifier[],
  schema: LogSchema = 'hub',
): Promise<Witnessed> {
  let appended = 0;
  const last = witness.last();
  if (last !== undefined) {
    const found = await checkFork(pool, last, schema);
    if (found !== undefined) {
      // What is there now is witnessed too, after what was there before: both stay for the auditor.
      const newest = await read(
        pool,
        `SELECT size, root, note FROM ${schema}.audit_checkpoint ORDER BY size DESC LIMIT 1`,
        [],
      );
      for (const row of newest) {
        if (openCheckpoint(row.note, verifiers).kind !== 'good') return { kind: 'forged', size: row.size };
        await witness.append([row.note], row);
      }
      return { kind: 'rolledBack', witnessSize: last.size, databaseSize: found };
    }
  }
  for (;;) {
    const rows = await read(
      pool,
      `SELECT size, root, note FROM ${schema}.audit_checkpoint WHERE size > $1 ORDER BY size LIMIT $2`,
      [witness.last()?.size ?? 0, portion],
    );
    const forged = rows.find((row) => openCheckpoint(row.note, verifiers).kind !== 'good');
    if (forged !== undefined) return { kind: 'forged', size: forged.size };
    const newest = rows.at(-1);
    if (newest === undefined) return { kind: 'current', appended };
    await witness.append(
      rows.map((row) => row.note),
      newest,
    );
    appended += rows.length;
    if (rows.length < portion) return { kind: 'current', appended };
  }
}

/** The database's size when it does not hold the checkpoint that the witness saw last. */
async function checkFork(
  pool: pg.Pool,
  last: { size: number; root: Buffer },
  schema: LogSchema,
): Promise<number | undefined> {
  const { rows } = await pool.query<{ size: string | null; same: boolean }>({
    name: 'audit.fork',
    text: `SELECT max(size) AS size, coalesce(bool_or(size = $1 AND root = $2), false) AS same
      FROM (SELECT size, root FROM ${schema}.audit_checkpoint WHERE size = $1
            UNION ALL (SELECT size, root FROM ${schema}.audit_checkpoint ORDER BY size DESC LIMIT 1)) c`,
    values: [last.size, last.root],
  });
  return rows[0]?.same ? undefined : Number(rows[0]?.size ?? 0);
}

async function read(pool: pg.Pool, text: string, values: unknown[]) {
  const { rows } = await pool.query<{ size: string; root: Buffer; note: string }>(text, values);
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
}

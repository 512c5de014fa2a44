// Rows for the store's contracts, made by the statements that the committer uses; documents are left unsealed.
import type pg from 'pg';
import type { Write } from '../../src/core/commit/index.ts';
import { saveSession } from '../../src/core/sessions/index.ts';
import { writeStatements } from '../../src/edge/store/hub/write-statements.ts';

/** Makes one row as the committer's statement would. */
export async function makeRow(pool: pg.Pool, { kind, row }: Write): Promise<void> {
  const { columns, sql } = writeStatements[kind];
  const sealed = Buffer.from(JSON.stringify(row['doc'] ?? {})).toString('base64');
  await pool.query(`WITH r AS (SELECT * FROM json_to_recordset($1::json) AS r(req int, ${columns})) ${sql}`, [
    JSON.stringify([{ ...row, sealed }]),
  ]);
}
/** A session of a person that began now. */
export const sessionRow = (id: string, of: string): Write => {
  const now = Date.now();
  const doc = {
    id,
    person: of,
    startedAt: now,
    seenAt: now,
    idleUntil: now + 3_600_000,
    absoluteUntil: now + 7_200_000,
  };
  return saveSession({ ...doc, evidence: [], device: 'fixed', agent: '?' }, `secret-${id}`);
};

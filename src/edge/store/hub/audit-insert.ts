// Records audit events inside somebody else's transaction, for changes that do not go through the committer.
import type pg from 'pg';
import { type AuditRecord, auditRow } from '../../../core/audit/index.ts';

/** Anything that runs a statement: a pool, or a client within a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** Inserts the events; they become true with the transaction. */
export async function insertAudit(client: Queryable, records: readonly AuditRecord[]): Promise<void> {
  await client.query(
    `INSERT INTO hub.audit_event (at, kind, class, outcome, person, organisation, application, session, journey, reference, reason, text, salt)
     SELECT to_timestamp(e.at / 1000.0), e.kind, e.class, e.outcome, e.person, e.organisation, e.application, e.session, e.journey, e.reference, e.reason, e.text, uuid_send(gen_random_uuid())
     FROM json_to_recordset($1::json) AS e(at float8, kind text, class text, outcome text, person text, organisation text, application text, session text, journey text, reference text, reason text, text text)`,
    [JSON.stringify(records.map(auditRow))],
  );
}

/** Runs `work` in one transaction; what it throws undoes all of it. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A connection on which even ROLLBACK fails is thrown away.
    const lost = await client.query('ROLLBACK').then(
      () => undefined,
      (failure: Error) => failure,
    );
    client.release(lost);
    throw error;
  }
}

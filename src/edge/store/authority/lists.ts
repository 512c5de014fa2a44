// Revocation lists in the register: made one after the other under a lock, so that numbers only go up.
import type pg from 'pg';
import type { Register, RevokedCertificate, SignedList } from '../../../core/authority/index.ts';
import { eventInsert, eventValue } from './register.ts';

const listLock = 7_426_102;
const keptLists = 10;

interface ListRow {
  readonly number: string;
  readonly revision: string;
  readonly this_update: Date;
  readonly next_update: Date;
  readonly der: Buffer;
}

const toList = (row: ListRow): SignedList => ({
  number: Number(row.number),
  revision: Number(row.revision),
  thisUpdate: row.this_update.getTime(),
  nextUpdate: row.next_update.getTime(),
  der: row.der,
});

/** Port `makeList` of the register. */
export async function makeListInTurn(
  pool: pg.Pool,
  issuer: string,
  make: Parameters<Register['makeList']>[1],
): Promise<SignedList | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [listLock, issuer]);
    const last = await lastList(client, issuer);
    // Read before the certificates: what changes between the two is on this list and makes the next one due all the same.
    const revision = await client.query<{ revision: string }>(
      'SELECT revision FROM authority.revision WHERE issuer = $1',
      [issuer],
    );
    const made = await make({
      last,
      revision: Number(revision.rows[0]?.revision ?? 0),
      revoked: (endsFrom) => revokedCertificates(client, issuer, endsFrom),
    });
    if (made !== undefined) await keep(client, issuer, made.list, eventValue(made.event));
    await client.query('COMMIT');
    return made?.list ?? last;
  } catch (error) {
    broken = await client.query('ROLLBACK').then(
      () => undefined,
      (failure: Error) => failure,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}

async function lastList(client: pg.PoolClient, issuer: string): Promise<SignedList | undefined> {
  const { rows } = await client.query<ListRow>(
    'SELECT number, revision, this_update, next_update, der FROM authority.list WHERE issuer = $1 ORDER BY number DESC LIMIT 1',
    [issuer],
  );
  return rows[0] && toList(rows[0]);
}

async function revokedCertificates(
  client: pg.PoolClient,
  issuer: string,
  endsFrom: number,
): Promise<readonly RevokedCertificate[]> {
  const { rows } = await client.query<{ serial: string; changed_at: Date; reason: number }>(
    `SELECT serial, changed_at, reason FROM authority.certificate
     WHERE issuer = $1 AND state <> 'good' AND not_after >= to_timestamp($2::float8 / 1000.0) ORDER BY changed_at, serial`,
    [issuer, endsFrom],
  );
  return rows.map((row) => ({ serial: row.serial, at: row.changed_at.getTime(), reason: row.reason }));
}

async function keep(client: pg.PoolClient, issuer: string, list: SignedList, event: string): Promise<void> {
  await client.query(
    'INSERT INTO authority.list (issuer, number, revision, this_update, next_update, der) VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000.0), to_timestamp($5::float8 / 1000.0), $6)',
    [issuer, list.number, list.revision, list.thisUpdate, list.nextUpdate, list.der],
  );
  await client.query(
    `DELETE FROM authority.list WHERE issuer = $1 AND number NOT IN
       (SELECT number FROM authority.list WHERE issuer = $1 ORDER BY number DESC LIMIT ${keptLists})`,
    [issuer],
  );
  await client.query(eventInsert(), [event]);
}

// Permits of systems that ask by EST, in PostgreSQL: one statement each, with its event where there is one.
import type pg from 'pg';
import type { EnrolmentPermit, EnrolmentPermits, Holder } from '../../../core/authority/index.ts';
import { eventInsert, eventValue } from './register.ts';

const addSql = `
  WITH p AS (INSERT INTO authority.enrolment_permit (id, profile, holder, secret_hash, ends_at)
      VALUES ($2, $3, $4, $5, to_timestamp($6::float8 / 1000.0)))
  ${eventInsert()}`;

const endSql = `
  WITH p AS (UPDATE authority.enrolment_permit SET ends_at = to_timestamp($3::float8 / 1000.0)
      WHERE id = $2 AND ends_at > to_timestamp($3::float8 / 1000.0) RETURNING 1)
  ${eventInsert('WHERE EXISTS (SELECT FROM p)')}`;

/** The permits over a pool of the authority's own database. */
export function enrolmentPermits(pool: Pick<pg.Pool, 'query'>): EnrolmentPermits {
  return {
    async add({ id, profile, holder, secretHash, endsAt }, event) {
      await pool.query(addSql, [eventValue(event), id, profile, JSON.stringify(holder), secretHash, endsAt]);
    },
    async byId(id): Promise<EnrolmentPermit | undefined> {
      const text =
        'SELECT profile, holder, secret_hash, ends_at, wrong_tries FROM authority.enrolment_permit WHERE id = $1';
      const { rows } = await pool.query<{
        profile: string;
        holder: Holder;
        secret_hash: string;
        ends_at: Date;
        wrong_tries: number;
      }>({ name: 'permit.id', text, values: [id] });
      const [row] = rows;
      return (
        row && {
          id,
          profile: row.profile,
          holder: row.holder,
          secretHash: row.secret_hash,
          endsAt: row.ends_at.getTime(),
          wrongTries: row.wrong_tries,
        }
      );
    },
    async countWrong(id) {
      const text =
        'UPDATE authority.enrolment_permit SET wrong_tries = least(wrong_tries + 1, 1000000) WHERE id = $1 RETURNING wrong_tries';
      const { rows } = await pool.query<{ wrong_tries: number }>({ name: 'permit.wrong', text, values: [id] });
      return rows[0]?.wrong_tries ?? 0;
    },
    async end(id, at, event) {
      const { rowCount } = await pool.query(endSql, [eventValue(event), id, at]);
      return rowCount === 1;
    },
  };
}

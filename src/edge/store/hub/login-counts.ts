// Reads what was counted of logins at providers, over all shards.
import type pg from 'pg';
import type { LoginCount } from '../../../core/journey/index.ts';

/** The counts of the months from `from` to `to`, both included (`2026-11`); keys whose sum is nothing are left out. */
export async function readLoginCounts(pool: pg.Pool, from: string, to: string): Promise<readonly LoginCount[]> {
  const { rows } = await pool.query<Omit<LoginCount, 'logins' | 'avoided'> & { logins: string; avoided: string }>(
    `SELECT month, provider, organisation, application, price, sum(logins) AS logins, sum(avoided) AS avoided
     FROM hub.login_count WHERE month BETWEEN $1 AND $2
     GROUP BY month, provider, organisation, application, price
     HAVING sum(logins) <> 0 OR sum(avoided) <> 0 ORDER BY 1, 2, 3, 4, 5`,
    [from, to],
  );
  return rows.map((row) => ({ ...row, logins: Number(row.logins), avoided: Number(row.avoided) }));
}

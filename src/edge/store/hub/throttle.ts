// Failed logins, counted in the database for all hubs. A try is counted before its password is looked at, in one
// statement: row locks make tries at the same moment wait for each other, so none slips past the limit (A12).
import type pg from 'pg';
import type { LoginPass, LoginThrottle, LoginTry } from '../../../core/directory/index.ts';

/** Tries of one account before delays begin. */
const freeTries = 4;
const longestDelaySeconds = 15 * 60;
/** Different accounts that fail from one address within this time. */
const addressWindowSeconds = 15 * 60;
/** A failure counts this long against its account. */
const forgetAfterSeconds = 24 * 3600;
/** More failures than a row can count, where nobody else locks the account. */
const neverHeld = 2_147_483_647;

/** The wait after this many failures in a row: none, then 1 s doubling to 15 min. */
export const delaySeconds = (failures: number): number =>
  failures <= freeTries ? 0 : Math.min(longestDelaySeconds, 2 ** (failures - freeTries - 1));

// The address comes first, so that a stopped address cannot delay an account; and everybody takes the rows in this
// order, so that nobody waits in a circle. Counters are integers, changed by the database alone. A try that reaches the
// limit of a hold ($9) is let through, and nothing after it until the hold is over ($6).
const askSql = `
  WITH address AS (
    INSERT INTO hub.login_throttle AS t (scope, key, failures, accounts, last_at) VALUES ('address', $2, 1, ARRAY[$1::text], $4::timestamptz)
    ON CONFLICT (scope, key) DO UPDATE SET
      failures = t.failures + 1,
      last_at = CASE WHEN t.last_at <= $4 - $5 * interval '1 second' THEN $4 ELSE t.last_at END,
      accounts = CASE WHEN t.last_at <= $4 - $5 * interval '1 second' THEN ARRAY[$1::text]
                      WHEN $1 = ANY (t.accounts) THEN t.accounts ELSE array_append(t.accounts, $1) END
    WHERE t.last_at <= $4 - $5 * interval '1 second' OR $1 = ANY (t.accounts) OR cardinality(t.accounts) < $3
    RETURNING cardinality(accounts) AS n)
  , account AS (
    INSERT INTO hub.login_throttle AS t (scope, key, failures, last_at, blocked_until)
      SELECT 'account', $1, 1, $4, CASE WHEN $9::int <= 1 THEN $4 + $6 * interval '1 second' END FROM address
    ON CONFLICT (scope, key) DO UPDATE SET
      failures = CASE WHEN t.last_at <= $4 - $6 * interval '1 second' THEN 1 ELSE t.failures + 1 END,
      last_at = $4,
      blocked_until = CASE
        WHEN t.last_at <= $4 - $6 * interval '1 second' THEN CASE WHEN $9 <= 1 THEN $4 + $6 * interval '1 second' END
        WHEN t.failures + 1 >= $9 THEN $4 + $6 * interval '1 second'
        WHEN t.failures >= $7 THEN $4 + least($8, 2 ^ least(t.failures - $7, 20)) * interval '1 second' END
    WHERE t.blocked_until IS NULL OR t.blocked_until <= $4
    RETURNING failures)
  SELECT (SELECT n FROM address) AS n, (SELECT failures FROM account) AS failures,
    NOT EXISTS (SELECT FROM hub.login_throttle WHERE scope = 'address' AND key = $2 AND $1 = ANY (accounts)
      AND last_at > $4 - $5 * interval '1 second') AS first_here`;

const waitSql = 'SELECT blocked_until, last_at FROM hub.login_throttle WHERE scope = $1 AND key = $2';

/** Port: the shared throttle. */
export function loginThrottle(pool: pg.Pool): LoginThrottle {
  const wait = async (scope: 'account' | 'address', key: string, { now }: LoginTry): Promise<number> => {
    const result = await pool.query<{ blocked_until: Date | null; last_at: Date }>(waitSql, [scope, key]);
    const row = result.rows[0];
    const until =
      scope === 'account' ? row?.blocked_until?.getTime() : row && row.last_at.getTime() + addressWindowSeconds * 1000;
    return Math.max(1, Math.ceil(((until ?? now) - now) / 1000));
  };
  return {
    async ask(given): Promise<LoginPass> {
      const { account, address, addressLimit, hold, now } = given;
      const result = await pool.query<{ n: number | null; failures: number | null; first_here: boolean }>({
        name: 'throttle-ask',
        text: askSql,
        values: [
          account,
          address,
          addressLimit,
          new Date(now),
          addressWindowSeconds,
          Math.min(forgetAfterSeconds, hold?.seconds ?? forgetAfterSeconds),
          freeTries,
          longestDelaySeconds,
          hold?.afterFailures ?? neverHeld,
        ],
      });
      const row = result.rows[0];
      if (row?.n === null || row === undefined)
        return { kind: 'addressDelayed', seconds: await wait('address', address, given) };
      if (row.failures === null) return { kind: 'accountDelayed', seconds: await wait('account', account, given) };
      return { kind: 'go', firstHere: row.first_here };
    },
    async succeeded({ account, address }, { firstHere }) {
      await pool.query(
        `WITH a AS (DELETE FROM hub.login_throttle WHERE scope = 'account' AND key = $1)
         UPDATE hub.login_throttle SET accounts = array_remove(accounts, $1) WHERE scope = 'address' AND key = $2 AND $3`,
        [account, address, firstHere],
      );
    },
    async clear(account) {
      await pool.query(`DELETE FROM hub.login_throttle WHERE scope = 'account' AND key = $1`, [account]);
    },
    async sweep(now) {
      const result = await pool.query('DELETE FROM hub.login_throttle WHERE last_at < $1', [
        new Date(now - forgetAfterSeconds * 1000),
      ]);
      return result.rowCount ?? 0;
    },
  };
}

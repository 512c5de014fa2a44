// Reads requests of devices (RFC 8628) and counts their polls, in one statement each.
import type pg from 'pg';
import type { DeviceReads, DeviceRequest } from '../../../core/grants/index.ts';

interface DeviceRow {
  readonly hash: string;
  readonly user_hash: string;
  readonly doc: DeviceRequest['request'];
  readonly asked_from: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly denied_at: Date | null;
}

const columns = 'd.hash, d.user_hash, d.doc, d.asked_from, d.created_at, d.expires_at, d.denied_at';

const read = (row: DeviceRow): DeviceRequest => ({
  hash: row.hash,
  userHash: row.user_hash,
  request: row.doc,
  from: row.asked_from,
  createdAt: row.created_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  deniedAt: row.denied_at?.getTime(),
});

/** A poll that comes this much early was held up less on its way than the one before, and is in time. */
const slackSeconds = 1;
const longestIntervalSeconds = 60;

// The row lock makes polls of one moment wait for each other; each sees what the one before made of the interval.
const pollSql = `
  UPDATE hub.device_request d SET polled_at = $2, interval_seconds = CASE WHEN was.too_soon
    THEN least(${longestIntervalSeconds}, was.interval_seconds + 5) ELSE was.interval_seconds END
  FROM (SELECT hash, interval_seconds,
          coalesce(polled_at > $2::timestamptz - (interval_seconds - ${slackSeconds}) * interval '1 second', false) AS too_soon
        FROM hub.device_request WHERE hash = $1 FOR UPDATE) was
  WHERE d.hash = was.hash RETURNING ${columns}, was.too_soon`;

/** Port: requests of devices. */
export function deviceRequests(pool: pg.Pool): DeviceReads {
  return {
    async deviceByUserCode(hashes, now) {
      // Live ones first; two of them with one code (once in a great while) lead nowhere.
      const result = await pool.query<DeviceRow>({
        name: 'device-by-user-code',
        text: `SELECT ${columns} FROM hub.device_request d WHERE d.user_hash = ANY ($1::text[]) ORDER BY d.expires_at DESC LIMIT 2`,
        values: [hashes],
      });
      const [first, second] = result.rows.map(read);
      return second !== undefined && second.expiresAt > now ? undefined : first;
    },
    async pollDevice(hash, now) {
      const result = await pool.query<DeviceRow & { readonly too_soon: boolean }>({
        name: 'device-poll',
        text: pollSql,
        values: [hash, new Date(now)],
      });
      const row = result.rows[0];
      return row && { ...read(row), tooSoon: row.too_soon };
    },
  };
}

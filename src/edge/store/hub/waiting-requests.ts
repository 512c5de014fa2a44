// Reads requests whose person is asked elsewhere (RFC 8628, CIBA) and counts their polls, in one statement each.
import type pg from 'pg';
import type { AskedRequest, WaitingReads, WaitingRequest } from '../../../core/grants/index.ts';

interface WaitingRow {
  readonly hash: string;
  readonly user_hash: string | null;
  readonly person: string | null;
  readonly asked_hash: string | null;
  readonly doc: WaitingRequest['request'];
  readonly asked_from: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly denied_at: Date | null;
}

const columns =
  'd.hash, d.user_hash, d.person, d.asked_hash, d.doc, d.asked_from, d.created_at, d.expires_at, d.denied_at';

const read = (row: WaitingRow): WaitingRequest => ({
  hash: row.hash,
  userHash: row.user_hash ?? undefined,
  person: row.person ?? undefined,
  askedHash: row.asked_hash ?? undefined,
  request: row.doc,
  from: row.asked_from,
  createdAt: row.created_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  deniedAt: row.denied_at?.getTime(),
});

type AskedRow = WaitingRow & { readonly allowed: boolean };
const readAsked = (row: AskedRow): AskedRequest => ({ ...read(row), allowed: row.allowed });
/** A yes is a code under the same hash. */
const allowed = 'EXISTS (SELECT FROM hub.oauth_code c WHERE c.hash = d.hash)';

/** More than anybody reads. What one application slips in takes no place of another's; the core shows still fewer of one. */
const [longestList, mostOfOne] = [100, 10];

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

/** Port: requests whose person is asked elsewhere. */
export function waitingRequests(pool: pg.Pool): WaitingReads {
  return {
    async byUserCode(hashes, now) {
      // Live ones first; two of them with one code (once in a great while) lead nowhere.
      const result = await pool.query<WaitingRow>({
        name: 'waiting-by-user-code',
        text: `SELECT ${columns} FROM hub.device_request d WHERE d.user_hash = ANY ($1::text[]) ORDER BY d.expires_at DESC LIMIT 2`,
        values: [hashes],
      });
      const [first, second] = result.rows.map(read);
      return second !== undefined && second.expiresAt > now ? undefined : first;
    },
    async byHash(hash) {
      const result = await pool.query<AskedRow>({
        name: 'waiting-by-hash',
        text: `SELECT ${columns}, ${allowed} AS allowed FROM hub.device_request d WHERE d.hash = $1`,
        values: [hash],
      });
      return result.rows[0] && readAsked(result.rows[0]);
    },
    async ofPerson(person, now) {
      const result = await pool.query<AskedRow>({
        name: 'waiting-of-person',
        text: `SELECT ${columns}, false AS allowed FROM (
                 SELECT d.*, row_number() OVER (PARTITION BY d.doc ->> 'client' ORDER BY d.created_at, d.hash) AS nth
                 FROM hub.device_request d
                 WHERE d.person = $1 AND d.expires_at > $2 AND NOT ${allowed}
               ) d WHERE d.nth <= ${mostOfOne} ORDER BY d.created_at, d.hash LIMIT ${longestList}`,
        values: [person, new Date(now)],
      });
      return result.rows.map(readAsked);
    },
    async countAsked(hashes, since) {
      const result = await pool.query<{ n: number }>({
        name: 'waiting-count-asked',
        text: `SELECT count(*)::int AS n FROM hub.device_request d
               WHERE d.asked_hash = ANY ($1::text[]) AND d.created_at > $2 AND NOT ${allowed}`,
        values: [hashes, new Date(since)],
      });
      return result.rows[0]?.n ?? 0;
    },
    async poll(hash, now) {
      const result = await pool.query<WaitingRow & { readonly too_soon: boolean }>({
        name: 'waiting-poll',
        text: pollSql,
        values: [hash, new Date(now)],
      });
      const row = result.rows[0];
      return row && { ...read(row), tooSoon: row.too_soon };
    },
  };
}

// Sealed events by cursor for the audit feed; the hub that holds the feed's lock sends.
import type pg from 'pg';
import type { SealedFeed } from '../../../core/audit/index.ts';
import { locks } from './locks.ts';

/**
 * The feed named `name`. The lock belongs to a connection that is kept: when the hub dies the lock goes with it and
 * another hub takes over from the stored cursor.
 */
export function sealedFeed(pool: pg.Pool, name: string): SealedFeed {
  let holder: pg.PoolClient | undefined;

  const letGo = () => {
    holder?.release(true);
    holder = undefined;
  };

  return {
    async hold() {
      if (holder !== undefined) {
        // A connection that was lost has lost the lock too.
        try {
          await holder.query('SELECT 1');
          return true;
        } catch {
          letGo();
        }
      }
      const client = await pool.connect();
      client.on('error', () => undefined);
      try {
        const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS got', [
          locks.auditFeed,
          name,
        ]);
        if (!rows[0]?.got) {
          client.release();
          return false;
        }
        holder = client;
        return true;
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
    async position() {
      const { rows } = await pool.query<{ next_leaf: string }>('SELECT next_leaf FROM hub.audit_feed WHERE name = $1', [
        name,
      ]);
      return Number(rows[0]?.next_leaf ?? 0);
    },
    async read(from, limit) {
      const { rows } = await pool.query<{ leaf_index: string; text: string | null }>(
        'SELECT leaf_index, text FROM hub.audit_event WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2',
        [from, limit],
      );
      const events = rows.flatMap(({ leaf_index, text }) =>
        text === null ? [] : [{ index: Number(leaf_index), text }],
      );
      const last = rows.at(-1);
      return { events, next: last === undefined ? from : Number(last.leaf_index) + 1 };
    },
    async confirm(next) {
      await pool.query(
        `INSERT INTO hub.audit_feed (name, next_leaf) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET next_leaf = greatest(audit_feed.next_leaf, excluded.next_leaf)`,
        [name, next],
      );
    },
    async release() {
      // Said, not left to the end of the connection, which the server may notice later.
      await holder
        ?.query('SELECT pg_advisory_unlock($1, hashtext($2))', [locks.auditFeed, name])
        .catch(() => undefined);
      letGo();
    },
  };
}

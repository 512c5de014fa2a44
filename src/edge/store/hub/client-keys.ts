// Keys that applications registered themselves: read at every use, so that a change counts at once in every process.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { ClientKeyReads, RegisteredKey } from '../../../core/grants/index.ts';
import { sharedRead } from './shared-read.ts';

interface KeyRow {
  readonly client: string;
  readonly thumbprint: string;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly created_at: string | Date;
  readonly expires_at: string | Date;
  readonly removed_at: string | Date | null;
}

const read = (row: KeyRow): RegisteredKey => ({
  client: row.client,
  thumbprint: row.thumbprint,
  jwk: row.jwk,
  createdAt: new Date(row.created_at).getTime(),
  expiresAt: new Date(row.expires_at).getTime(),
  removedAt: row.removed_at === null ? undefined : new Date(row.removed_at).getTime(),
});

/** Port: registered keys by application; and all that have an end ahead, for the warnings. */
export function clientKeyStore(pool: pg.Pool): ClientKeyReads & {
  readonly withEnd: (now: EpochMs) => Promise<readonly RegisteredKey[]>;
} {
  const ofClient = sharedRead<string, { readonly n: number; readonly keys: readonly KeyRow[] }>(pool, {
    name: 'client-keys',
    text: `SELECT k.n::int AS n, c.keys FROM unnest($1::text[]) WITH ORDINALITY AS k(client, n) CROSS JOIN LATERAL (
             SELECT coalesce(json_agg(row_to_json(c) ORDER BY c.created_at, c.thumbprint), '[]'::json) AS keys
             FROM hub.client_key c WHERE c.client = k.client) c`,
    columns: (clients) => [clients],
  });
  return {
    registeredKeys: async (client) => ((await ofClient(client))?.keys ?? []).map(read),
    async withEnd(now) {
      const result = await pool.query<KeyRow>(
        'SELECT * FROM hub.client_key WHERE removed_at IS NULL AND expires_at > to_timestamp($1 / 1000.0)',
        [now],
      );
      return result.rows.map(read);
    },
  };
}

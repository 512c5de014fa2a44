// Answers of writes that came with an Idempotency-Key, kept for a day in the transaction that made the write true.
import { createHash } from 'node:crypto';
import { dayMs, type EpochMs } from '../../../base/clock.ts';
import type { Queryable } from './audit-insert.ts';

/** An answer as it was given. */
export interface KeptAnswer {
  /** Digest of the request that it answers. */
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The caller's key by its hash: what a stranger chose lies nowhere as it came. */
const stored = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** The answer that is kept for a key. */
export async function keptAnswer(client: Queryable, key: string, now: EpochMs): Promise<KeptAnswer | undefined> {
  const result = await client.query<{ request: string } & Omit<KeptAnswer, 'request'>>(
    'SELECT request_sha256 AS request, status, headers, body FROM hub.idempotent_answer WHERE key = $1 AND expires_at > $2',
    [stored(key), new Date(now)],
  );
  return result.rows[0];
}

/** Keeps an answer; true with the caller's transaction. No secret may be in it. */
export async function keepAnswer(client: Queryable, key: string, answer: KeptAnswer, now: EpochMs): Promise<void> {
  await client.query(
    `INSERT INTO hub.idempotent_answer (key, request_sha256, status, headers, body, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (key) DO UPDATE SET request_sha256 = excluded.request_sha256, status = excluded.status, headers = excluded.headers,
       body = excluded.body, expires_at = excluded.expires_at`,
    [stored(key), answer.request, answer.status, answer.headers, answer.body, new Date(now + dayMs)],
  );
}

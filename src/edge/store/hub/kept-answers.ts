// Reads an answer that waits for its application. Documents are sealed: the database alone does not tell what they say.
import type pg from 'pg';
import type { KeptAnswer, KeptAnswers } from '../../../core/issuing/index.ts';
import type { OpenDocument } from './logins.ts';

export const keptAnswers =
  (pool: pg.Pool, open: OpenDocument): KeptAnswers =>
  async (hash) => {
    const result = await pool.query<{ sealed: Buffer; expires_at: Date }>({
      name: 'kept-answer',
      text: 'SELECT sealed, expires_at FROM hub.kept_answer WHERE hash = $1',
      values: [hash],
    });
    const row = result.rows[0];
    if (row === undefined) return undefined;
    const doc = open('kept answer', hash, row.sealed) as Omit<KeptAnswer, 'hash' | 'expiresAt'>;
    return { ...doc, hash, expiresAt: row.expires_at.getTime() };
  };

// Master keys in use: documents, signing keys and personal numbers are sealed with them.
import { join } from 'node:path';
import type pg from 'pg';
import { Problem } from '../../base/problem.ts';
import { type Keyring, open, seal } from '../../base/sealing/index.ts';
import { openKeyring } from '../../edge/keys/file/index.ts';

export const keyringFile = (dataFolder: string): string => join(dataFolder, 'keys', 'master.json');

/**
 * The keyring of the data folder. It is made only for a database that no hub has used yet: a new key beside an old
 * database would lock everybody out without a word, and two hubs with keys of their own could not read one another.
 */
export async function hubKeyring(dataFolder: string, pool: pg.Pool): Promise<Keyring> {
  const used = await pool.query(
    `SELECT FROM hub.signing_key UNION ALL SELECT FROM hub.identity WHERE sealed IS NOT NULL
     UNION ALL SELECT FROM hub.audit_event WHERE kind IN ('hub.started', 'admin.applied') LIMIT 1`,
  );
  return openKeyring(keyringFile(dataFolder), { make: used.rowCount === 0 });
}

/** Bytes sealed for a purpose and the id they belong to. */
export function bytesSealing(keyring: Keyring) {
  return {
    seal: (purpose: string, id: string, bytes: Buffer): Buffer => seal(keyring, purpose, id, bytes),
    open: (purpose: string, id: string, sealed: Buffer): Buffer => {
      const opened = open(keyring, purpose, id, sealed);
      if (opened.ok) return opened.bytes;
      throw new Problem({
        kind: 'internal',
        code: 'internal',
        detail: `a sealed ${purpose} cannot be opened (${opened.reason}); is keys/master.json the one that belongs to this database?`,
      });
    },
  };
}

/** JSON documents sealed for a purpose and the id they belong to. */
export function documentSealing(keyring: Keyring) {
  const bytes = bytesSealing(keyring);
  return {
    seal: (purpose: string, id: string, doc: unknown): string =>
      bytes.seal(purpose, id, Buffer.from(JSON.stringify(doc), 'utf8')).toString('base64'),
    open: (purpose: string, id: string, sealed: Buffer): unknown =>
      JSON.parse(bytes.open(purpose, id, sealed).toString('utf8')),
  };
}

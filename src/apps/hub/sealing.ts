// Master keys in use: documents, signing keys and personal numbers are sealed with them.
import { join } from 'node:path';
import type pg from 'pg';
import { Problem } from '../../base/problem.ts';
import { type Keyring, keyedHashes, open, seal, sealedBy } from '../../base/sealing/index.ts';
import { openKeyring } from '../../edge/keys/file/index.ts';

export const keyringFile = (dataFolder: string): string => join(dataFolder, 'keys', 'master.json');

/**
 * The keyring of the data folder. It is made only for a database that no hub has used yet: a new key beside an old
 * database would lock everybody out without a word, and two hubs with keys of their own could not read one another.
 * A file of another database, or an old copy of this one's, is refused before anything is looked up or sealed with it:
 * no personal number would be found, and each would be stored a second time.
 */
export async function hubKeyring(dataFolder: string, pool: pg.Pool): Promise<Keyring> {
  const used = await pool.query(
    `SELECT FROM hub.signing_key UNION ALL SELECT FROM hub.identity WHERE sealed IS NOT NULL
     UNION ALL SELECT FROM hub.audit_event WHERE kind IN ('hub.started', 'admin.applied') LIMIT 1`,
  );
  const keyring = openKeyring(keyringFile(dataFolder), { make: used.rowCount === 0 });
  const stranger = await unknownKey(pool, keyring);
  if (stranger === undefined) return keyring;
  throw new Problem({
    kind: 'unavailable',
    code: 'unavailable',
    detail: `${keyringFile(dataFolder)} does not hold master key ${stranger}, which sealed what is in this database: put the file that belongs to it into place`,
  });
}

/** Id of a master key that this database needs and the keyring lacks. */
async function unknownKey(pool: pg.Pool, keyring: Keyring): Promise<string | undefined> {
  const { rows } = await pool.query<{ sealed: Buffer }>(
    `SELECT sealed FROM hub.signing_key UNION ALL (SELECT sealed FROM hub.identity WHERE sealed IS NOT NULL LIMIT 1)`,
  );
  const held = new Set([keyring.current, ...keyring.previous].map(({ id }) => id));
  return rows.map(({ sealed }) => sealedBy(sealed)).find((id) => id !== undefined && !held.has(id));
}

/** What client secrets at upstream providers are sealed for; the context is the provider's id. */
export const upstreamSecretPurpose = 'upstream secret';
/** What the credentials at outside certificate issuers are sealed for; the context is the issuer's id. */
export const issuerSecretPurpose = 'certificate issuer secret';
export const issuerKeyPurpose = 'certificate issuer key';
/** What the passwords that the hub has in directories are sealed for; the context is the target's id. */
export const targetSecretPurpose = 'account target secret';
/** What the hub's keys and passwords at registers of people are sealed for; the context is the register's id. */
export const sourceKeyPurpose = 'person source key';
export const sourceSecretPurpose = 'person source secret';

/** What the passwords are sealed for by which the hub looks people up in their own directories; the context is the provider's id. */
export const domainSecretPurpose = 'password domain secret';
/** The tokens that pre-conditions are asked with; the context is the record's id. */
export const preconditionSecretPurpose = 'pre-condition secret';

/** What changes that wait for approvals are sealed for; the context is the change's id. */
export const heldPurpose = 'held change';

/** Marks of logins at upstream providers: who knows the database alone cannot tell who logs in where. */
export const loginMarks =
  (keyring: Keyring) =>
  (name: string): readonly string[] =>
    keyedHashes(keyring, 'login at a provider', name);

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

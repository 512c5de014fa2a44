// Passwords of the hub's own accounts: reads and small changes at login, and setting one.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import { accountNamespace, type PasswordAccount, type PasswordAccounts } from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';

interface PasswordRow {
  readonly username: string;
  readonly person: string;
  readonly hash: string;
  readonly one_time: boolean;
  readonly expires_at: Date | null;
}

const toAccount = (row: PasswordRow): PasswordAccount => ({
  username: row.username,
  person: row.person,
  hash: row.hash,
  oneTime: row.one_time,
  expiresAt: row.expires_at?.getTime(),
});

/** Port: passwords at login. */
export const passwordAccounts = (pool: pg.Pool): PasswordAccounts => ({
  async find(username) {
    const result = await pool.query<PasswordRow>({
      name: 'password-find',
      text: 'SELECT username, person, hash, one_time, expires_at FROM hub.password WHERE username = $1',
      values: [username],
    });
    return result.rows[0] && toAccount(result.rows[0]);
  },
  async upgrade(username, from, to) {
    await pool.query('UPDATE hub.password SET hash = $3 WHERE username = $1 AND hash = $2', [username, from, to]);
  },
  async spend(username, hash) {
    const result = await pool.query('DELETE FROM hub.password WHERE username = $1 AND hash = $2 AND one_time', [
      username,
      hash,
    ]);
    return result.rowCount === 1;
  },
});

/** Usernames and hashes of these people. */
export async function passwordsOf(client: Queryable, people: readonly string[]): Promise<readonly PasswordAccount[]> {
  const result = await client.query<PasswordRow>(
    'SELECT username, person, hash, one_time, expires_at FROM hub.password WHERE person = ANY($1) ORDER BY username',
    [people],
  );
  return result.rows.map(toAccount);
}

/** A new password of an account, within the caller's transaction. */
export interface PasswordSave extends PasswordAccount {
  readonly source: string;
}

/**
 * Sets a person's password and username: the account's identity is linked to the person, an older username of the
 * person ends. Answers false when the username is somebody else's; then nothing was changed.
 */
export async function savePassword(client: Queryable, given: PasswordSave, now: EpochMs): Promise<boolean> {
  const { username, person } = given;
  const at = new Date(now);
  const taken = await client.query(
    `SELECT FROM hub.link WHERE namespace = $1 AND lookup = $2 AND until IS NULL AND person <> $3
     UNION ALL SELECT FROM hub.password WHERE username = $2 AND person <> $3`,
    [accountNamespace, username, person],
  );
  if (taken.rowCount !== 0) return false;
  await client.query('DELETE FROM hub.password WHERE person = $1 AND username <> $2', [person, username]);
  await client.query(
    'UPDATE hub.link SET until = $4 WHERE namespace = $1 AND person = $3 AND lookup <> $2 AND until IS NULL',
    [accountNamespace, username, person, at],
  );
  await client.query(
    `INSERT INTO hub.password (username, person, hash, changed_at, one_time, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (username) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at, one_time = excluded.one_time, expires_at = excluded.expires_at`,
    [username, person, given.hash, at, given.oneTime, given.expiresAt === undefined ? null : new Date(given.expiresAt)],
  );
  await client.query('INSERT INTO hub.identity (namespace, lookup) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    accountNamespace,
    username,
  ]);
  await client.query(
    `INSERT INTO hub.link (id, namespace, lookup, person, source, since)
     SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT FROM hub.link WHERE namespace = $2 AND lookup = $3 AND until IS NULL)`,
    [newId(now), accountNamespace, username, person, given.source, at],
  );
  return true;
}

/** Takes a person's username and password away. */
export async function removePassword(client: Queryable, person: string, now: EpochMs): Promise<void> {
  await client.query('DELETE FROM hub.password WHERE person = $1', [person]);
  await client.query('UPDATE hub.link SET until = $3 WHERE namespace = $1 AND person = $2 AND until IS NULL', [
    accountNamespace,
    person,
    new Date(now),
  ]);
}

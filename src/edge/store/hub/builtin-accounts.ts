// The rows of the target that the hub keeps itself.
import type pg from 'pg';
import type { ActualAccount } from '../../../core/provisioning/index.ts';

/** The rows of one such target. */
export function builtInRows(pool: pg.Pool, target: string) {
  const found = async (where: string, value: string): Promise<readonly ActualAccount[]> => {
    const result = await pool.query<{ doc: ActualAccount }>(
      `SELECT doc FROM hub.builtin_account WHERE target = $1 AND ${where} = $2`,
      [target, value],
    );
    return result.rows.map(({ doc }) => doc);
  };
  return {
    byKey: (key: string) => found('key', key),
    byId: async (id: string) => (await found(`doc ->> 'id'`, id))[0],
    add: async (account: ActualAccount): Promise<boolean> => {
      const result = await pool.query(
        'INSERT INTO hub.builtin_account (target, login_name, key, doc) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [target, account.loginName, account.key, JSON.stringify(account)],
      );
      return result.rowCount === 1;
    },
    replace: async (account: ActualAccount): Promise<void> => {
      await pool.query('UPDATE hub.builtin_account SET doc = $3 WHERE target = $1 AND login_name = $2', [
        target,
        account.loginName,
        JSON.stringify(account),
      ]);
    },
    remove: async (id: string): Promise<void> => {
      await pool.query(`DELETE FROM hub.builtin_account WHERE target = $1 AND doc ->> 'id' = $2`, [target, id]);
    },
    /** A page at a time, so that memory stays flat. */
    async *inOrder(): AsyncGenerator<ActualAccount> {
      for (let after = ''; ; ) {
        const { rows } = await pool.query<{ key: string; doc: ActualAccount }>(
          'SELECT key, doc FROM hub.builtin_account WHERE target = $1 AND key > $2 ORDER BY key LIMIT 500',
          [target, after],
        );
        yield* rows.map(({ doc }) => doc);
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.key;
      }
    },
    all: async (): Promise<readonly ActualAccount[]> =>
      (
        await pool.query<{ doc: ActualAccount }>('SELECT doc FROM hub.builtin_account WHERE target = $1', [target])
      ).rows.map(({ doc }) => doc),
  };
}

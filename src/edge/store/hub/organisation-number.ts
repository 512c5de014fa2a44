// Reads the national number of an organisation.
import type { Queryable } from './audit-insert.ts';

/** Undefined when there is no such organisation, or it has none. */
export const organisationNumber =
  (pool: Queryable) =>
  async (organisation: string): Promise<string | undefined> => {
    const result = await pool.query<{ number: string | null }>('SELECT number FROM hub.organisation WHERE id = $1', [
      organisation,
    ]);
    return result.rows[0]?.number ?? undefined;
  };

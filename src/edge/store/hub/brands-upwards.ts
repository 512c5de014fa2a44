// Reads which brands an organisation and those above it wear.
import type { Queryable } from './audit-insert.ts';

/** No tree of organisations is deeper; a circle ends here too. */
const mostLevels = 20;

/** Ids of brands, of the organisation itself first, then upwards. */
export const brandsUpwards =
  (pool: Queryable) =>
  async (organisation: string): Promise<readonly string[]> => {
    const result = await pool.query<{ brand: string }>(
      `WITH RECURSIVE up AS (
         SELECT id, parent, brand, 1 AS level FROM hub.organisation WHERE id = $1
         UNION ALL SELECT o.id, o.parent, o.brand, up.level + 1 FROM hub.organisation o JOIN up ON o.id = up.parent WHERE up.level < ${mostLevels})
       SELECT brand FROM up WHERE brand IS NOT NULL ORDER BY level`,
      [organisation],
    );
    return result.rows.map(({ brand }) => brand);
  };

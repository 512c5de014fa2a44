// Questions to the trail that somebody keeps for themselves.
import type pg from 'pg';

export interface SavedQuestion {
  readonly name: string;
  readonly query: string;
}

const mostSaved = 50;

/** In the order of their names. */
export async function savedQuestions(pool: pg.Pool, person: string): Promise<readonly SavedQuestion[]> {
  const { rows } = await pool.query<SavedQuestion>(
    'SELECT name, query FROM hub.audit_saved WHERE person = $1 ORDER BY name LIMIT $2',
    [person, mostSaved],
  );
  return rows;
}

/** Keeps one, in the place of an older one of the name; false when the person keeps as many as there is room for. */
export async function saveQuestion(
  pool: pg.Pool,
  person: string,
  { name, query }: SavedQuestion,
  now: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `INSERT INTO hub.audit_saved (person, name, query, at) SELECT $1, $2, $3, $4
     WHERE (SELECT count(*) FROM hub.audit_saved WHERE person = $1 AND name <> $2) < $5
     ON CONFLICT (person, name) DO UPDATE SET query = excluded.query, at = excluded.at`,
    [person, name, query, new Date(now), mostSaved],
  );
  return rowCount === 1;
}

export async function forgetQuestion(pool: pg.Pool, person: string, name: string): Promise<void> {
  await pool.query('DELETE FROM hub.audit_saved WHERE person = $1 AND name = $2', [person, name]);
}

// Checks an outside PostgreSQL before anything relies on it: reachable, and new enough.
import pg from 'pg';
import type { OpenedDatabase } from './open.ts';
import { embeddedProblem } from './problems.ts';

/** The oldest server that the hub's SQL is written for. */
export const oldestMajor = 15;
const connectTimeoutMs = 10_000;

/** Opens an outside server by its URL. No problem it throws repeats the URL, which may hold a password. */
export async function openExternal(url: string): Promise<OpenedDatabase> {
  const client = clientOf(url);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    const major = Math.floor((rows[0]?.version ?? 0) / 10_000);
    if (major < oldestMajor)
      throw embeddedProblem('database.tooOld', `(it is version ${major})`, { public: { major } });
  } catch (error) {
    if (error instanceof Error && error.name === 'Problem') throw error;
    throw embeddedProblem('database.unreachable', reason(error));
  } finally {
    await client.end().catch(() => undefined);
  }
  return { connection: { connectionString: url }, kind: 'external', fresh: false, close: async () => undefined };
}

/** pg reads the URL when the client is made. */
function clientOf(url: string): pg.Client {
  try {
    return new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  } catch (error) {
    throw embeddedProblem('database.unreachable', reason(error));
  }
}

/** Only the error's code: messages of the URL parser repeat the URL. */
function reason(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? `(${code})` : '';
}

// The hub's database for a run: Debian's PostgreSQL 15 with fsync on when it is installed, else the embedded server.
import { debianPostgresMissing, startDebianPostgres, startEmbedded, type TestDatabase } from '../test/support/index.ts';

export async function startDatabase(): Promise<TestDatabase & { readonly name: string }> {
  if (debianPostgresMissing() === undefined) {
    return { ...(await startDebianPostgres({ durable: true })), name: 'PostgreSQL 15 (Debian), fsync on' };
  }
  return { ...(await startEmbedded()), name: 'PostgreSQL 18 (embedded), fsync on' };
}

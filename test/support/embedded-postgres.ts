// Starts the embedded PostgreSQL server for a test, in a folder of its own.
import { join } from 'node:path';
import { type DatabaseConnection, openDatabase } from '../../src/edge/store/embedded/index.ts';
import { temporaryFolder } from './folder.ts';
import { layCluster } from './ready-cluster.ts';

export interface TestDatabase {
  readonly connection: DatabaseConnection;
  stop(): Promise<void>;
}

/** An empty database on a new embedded server. */
export async function startEmbedded(): Promise<TestDatabase> {
  const folder = temporaryFolder('embedded');
  const dataFolder = join(folder.path, 'var');
  await layCluster(dataFolder);
  const database = await openDatabase({
    dataFolder,
    mode: 'own',
    purpose: 'test',
    log: () => undefined,
  });
  return {
    connection: database.connection,
    stop: async () => {
      await database.close();
      folder.remove();
    },
  };
}

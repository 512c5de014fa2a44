// Makes the server's data directory once, and checks on every start that it is one we can open.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Binaries, embeddedMajor } from './binaries.ts';
import { childEnvironment } from './child-environment.ts';
import type { Isolation } from './isolation.ts';
import { giveTo, type Layout } from './layout.ts';
import { embeddedProblem } from './problems.ts';

/** The server's own administrator; the hub connects as an ordinary owner of its database instead. */
export const clusterAdministrator = 'postgres';

/**
 * Makes the cluster unless it is there; answers whether it was made now. It is made beside its place and renamed, so
 * that a start that was killed half-way leaves nothing that looks finished.
 *
 * The default collation is the built-in C.UTF-8: it never changes with a library, so no index goes stale by an
 * upgrade. Names ask for their ICU collation by name.
 */
export function prepareCluster(layout: Layout, binaries: Binaries, isolation: Isolation): boolean {
  const { cluster } = layout;
  if (existsSync(cluster)) {
    const version = readVersion(cluster);
    if (version !== String(embeddedMajor)) {
      throw embeddedProblem(
        'database.otherVersion',
        `(${cluster} is of version ${version ?? 'unknown'}, this is ${embeddedMajor})`,
      );
    }
    giveTo(cluster, isolation.uid, isolation.gid);
    return false;
  }
  const draft = `${cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  const [program, ...args] = [
    ...isolation.prefix,
    binaries.initdb,
    '--pgdata',
    draft,
    `--username=${clusterAdministrator}`,
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--auth-local=trust',
    '--auth-host=reject',
    '--no-instructions',
  ];
  const done = spawnSync(program ?? '', args, { cwd: '/', encoding: 'utf8', env: childEnvironment });
  if (done.error || done.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw embeddedProblem('database.cannotMake', done.error?.message ?? done.stderr.trim(), { cause: done.error });
  }
  renameSync(draft, cluster);
  return true;
}

function readVersion(cluster: string): string | undefined {
  try {
    return readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

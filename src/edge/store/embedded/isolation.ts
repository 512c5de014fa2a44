// How to run the server without root: in a user namespace, as another user, or as ourselves when we are not root.
import { spawnSync } from 'node:child_process';
import { childEnvironment } from './child-environment.ts';
import { embeddedProblem } from './problems.ts';

export interface Isolation {
  readonly kind: 'none' | 'namespace' | 'user';
  /** Words to put before the server's own command line. */
  readonly prefix: readonly string[];
  /** Owner, outside, of the files that the server keeps. */
  readonly uid: number;
  readonly gid: number;
}

const nobody = 65534;
const namespace = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`];
// The other user may pass the folders of root above its own (a clone in /root): PostgreSQL looks at the user alone.
const otherUser = [
  'setpriv',
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  '--inh-caps=-all,+dac_override',
  '--ambient-caps=-all,+dac_override',
  '--',
];

const works = (prefix: readonly string[], command: readonly string[]): string | undefined => {
  const [program, ...args] = [...prefix, ...command];
  const done = spawnSync(program ?? '', args, { encoding: 'utf8', cwd: '/', env: childEnvironment });
  if (done.error) return done.error.message;
  return done.status === 0 ? undefined : done.stderr.trim() || `exit ${done.status}`;
};

// A real file, not `test -w`: access(2) asks for the real user without capabilities.
const canWriteIn = (folder: string) => ['sh', '-c', 'cd "$1" && : >.probe && rm .probe', 'sh', folder];

/**
 * Picks the first way that works here for this server binary and this folder. `only` is for tests of one way.
 * Throws `database.noPrivilege` when we are root and nothing works.
 */
export function chooseIsolation(postgres: string, folder: string, only?: Isolation['kind']): Isolation {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const seen: string[] = [];
  if (uid !== 0) return { kind: 'none', prefix: [], uid, gid };
  if (only !== 'user') {
    const failed = works(namespace, [postgres, '--version']) ?? works(namespace, canWriteIn(folder));
    if (failed === undefined) return { kind: 'namespace', prefix: namespace, uid, gid };
    seen.push(`unshare: ${failed}`);
  }
  if (only !== 'namespace') {
    const failed = works(otherUser, [postgres, '--version']) ?? works(otherUser, canWriteIn(folder));
    if (failed === undefined) return { kind: 'user', prefix: otherUser, uid: nobody, gid: nobody };
    seen.push(`setpriv: ${failed}`);
  }
  throw embeddedProblem('database.noPrivilege', `(${seen.join('; ')})`);
}

let parentDeathSignal: readonly string[] | undefined;

/**
 * Words that make the kernel send SIGINT (PostgreSQL's fast shutdown) to the server when the process that started it
 * dies, however it dies. Empty where `setpriv` is missing; then the next start ends the server left behind.
 */
export function endWithParent(): readonly string[] {
  parentDeathSignal ??=
    works(['setpriv', '--pdeathsig', 'INT', '--'], ['true']) === undefined
      ? ['setpriv', '--pdeathsig', 'INT', '--']
      : [];
  return parentDeathSignal;
}

// Debian's OpenLDAP as a directory of its own over LDAPS on the loopback: a schema and entries, read by one name and its password.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { requireDebian } from './debian.ts';
import { freePort } from './port.ts';
import { startServerProgram } from './server-program.ts';
import { giveToNobody, letThrough } from './unprivileged.ts';

export const slapdMissing = (): string | undefined => requireDebian('slapd');

export interface SlapdSettings {
  /** In the form of slapd.conf. */
  readonly schema: string;
  readonly suffix: string;
  readonly ldif: string;
  /** Who may read everything. */
  readonly reader: string;
  /** Who may read everything too, in answers of a usual size. */
  readonly alsoReads?: string | undefined;
  /** Who may write everything, with this password; the reader may then read answers of any size. */
  readonly writer?: { readonly name: string; readonly password: string } | undefined;
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string };
}

export interface Slapd {
  readonly url: string;
  /** What is in it, as a backup; and one put back in place of everything. It is stopped for both. */
  readonly backup: () => Promise<string>;
  readonly restore: (ldif: string) => Promise<void>;
  /** Stopped, and its folder kept. */
  readonly halt: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startSlapd(given: SlapdSettings): Promise<Slapd> {
  const folder = mkdtempSync('/var/tmp/tillit-slapd-');
  letThrough(folder);
  const home = join(folder, 'home');
  const file = (name: string): string => join(home, name);
  mkdirSync(file('db'), { recursive: true });
  writeFileSync(file('own.schema'), given.schema);
  writeFileSync(file('tls.crt'), given.tls.cert);
  writeFileSync(file('tls.key'), given.tls.key, { mode: 0o600 });
  writeFileSync(file('tree.ldif'), given.ldif);
  writeFileSync(
    file('slapd.conf'),
    `${['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
include ${file('own.schema')}
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${file('tls.crt')}
TLSCertificateKeyFile ${file('tls.key')}
disallow bind_anon
require authc
database mdb
suffix "${given.suffix}"
${given.writer === undefined ? '' : `rootdn "${given.writer.name}"\nrootpw "${given.writer.password}"\nlimits dn.exact="${given.reader}" size=unlimited`}
directory ${file('db')}
maxsize 16777216
dbnosync
index objectClass eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${given.reader}" read${given.alsoReads === undefined ? '' : ` by dn.exact="${given.alsoReads}" read`} by * none
`,
  );
  const put = (name: string): void =>
    void execFileSync('/usr/sbin/slapadd', ['-q', '-f', file('slapd.conf'), '-l', file(name)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  put('tree.ldif');
  giveToNobody(home);
  const port = await freePort();
  const start = () =>
    startServerProgram({
      name: 'slapd',
      folder,
      command: ['/usr/sbin/slapd', '-f', file('slapd.conf'), '-h', `ldaps://127.0.0.1:${port}`, '-d', '0'],
      isReady: () => listens(port),
    });
  let program = await start();
  return {
    url: `ldaps://localhost:${port}`,
    async backup() {
      await program.stop();
      const ldif = execFileSync('/usr/sbin/slapcat', ['-f', file('slapd.conf')], { encoding: 'utf8' });
      giveToNobody(home);
      program = await start();
      return ldif;
    },
    async restore(ldif) {
      await program.stop();
      rmSync(file('db'), { recursive: true });
      mkdirSync(file('db'));
      writeFileSync(file('backup.ldif'), ldif);
      put('backup.ldif');
      giveToNobody(home);
      program = await start();
    },
    halt: () => program.stop(),
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

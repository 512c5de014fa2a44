// A second controller of a Samba domain on a loopback address of its own: it knows what was told to it, when the test says so.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownAddress, type Samba, writeControllerCertificate } from './samba.ts';
import { startController } from './samba-controller.ts';

export interface SecondController {
  readonly url: string;
  /** Takes over what the first controller has, now; nothing comes by itself. */
  readonly replicate: () => void;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Joins one to the domain, which must be `joinable` (some 9 s). It is gone with the domain's folder; stop it before. */
export async function joinSecond(samba: Samba): Promise<SecondController> {
  const address = ownAddress();
  const folder = join(samba.folder, 'second');
  const home = join(folder, 'dc');
  mkdirSync(folder);
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
      env: { ...process.env, KRB5_CONFIG: join(samba.folder, 'krb5.conf') },
    });
  const administrator = ['-U', 'HOSP\\Administrator', `--password=${samba.password}`, '--use-kerberos=off'];
  run(
    'samba-tool',
    ...['domain', 'join', samba.realm.toLowerCase(), 'DC', ...administrator, `--server=${samba.address}`],
    ...[`--targetdir=${home}`, '--dns-backend=NONE', `--realm=${samba.realm}`, '--option=netbios name=DC2'],
    ...['--option=workgroup=HOSP', `--option=interfaces=${address}/8`, '--option=bind interfaces only=yes'],
  );
  writeControllerCertificate({ folder, authority: samba.folder, name: 'dc2.hosp.test', address });
  writeFileSync(join(folder, 'kdc.conf'), '');
  const begin = () => startController({ name: 'second', folder, home, address, services: 'ldap cldap' });
  let program = await begin();
  return {
    url: `ldaps://${address}`,
    replicate: () => {
      run(
        'samba-tool',
        ...['drs', 'replicate', '--local', 'DC2', samba.address, samba.root, ...administrator],
        ...['-s', join(home, 'etc', 'smb.conf'), '--option=workgroup=HOSP'],
      );
    },
    stop: () => program.stop(),
    start: async () => {
      program = await begin();
    },
  };
}

// One controller of a Samba domain as a program: its folders, the words that start it, and when it is ready.
import { chmodSync, mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { type ServerProgram, startServerProgram } from './server-program.ts';

export interface ControllerSettings {
  readonly name: string;
  /** Holds `ca.crt`, `dc.crt`, `dc.key` and `kdc.conf`. */
  readonly folder: string;
  /** What `samba-tool` made. */
  readonly home: string;
  readonly address: string;
  readonly services: string;
  /** A clock that is ahead by so many seconds (Debian's faketime). */
  readonly aheadSeconds?: number;
}

export async function startController(given: ControllerSettings): Promise<ServerProgram> {
  const { name, folder, home, address, services, aheadSeconds = 0 } = given;
  for (const below of ['log', 'run', 'ncalrpc', 'winbindd']) mkdirSync(join(home, below), { recursive: true });
  mkdirSync(join(home, 'ntp_signd'), { recursive: true, mode: 0o750 });
  chmodSync(join(home, 'ntp_signd'), 0o750);
  const option = (text: string): string => `--option=${text}`;
  const ahead = aheadSeconds === 0 ? [] : ['faketime', '-f', `+${aheadSeconds}s`];
  return startServerProgram({
    name,
    folder,
    asRoot: true,
    env: { KRB5_CONFIG: join(folder, 'kdc.conf') },
    command: [
      ...ahead,
      ...['samba', '-F', '--no-process-group', '-s', join(home, 'etc', 'smb.conf'), '-d', '1'],
      option(`pid directory=${home}/run`),
      option(`ncalrpc dir=${home}/ncalrpc`),
      option(`ntp signd socket directory=${home}/ntp_signd`),
      option(`winbindd socket directory=${home}/winbindd`),
      option(`log file=${home}/log/log.samba`),
      option('dns forwarder='),
      option('tls enabled=yes'),
      option(`tls certfile=${folder}/dc.crt`),
      option(`tls keyfile=${folder}/dc.key`),
      option(`tls cafile=${folder}/ca.crt`),
      option('tls verify peer=no_check'),
      // Writes that wait for no disk: the domain is thrown away.
      option('ldb:nosync=true'),
      option('dsdb:schema update allowed=yes'),
      option(`server services=${services}`),
      option('prefork children=2'),
    ],
    deadlineMs: 30_000,
    isReady: () => listens(address, 636),
  });
}

export const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

// Other people's certificate authorities for tests: Cloudflare's CFSSL with a database, and OpenSSL's mock server of CMP.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { certificate, newKey, pem } from '../fakes/certificates.ts';
import { freePort } from './port.ts';
import { type ServerProgram, startServerProgram } from './server-program.ts';
import { giveToNobody, letThrough } from './unprivileged.ts';

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

export const cfsslAuthKey = '8f1d0c2b4a6978563412ffeeddccbbaa';

export interface CfsslPeer extends ServerProgram {
  readonly url: string;
  readonly signerPem: string;
  readonly tlsRoot: string;
  /** Who may speak to it at all. */
  readonly client: { readonly certificate: string; readonly key: string };
  /** Serial number (hexadecimal) -> how it stands in its database. */
  readonly recorded: () => ReadonlyMap<string, string>;
}

/** `cfssl serve` over mutual TLS, with a CA of its own making and its table of certificates in SQLite. */
export async function startCfssl(folder: string): Promise<CfsslPeer> {
  const file = (name: string) => join(folder, name);
  writeFileSync(file('ca.json'), JSON.stringify({ CN: 'CFSSL CA', key: { algo: 'ecdsa', size: 256 } }));
  const made = spawnSync('cfssl', ['gencert', '-initca', file('ca.json')], { encoding: 'utf8' });
  const ca = JSON.parse(made.stdout) as { cert: string; key: string };
  const root = certificate('Test servers', newKey(), undefined);
  const server = certificate('localhost', newKey(), root, ['localhost']);
  const client = certificate('hub', newKey(), root);
  const profile = {
    usages: ['digital signature', 'client auth'],
    expiry: '26280h',
    ClientProvidesSerialNumbers: true,
    auth_key: 'hub',
  };
  for (const [name, text] of [
    ['ca.pem', ca.cert],
    ['ca.key', ca.key],
    ['server.pem', server.pem],
    ['server.key', pem(server.key)],
    ['root.pem', root.pem],
    ['db.json', JSON.stringify({ driver: 'sqlite3', data_source: file('certificates.db') })],
    [
      'config.json',
      JSON.stringify({
        signing: { default: { ...profile }, profiles: { login: profile } },
        auth_keys: { hub: { type: 'standard', key: cfsslAuthKey } },
      }),
    ],
  ] as const)
    writeFileSync(file(name), text);
  const database = new DatabaseSync(file('certificates.db'));
  database.exec(`CREATE TABLE certificates (serial_number blob NOT NULL, authority_key_identifier blob NOT NULL, ca_label blob,
    status blob NOT NULL, reason int, expiry timestamp, revoked_at timestamp, pem blob NOT NULL,
    PRIMARY KEY (serial_number, authority_key_identifier))`);
  database.close();
  letThrough(folder);
  giveToNobody(folder);
  const port = await freePort();
  const words = ['-address', '127.0.0.1', '-port', String(port), '-ca', file('ca.pem'), '-ca-key', file('ca.key')];
  const tls = ['-tls-cert', file('server.pem'), '-tls-key', file('server.key'), '-mutual-tls-ca', file('root.pem')];
  const program = await startServerProgram({
    name: 'cfssl',
    command: ['cfssl', 'serve', ...words, ...tls, '-config', file('config.json'), '-db-config', file('db.json')],
    folder,
    isReady: () => isOpen(port),
  });
  return {
    ...program,
    url: `https://localhost:${port}`,
    signerPem: ca.cert,
    tlsRoot: root.pem,
    client: { certificate: client.pem, key: pem(client.key) },
    recorded() {
      const opened = new DatabaseSync(file('certificates.db'), { readOnly: true });
      const rows = opened.prepare('SELECT serial_number AS serial, status FROM certificates').all();
      opened.close();
      return new Map(rows.map(({ serial, status }) => [BigInt(String(serial)).toString(16), String(status)]));
    },
  };
}

export interface CmpPeer extends ServerProgram {
  readonly url: string;
}

/** `openssl cmp` as a server: it answers every request with the one certificate that it is given. */
export async function startOpensslCmp(
  folder: string,
  given: {
    readonly caPem: string;
    readonly caKey: string;
    readonly answerPem: string;
    /** What protects its messages: a secret with its name, or the CA's key against these clients. */
    readonly by: { readonly reference: string; readonly secret: string } | { readonly clients: string };
    readonly words?: readonly string[];
  },
): Promise<CmpPeer> {
  const file = (name: string) => join(folder, name);
  const { by } = given;
  writeFileSync(file('ca.pem'), given.caPem);
  writeFileSync(file('ca.key'), given.caKey);
  writeFileSync(file('answer.pem'), given.answerPem);
  writeFileSync(file('clients.pem'), 'clients' in by ? by.clients : given.caPem);
  letThrough(folder);
  giveToNobody(folder);
  const port = await freePort();
  const protection =
    'clients' in by
      ? ['-srv_cert', file('ca.pem'), '-srv_key', file('ca.key'), '-srv_trusted', file('clients.pem')]
      : ['-srv_ref', by.reference, '-srv_secret', `pass:${by.secret}`];
  const program = await startServerProgram({
    name: 'cmp',
    command: [
      'openssl',
      'cmp',
      '-port',
      String(port),
      ...protection,
      '-rsp_cert',
      file('answer.pem'),
      ...(given.words ?? []),
    ],
    folder,
    isReady: async () => isOpen(port),
  });
  return { ...program, url: `http://127.0.0.1:${port}` };
}

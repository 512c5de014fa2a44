// Starts the real certificate authority as an operator would: the ceremonies by the command line, then the program.
import { createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { publicKeyDer, toPem, writeCertificate, writeExtension, writeName } from '../../src/base/x509/index.ts';
import { authorityClient } from '../../src/edge/issuers/authority/index.ts';
import { boundedRequest } from '../../src/edge/outgoing/http/index.ts';
import { freePort } from './port.ts';
import { type Ended, launch } from './program.ts';

export interface ClientIdentity {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** What the authority's settings pin. */
  readonly pin: string;
}

const dayMs = 86_400_000;

/** A self-signed certificate and key: of a caller, or of a listener on loopback. */
export function selfSigned(name: string, given: { notAfter?: number; key?: KeyObject } = {}): ClientIdentity {
  const key = given.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const publicKey = publicKeyDer(createPublicKey(key));
  const subject = writeName([['2.5.4.3', name]]);
  const der = writeCertificate(
    {
      serial: Buffer.from(hash('sha256', publicKey, 'buffer').subarray(0, 8)),
      issuer: subject,
      subject,
      notBefore: Date.now() - dayMs,
      notAfter: given.notAfter ?? Date.now() + dayMs,
      publicKey,
      extensions: [writeExtension.subjectAltName({ dns: ['localhost'], ip: ['127.0.0.1'] })],
    },
    key,
  );
  return {
    cert: toPem(der),
    key: String(key.export({ type: 'pkcs8', format: 'pem' })),
    pin: hash('sha256', publicKey, 'hex'),
  };
}

export interface AuthorityPlace {
  readonly folder: string;
  readonly rootFolder: string;
  readonly apiUrl: string;
  readonly publishUrl: string;
  /** Host and port of EST. */
  readonly estUrl: string;
  readonly hub: ClientIdentity;
  readonly tls: ClientIdentity;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs one command of the program; throws with what it said when it fails. */
export async function authorityCommand(
  place: Pick<AuthorityPlace, 'env' | 'folder'>,
  ...words: readonly string[]
): Promise<string> {
  const { exited, output } = launch(['authority', ...words], place.env, place.folder);
  const { code } = await exited;
  if (code !== 0) throw new Error(`authority ${words.join(' ')}: ${output()}`);
  return output();
}

/** Has the operator permit a system to fetch its first certificate by EST. */
export async function permitFor(
  place: Pick<AuthorityPlace, 'env' | 'folder'>,
  {
    country,
    organization,
    commonName,
    dns,
  }: Readonly<Record<'country' | 'organization' | 'commonName' | 'dns', string>>,
): Promise<{ readonly user: string; readonly password: string }> {
  const names = dns.split(' ').flatMap((name) => ['--dns', name]);
  const holder = ['--country', country, '--organization', organization, '--common-name', commonName, ...names];
  const said = await authorityCommand(place, 'est-permit', '--profile', 'function', ...holder);
  const [user, password] = [/^User: +(\S+)$/m.exec(said)?.[1], /^Password: +(\S+)$/m.exec(said)?.[1]];
  if (user === undefined || password === undefined) throw new Error(`no permit: ${said}`);
  return { user, password };
}

/** A PKCS#11 token that the ceremonies make their keys in. */
export interface TokenToUse {
  readonly label: string;
  readonly module: string;
  readonly pinFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of root and issuing authority. */
  readonly kinds: readonly [root: string, staff: string];
}

/** Holds the ceremonies in a folder: a root, one issuing authority `staff`, and the settings file. */
export async function prepareAuthority(
  folder: string,
  databaseUrl: string,
  token?: TokenToUse,
  kinds: TokenToUse['kinds'] = token?.kinds ?? ['P-384', 'P-256'],
): Promise<AuthorityPlace> {
  const [apiPort, publishPort, estPort] = [await freePort(), await freePort(), await freePort()];
  const [authority, rootFolder] = [join(folder, 'authority'), join(folder, 'root')];
  const passphraseFile = join(folder, 'passphrase');
  mkdirSync(authority, { recursive: true, mode: 0o700 });
  writeFileSync(passphraseFile, 'a passphrase for tests\n', { mode: 0o600 });
  const [hub, tls] = [selfSigned('hub'), selfSigned('authority')];
  const publishUrl = `http://127.0.0.1:${publishPort}`;
  const place: AuthorityPlace = {
    folder: authority,
    rootFolder,
    apiUrl: `https://127.0.0.1:${apiPort}`,
    publishUrl,
    estUrl: `https://localhost:${estPort}`,
    hub,
    tls,
    env: {
      PATH: process.env['PATH'] ?? '',
      // Each start after the first is quicker by what need not be read and stripped of its types again.
      NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
      TILLIT_AUTHORITY_DATA: authority,
      TILLIT_AUTHORITY_DATABASE_URL: databaseUrl,
      TILLIT_AUTHORITY_LISTEN: `127.0.0.1:${apiPort}`,
      TILLIT_AUTHORITY_PUBLISH_LISTEN: `127.0.0.1:${publishPort}`,
      TILLIT_AUTHORITY_EST_LISTEN: `127.0.0.1:${estPort}`,
      ...(token === undefined
        ? { TILLIT_AUTHORITY_PASSPHRASE_FILE: passphraseFile }
        : { TILLIT_AUTHORITY_PIN_FILE: token.pinFile, ...token.env }),
      TILLIT_AUTHORITY_LOG: 'warn',
    },
  };
  const name = (commonName: string) => [
    '--country',
    'NO',
    '--organization',
    'Demo Region',
    '--common-name',
    commonName,
  ];
  const secret = token === undefined ? ['--passphrase-file', passphraseFile] : ['--pin-file', token.pinFile];
  const inToken = token === undefined ? [] : ['--token', token.label, '--module', token.module];
  const [rootKind, staffKind] = kinds;
  await authorityCommand(
    place,
    'ceremony',
    'root',
    '--folder',
    rootFolder,
    ...name('Demo Root'),
    '--publish-url',
    publishUrl,
    ...secret,
    ...inToken,
    '--key',
    rootKind,
    '--witness',
    'Ola',
  );
  await authorityCommand(
    place,
    'ceremony',
    'request',
    '--id',
    'staff',
    ...name('Demo Staff CA'),
    '--key',
    staffKind,
    ...secret,
    ...inToken,
  );
  const files = ['--csr', join(authority, 'staff.csr'), '--into', join(authority, 'staff.pem')];
  await authorityCommand(place, 'ceremony', 'sign', '--folder', rootFolder, '--id', 'staff', ...files, ...secret);
  for (const file of ['root.pem', 'root.crl'])
    writeFileSync(join(authority, file), readFileSync(join(rootFolder, file)));
  writeFileSync(join(authority, 'tls.pem'), tls.cert);
  writeFileSync(join(authority, 'tls.key'), tls.key, { mode: 0o600 });
  writeFileSync(
    join(authority, 'authority.yaml'),
    `publishUrl: ${publishUrl}
callers:
  - { name: hub, key: ${hub.pin}, profiles: [login, derived, function, signature] }
issuers: [staff]
est: { profiles: [function] }
standard: { issuer: staff, policies: [1.3.6.1.4.1.32473.1.1] }
`,
  );
  return place;
}

export interface RunningAuthorityProgram {
  readonly pid: number;
  readonly output: () => string;
  readonly exited: Promise<Ended>;
  stop(): Promise<Ended>;
  kill(): Promise<Ended>;
}

/** Starts the program and waits until both its listeners answer. */
export async function startAuthority(place: AuthorityPlace): Promise<RunningAuthorityProgram> {
  // The program itself, so that a kill is its own and nothing passes it on.
  const { child, exited, output } = launch(
    ['start'],
    place.env,
    place.folder,
    false,
    new URL('../../src/apps/authority/main.ts', import.meta.url),
  );
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  for (let round = 0; ; round += 1) {
    if (child.exitCode !== null || child.signalCode !== null || round > 600)
      throw new Error(`the authority did not start: ${output()}`);
    const ready = await fetch(`${place.publishUrl}/crl/staff.crl`).then(
      async (answer) => answer.ok && (await askAuthority(place)('GET', '/v1/orders/none', undefined)).status === 404,
      () => false,
    );
    if (ready) break;
    await sleep(25);
  }
  return { pid: child.pid ?? 0, output, exited, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** Asks the issue API as this caller. */
export const askAuthority =
  ({ apiUrl, tls, hub }: AuthorityPlace, as: ClientIdentity | undefined = hub) =>
  (method: 'GET' | 'POST', path: string, body: string | undefined) =>
    boundedRequest(`${apiUrl}${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body,
      authorities: [tls.cert],
      ...(as === undefined ? {} : { client: { cert: as.cert, key: as.key } }),
      timeoutMs: 10_000,
      maxBytes: 1_000_000,
    });

/** The hub's client of the program. */
export const issuerOf = (place: AuthorityPlace) => authorityClient(askAuthority(place));

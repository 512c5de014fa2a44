// The demo's certificate authority: the ceremonies that an operator would hold, once, and its program beside the hub.
import { spawn } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, hash, randomBytes, randomInt } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dayMs } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import { publicKeyDer, toPem, writeCertificate, writeExtension, writeName } from '../../base/x509/index.ts';
import { authorityDatabaseUrl, type DatabaseConnection } from '../../edge/store/embedded/index.ts';
import { type DemoProcess, demoFolder, startProgram } from './demo-process.ts';
import type { BootSettings } from './settings.ts';

const program = fileURLToPath(new URL('../authority/main.ts', import.meta.url));
const callerDays = 3650;
/** The root's list lives half a year; a demo has nobody who would come to renew it. */
const listDays = 60;

/** How the demo's hub reaches it; undefined: the demo goes without. */
export function demoAuthorityPlace(settings: BootSettings): BootSettings['authority'] {
  if (!settings.demo || settings.caUrl === undefined) return undefined;
  const { callerCertificate: certificate, callerKey: key } = files(settings);
  return { url: settings.caUrl, certificate, key, issuers: ['staff'] };
}

/** Whether the demo has made one here. */
export const hasDemoAuthority = (settings: BootSettings): boolean => existsSync(files(settings).settings);

const files = (settings: BootSettings) => {
  const folder = join(demoFolder(settings), 'authority');
  const at = (name: string) => join(folder, name);
  return {
    folder,
    root: at('root'),
    passphrase: at('passphrase'),
    settings: at('authority.yaml'),
    staff: at('staff.pem'),
    rootList: at('root.crl'),
    rootCertificate: at('root.pem'),
    callerCertificate: at('caller.pem'),
    callerKey: at('caller.key'),
    request: at('staff.csr'),
    environment: at('environment'),
  };
};

/** What its program is started with, also by commands that work on it. */
export function demoAuthorityEnvironment(settings: BootSettings, database: DatabaseConnection): NodeJS.ProcessEnv {
  const { folder, passphrase } = files(settings);
  const port = (url: string, standard: number) => Number(new URL(url).port || standard);
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    TILLIT_AUTHORITY_DATA: folder,
    TILLIT_AUTHORITY_DATABASE_URL: authorityDatabaseUrl(database),
    TILLIT_AUTHORITY_LISTEN: `127.0.0.1:${port(settings.caUrl ?? '', 443)}`,
    TILLIT_AUTHORITY_PUBLISH_LISTEN: `127.0.0.1:${port(settings.pkiUrl, 80)}`,
    TILLIT_AUTHORITY_EST_LISTEN: settings.estUrl === undefined ? 'off' : `127.0.0.1:${port(settings.estUrl, 443)}`,
    TILLIT_AUTHORITY_TLS_CERT: join(demoFolder(settings), 'ca', 'server.pem'),
    TILLIT_AUTHORITY_TLS_KEY: join(demoFolder(settings), 'ca', 'server.key'),
    TILLIT_AUTHORITY_PASSPHRASE_FILE: passphrase,
    TILLIT_AUTHORITY_LOG: settings.logLevel,
  };
}

/** The same for a shell that reads the file: what `tillit authority` wants to know, and no secret. */
function writeEnvironment(file: string, env: NodeJS.ProcessEnv): void {
  const quoted = (value = '') => `'${value.replaceAll("'", "'\\''")}'`;
  const lines = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('TILLIT_') ? [`export ${name}=${quoted(value)}\n`] : [],
  );
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}

/** Holds the ceremonies when there is no authority yet, and renews the root's list when it is old. */
export async function makeDemoAuthority(settings: BootSettings, database: DatabaseConnection): Promise<void> {
  const env = demoAuthorityEnvironment(settings, database);
  const { root, rootList, passphrase } = files(settings);
  const secret = ['--passphrase-file', passphrase];
  if (!existsSync(files(settings).settings)) await holdCeremonies(settings, env);
  else if (statSync(rootList).mtimeMs < Date.now() - listDays * dayMs) {
    await ceremony(env, 'list', '--folder', root, ...secret);
    copyFileSync(join(root, 'root.crl'), rootList);
  }
  writeEnvironment(files(settings).environment, env);
}

/** Starts what `makeDemoAuthority` made. Needs the server certificate of the demo's test CA. */
export async function startDemoAuthority(
  settings: BootSettings,
  database: DatabaseConnection,
  onExit: (code: number | null) => void,
): Promise<DemoProcess> {
  const { ready, close } = startProgram(program, ['start'], demoAuthorityEnvironment(settings, database), onExit);
  if (await ready) return { close };
  throw new Problem({
    kind: 'unavailable',
    code: 'unavailable',
    detail: 'the certificate authority could not start; is one of its ports in use? TILLIT_CA_URL=off goes without',
  });
}

async function holdCeremonies(settings: BootSettings, env: NodeJS.ProcessEnv): Promise<void> {
  const at = files(settings);
  const { folder, root, passphrase, request, staff } = at;
  // What a start that was broken off left: it has issued nothing, for it never had its settings.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(passphrase, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const secret = ['--passphrase-file', passphrase];
  const name = (commonName: string) => [
    ...['--country', 'NO', '--organization', 'Demo Region'],
    ...['--common-name', commonName, ...secret],
  ];
  await Promise.all([
    ceremony(env, 'root', '--folder', root, ...name('Demo Region Root CA'), '--publish-url', settings.pkiUrl),
    ceremony(env, 'request', '--id', 'staff', ...name('Demo Region Staff CA'), '--key', 'P-256'),
  ]);
  const carried = ['--csr', request, '--into', staff];
  await ceremony(env, 'sign', '--folder', root, '--id', 'staff', ...carried, ...secret);
  copyFileSync(join(root, 'root.pem'), at.rootCertificate);
  copyFileSync(join(root, 'root.crl'), at.rootList);
  const pin = makeCaller(at.callerCertificate, at.callerKey);
  // Last, so that ceremonies which were broken off are not taken for whole.
  writeFileSync(
    at.settings,
    `# Made by the demo. docs/operations/authority.md tells what may stand here.
publishUrl: ${settings.pkiUrl}
callers:
  - { name: hub, key: ${pin}, profiles: [login, derived, function, signature] }
issuers: [staff]
est: { profiles: [function] }
standard: { issuer: staff, policies: [1.3.6.1.4.1.32473.1.1], derivedPolicies: [1.3.6.1.4.1.32473.1.2] }
`,
  );
}

function ceremony(env: NodeJS.ProcessEnv, ...words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [program, 'ceremony', ...words], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Problem({
              kind: 'unavailable',
              code: 'unavailable',
              detail: 'the demo’s certificate authority could not be made; see the line above',
            }),
          ),
    );
  });
}

/** A key and a certificate to show to the issue API, which knows the key alone. Answers its pin. */
function makeCaller(certificateFile: string, keyFile: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = publicKeyDer(createPublicKey(privateKey));
  const subject = writeName([['2.5.4.3', 'demo hub']]);
  const now = Date.now();
  const der = writeCertificate(
    {
      serial: Buffer.from([0x40 | randomInt(64), ...randomBytes(15)]),
      issuer: subject,
      subject,
      notBefore: now - dayMs,
      notAfter: now + callerDays * dayMs,
      publicKey,
      extensions: [writeExtension.basicConstraints(false)],
    },
    privateKey,
  );
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(certificateFile, toPem(der), { mode: 0o600 });
  return hash('sha256', publicKey, 'hex');
}

// Debian's Samba as a real Active Directory domain of its own on a loopback address: LDAPS, Kerberos, and PKINIT.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import { requireDebian } from './debian.ts';
import { startController } from './samba-controller.ts';
import type { ServerProgram } from './server-program.ts';

export const sambaMissing = (): string | undefined => {
  const missing = requireDebian('samba-ad-dc', 'samba-ad-provision', 'krb5-user');
  if (missing !== undefined) return missing;
  return process.getuid?.() === 0 ? undefined : 'needs root: a domain controller has ports of its own';
};

export interface Samba {
  readonly realm: string;
  /** Its own, with the key of who vouches for its certificate. */
  readonly folder: string;
  /** `DC=hosp,DC=test`. */
  readonly root: string;
  readonly url: string;
  readonly address: string;
  /** PEM of who vouches for its certificate. */
  readonly anchors: string;
  readonly administrator: string;
  readonly password: string;
  /** A client bound as administrator; the caller unbinds it. */
  readonly client: () => Promise<Client>;
  /** Asks the domain for a Kerberos ticket as a user does; answers undefined, or what the domain said. */
  readonly kinit: (user: string, password: string) => string | undefined;
  /** The same with a card (PKINIT, RFC 4556); `identity` as MIT's kinit takes it: `FILE:certificate,key`, or `PKCS11:…` with its PIN. */
  readonly kinitWithCard: (user: string, identity: string, token?: TokenAccess) => string | undefined;
  /** From its next start on it lets in who shows a card below this root. */
  readonly trustCards: (trust: CardTrust) => void;
  /** As the domain itself shows it: `objectSid`, `userPrincipalName`. */
  readonly shown: (loginName: string, attribute: string) => string | undefined;
  /** Makes a user below CN=Users that may make and change accounts. */
  readonly addOperator: (name: string, password: string) => Promise<void>;
  /** The change that gives an attribute this value alone. */
  readonly change: (attribute: string, value: string) => Change;
  /** As an administrator does. */
  readonly setPassword: (address: string, password: string) => Promise<void>;
  /** Gives an attribute an index, as `tillit target check` asks for. */
  readonly index: (attribute: string) => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Starts it again, perhaps with a clock that is ahead by so many seconds (Debian's faketime). */
  readonly start: (aheadSeconds?: number) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export interface CardTrust {
  /** PEM. */
  readonly root: string;
  readonly issuing: string;
}

export interface TokenAccess {
  readonly pin: string;
  readonly env: Readonly<Record<string, string>>;
}

const realm = 'HOSP.TEST';
const root = 'DC=hosp,DC=test';
let started = 0;

/** An address of the loopback that no other test process uses: the ports of a domain are what they are. */
export function ownAddress(): string {
  started += 1;
  return `127.${64 + (process.pid >> 14)}.${(process.pid >> 6) & 255}.${((process.pid & 63) << 2) + started}`;
}

/** Makes a domain in a folder of its own (some 4 s) and starts it. */
export async function startSamba({ joinable = false } = {}): Promise<Samba> {
  const address = ownAddress();
  // Samba's sockets have long paths below it, so it stands high up.
  const folder = mkdtempSync('/var/tmp/tillit-dc-');
  chmodSync(folder, 0o755);
  const home = join(folder, 'dc');
  const password = 'Adm1n-Passw0rd';
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  run(
    'samba-tool',
    ...['domain', 'provision', `--realm=${realm}`, '--domain=HOSP', `--adminpass=${password}`, '--server-role=dc'],
    ...['--dns-backend=SAMBA_INTERNAL', '--use-rfc2307', '--host-name=dc1', `--host-ip=${address}`],
    ...[`--targetdir=${home}`, `--option=interfaces=${address}/8`, '--option=bind interfaces only=yes'],
  );
  const anchors = writeCertificates(folder, address, run);
  writeFileSync(join(folder, 'krb5.conf'), kerberosClient(folder, address));
  for (const name of ['card-root.crt', 'card-authority.crt']) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'kdc.conf'), kerberosServer(folder, address));

  let program: ServerProgram | undefined;
  // The Kerberos server and LDAP; a second controller asks for the rest by remote calls.
  const services = `ldap cldap kdc${joinable ? ' rpc' : ''}`;
  const start = async (aheadSeconds = 0): Promise<void> => {
    program = await startController({ name: 'samba', folder, home, address, services, aheadSeconds });
  };
  await start();

  const bind = async (): Promise<Client> => {
    const client = new Client({ url: `ldaps://${address}`, tlsOptions: { ca: anchors }, timeout: 10_000 });
    await client.bind('HOSP\\Administrator', password);
    return client;
  };
  const asAdministrator = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = await bind();
    await work(client).finally(() => client.unbind());
  };
  const change = (operation: 'add' | 'replace', type: string, ...values: string[] | Buffer[]) =>
    new Change({ operation, modification: new Attribute({ type, values }) });
  const passwordChange = (secret: string) => change('replace', 'unicodePwd', Buffer.from(`"${secret}"`, 'utf16le'));
  return {
    realm,
    folder,
    root,
    addOperator: (name, secret) =>
      asAdministrator(async (client) => {
        const address = `CN=${name},CN=Users,${root}`;
        await client.add(address, {
          objectClass: ['top', 'person', 'organizationalPerson', 'user'],
          sAMAccountName: `svc-${name}`,
          userAccountControl: '514',
        });
        await client.modify(address, [passwordChange(secret), change('replace', 'userAccountControl', '512')]);
        await client.modify(`CN=Account Operators,CN=Builtin,${root}`, change('add', 'member', address));
      }),
    change: (attribute, value) => change('replace', attribute, value),
    index: (attribute) =>
      asAdministrator(async (client) => {
        const schema = `CN=Schema,CN=Configuration,${root}`;
        const { searchEntries } = await client.search(schema, {
          scope: 'one',
          filter: `(lDAPDisplayName=${attribute})`,
          attributes: ['searchFlags'],
        });
        const [entry] = searchEntries;
        await client.modify(
          String(entry?.dn),
          change('replace', 'searchFlags', String(Number(entry?.['searchFlags'] ?? 0) | 1)),
        );
        await client.modify('', change('replace', 'schemaUpdateNow', '1'));
      }),
    setPassword: (address, secret) => asAdministrator((client) => client.modify(address, passwordChange(secret))),
    url: `ldaps://${address}`,
    address,
    anchors,
    administrator: `CN=Administrator,CN=Users,${root}`,
    password,
    client: bind,
    kinit: (user, secret) => kinit(folder, user, secret),
    kinitWithCard: (user, identity, token) =>
      kinit(folder, user, token?.pin ?? '', ['-X', `X509_user_identity=${identity}`], token?.env),
    trustCards: ({ root: cardRoot, issuing }) => {
      writeFileSync(join(folder, 'card-root.crt'), cardRoot);
      writeFileSync(join(folder, 'card-authority.crt'), issuing);
    },
    shown: (loginName, attribute) => {
      const database = ['-H', join(home, 'private', 'sam.ldb'), '--attributes', attribute];
      return new RegExp(`^${attribute}: (.*)$`, 'm').exec(
        run('samba-tool', 'user', 'show', loginName, ...database),
      )?.[1];
    },
    start,
    stop: async () => {
      await program?.stop();
      program = undefined;
    },
    remove: async () => {
      await program?.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** Who vouches for the controllers, and the first one's certificate. */
function writeCertificates(
  folder: string,
  address: string,
  run: (program: string, ...args: string[]) => string,
): string {
  run(
    'openssl',
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-keyout', join(folder, 'ca.key'), '-out', join(folder, 'ca.crt'), '-subj', '/CN=Test domain'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  );
  writeControllerCertificate({ folder, authority: folder, name: 'dc1.hosp.test', address });
  return readFileSync(join(folder, 'ca.crt'), 'utf8');
}

/** A controller's certificate, which is the Kerberos server's too (RFC 4556 3.2.4): `dc.crt` and `dc.key`. */
export function writeControllerCertificate(given: {
  readonly folder: string;
  /** Where `ca.crt` and `ca.key` are. */
  readonly authority: string;
  readonly name: string;
  readonly address: string;
  /** From when until when; as OpenSSL takes it. */
  readonly validity?: readonly string[];
}): void {
  const { folder, authority, name, address, validity = ['-days', '2'] } = given;
  const file = (word: string): string => join(folder, word);
  const run = (...args: string[]): void => void execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (authority !== folder) copyFileSync(join(authority, 'ca.crt'), file('ca.crt'));
  writeFileSync(
    file('dc.ext'),
    [
      'basicConstraints=CA:FALSE',
      'keyUsage=critical,digitalSignature,keyEncipherment',
      'extendedKeyUsage=serverAuth,1.3.6.1.5.2.3.5',
      `subjectAltName=DNS:${name},IP:${address},otherName:1.3.6.1.5.2.2;SEQUENCE:kdc`,
      '[kdc]',
      'realm=EXP:0,GeneralString:HOSP.TEST',
      'principal=EXP:1,SEQUENCE:name',
      '[name]',
      'type=EXP:0,INTEGER:1',
      'parts=EXP:1,SEQUENCE:words',
      '[words]',
      'first=GeneralString:krbtgt',
      'second=GeneralString:HOSP.TEST',
    ].join('\n'),
  );
  run(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('dc.key'), '-out', file('dc.csr')],
    ...['-subj', `/CN=${name}`],
  );
  run(
    ...['x509', '-req', '-in', file('dc.csr'), '-CA', join(authority, 'ca.crt'), '-CAkey', join(authority, 'ca.key')],
    ...[...validity, '-CAcreateserial', '-sha256', '-extfile', file('dc.ext'), '-out', file('dc.crt')],
  );
  chmodSync(file('dc.key'), 0o600);
}

/** What MIT's kinit says when it is refused. */
function kinit(
  folder: string,
  user: string,
  secret: string,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): string | undefined {
  try {
    execFileSync('kinit', ['-c', `FILE:${folder}/${process.pid}.cc`, ...words, `${user}@${realm}`], {
      input: `${secret}\n`,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, ...env, KRB5_CONFIG: join(folder, 'krb5.conf'), LC_ALL: 'C' },
    });
    return undefined;
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error);
  }
}

const kerberosClient = (folder: string, address: string): string => `[libdefaults]
 default_realm = ${realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 rdns = false
 dns_canonicalize_hostname = false
 pkinit_anchors = FILE:${folder}/ca.crt
 pkinit_anchors = FILE:${folder}/card-root.crt
 pkinit_pool = FILE:${folder}/card-authority.crt
[realms]
 ${realm} = {
  kdc = ${address}:88
  pkinit_kdc_hostname = dc1.hosp.test
 }
`;

const kerberosServer = (folder: string, address: string): string => `[libdefaults]
 default_realm = ${realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 pkinit_anchors = FILE:${folder}/card-root.crt
[realms]
 ${realm} = {
  kdc = ${address}
  pkinit_require_eku = true
 }
[kdc]
 enable-pkinit = yes
 pkinit_identity = FILE:${folder}/dc.crt,${folder}/dc.key
 pkinit_anchors = FILE:${folder}/card-root.crt
 pkinit_pool = FILE:${folder}/card-authority.crt
 pkinit_principal_in_certificate = yes
 pkinit_win2k = no
 pkinit_win2k_require_binding = yes
`;

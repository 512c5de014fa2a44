// `backup FILE` and `restore FILE`: the register, and of the folder what a passphrase or a token still guards.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import { type Crl, crlSignedBy, pemBlocks, readCrl } from '../../base/x509/index.ts';
import { takeInList } from '../../core/authority/index.ts';
import { readTokenKeyFile } from '../../edge/keys/ca/index.ts';
import {
  authorityLock,
  authorityMigration,
  certificateRegister,
  migrateAuthority,
  migrateAuthorityOn,
  serialsOf,
} from '../../edge/store/authority/index.ts';
import { type BackupFile, restoreBackup, verifyBackup, writeBackup } from '../../edge/store/backup/index.ts';
import { openPool } from '../../edge/store/pool/open-pool.ts';
import { programVersion } from './program.ts';
import { readCertificateFile, writeWhole } from './root-folder.ts';
import { readSettingsFile } from './settings-file.ts';

interface Given {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly file: string;
  readonly out: (line: string) => void;
  readonly log: (line: string) => void;
  /** The last lists that were published, DER or PEM: what they say is taken in. */
  readonly lists?: readonly string[];
}

const schema = 'authority';
const failed = (detail: string): Problem => new Problem({ kind: 'invalid', code: 'backup.file', detail });

const keyFile = (id: string): string => `keys/${id}.key`;

/** Of a folder, by name: nothing that opens without a passphrase, a PIN or another key is among it. */
const keptNames = (issuers: readonly string[]): readonly string[] => [
  ...['authority.yaml', 'root.pem', 'root.crl', 'keys/checkpoint.pub'],
  ...issuers.flatMap((id) => [`${id}.pem`, keyFile(id)]),
];
/** What a name in a backup may be: nothing that leads out of the folder. */
const keptName = /^(keys\/)?[a-z0-9][a-z0-9.-]*$/;
/** Made anew, or only of use on the day. */
const passing = /^audit\/|^minutes-|\.csr$|\.new$/;

/** The other files of the folder: to be kept in another place, since some of them open by themselves. */
function restOf(folder: string, kept: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !kept.includes(name) && !passing.test(name))
    .sort();
}

/** Writes the database and the sealed keys to one file; also while the authority runs. */
export async function backUpAuthority({ folder, databaseUrl, file, out, log }: Given): Promise<void> {
  const { issuers } = readSettingsFile(folder);
  const names = keptNames(issuers).filter((name) => existsSync(join(folder, name)));
  const absent = issuers.flatMap((id) => [`${id}.pem`, keyFile(id)]).filter((name) => !names.includes(name));
  if (absent.length > 0) throw failed(`${join(folder, absent[0] ?? '')} is missing; a backup without it would be none`);
  for (const id of issuers) refuseOpenKey(join(folder, keyFile(id)));
  const files = names.map(
    (name): BackupFile => ({ name, base64: readFileSync(join(folder, name)).toString('base64') }),
  );
  const keepWith = restOf(folder, names);
  const { header, rows, fileBytes } = await writeBackup({
    ...{ connection: { connectionString: databaseUrl }, schema, file, files, keepWith, log },
    program: programVersion,
    now: new Date(systemClock()),
    migrationOf: authorityMigration,
  });
  out(`${file}: ${rows} rows of ${header.tables.length} tables and ${files.length} files, ${fileBytes} bytes`);
  for (const name of keepWith) out(`keep with it, in another place: ${join(folder, name)}`);
  for (const id of issuers) {
    const key = readTokenKeyFile(join(folder, keyFile(id)));
    out(
      key === undefined
        ? `keep with it, in another place: the passphrase of ${keyFile(id)}`
        : `the key of ${id} is not in it: it lies in the token "${key.token}" (${key.serial}), whose backup is made with its maker’s tool`,
    );
  }
}

/** A backup is copied about: a key that opens by itself has no place in one. */
function refuseOpenKey(file: string): void {
  if (!/^\s*\{\s*"format": ?"tillit-ca-/.test(readFileSync(file, 'utf8')))
    throw failed(`${file} is neither a sealed key nor the name of one in a token`);
}

/** Fills an empty database, and puts the files back where none is. */
export async function restoreAuthority({ folder, databaseUrl, file, out, log, lists = [] }: Given): Promise<void> {
  const { header: seen } = await verifyBackup(file);
  if (seen.schema !== schema) throw failed(`${file} is no backup of a certificate authority`);
  putBack(folder, seen.files ?? []);
  const published = lists.map((each) => readPublished(folder, each));
  const { header, rows } = await restoreBackup({
    ...{ connection: { connectionString: databaseUrl }, schema, file, lock: authorityLock, log },
    migrate: (client, upTo) => migrateAuthorityOn(client, programVersion, upTo),
  });
  const pool = openPool({ connectionString: databaseUrl, max: 1 });
  try {
    await migrateAuthority(pool, programVersion);
    for (const { issuer, crl } of published) {
      const ports = { register: certificateRegister(pool), clock: systemClock };
      const { taken, unknown } = await takeInList(ports, { issuer, crl, serials: await serialsOf(pool, issuer) });
      out(`revoked or suspended again, as the last list of ${issuer} says: ${taken}`);
      if (unknown > 0)
        log(`${unknown} entries of the list of ${issuer} are not in the register: issued after the backup, or ended`);
    }
  } finally {
    await pool.end();
  }
  out(`${rows} rows of ${header.tables.length} tables and ${header.files?.length ?? 0} files, made ${header.madeAt}`);
  for (const name of header.keepWith.filter((each) => !existsSync(join(folder, each))))
    log(`not here yet: ${join(folder, name)}`);
  log(
    `What was issued after ${header.madeAt}${lists.length > 0 ? '' : ', or revoked'} is not in it; docs/operations/authority.md tells what to do.`,
  );
}

/** A list of one of the folder's issuing authorities, with its signature verified. */
function readPublished(folder: string, file: string): { readonly issuer: string; readonly crl: Crl } {
  const bytes = readFileSync(file);
  const reading = readCrl(pemBlocks(bytes.toString('latin1'), 'X509 CRL')[0] ?? bytes);
  if (!reading.ok) throw failed(`${file} is no revocation list: ${reading.reason}`);
  const { crl } = reading;
  const issuer = readSettingsFile(folder).issuers.find((id) =>
    crlSignedBy(crl, readCertificateFile(join(folder, `${id}.pem`))),
  );
  if (issuer === undefined) throw failed(`${file} is not signed by an issuing authority of ${folder}`);
  return { issuer, crl };
}

/** Before the database is touched; what is there already must be the same. */
function putBack(folder: string, files: readonly BackupFile[]): void {
  const found = files.map(({ name, base64 }) => {
    if (!keptName.test(name)) throw failed(`the backup names a file that no authority has: ${JSON.stringify(name)}`);
    const path = join(folder, name);
    return { path, content: Buffer.from(base64, 'base64'), there: existsSync(path) };
  });
  const other = found.find(({ path, content, there }) => there && !readFileSync(path).equals(content));
  if (other !== undefined) throw failed(`${other.path} is there already, and differs from the one in the backup`);
  for (const { path, content, there } of found) {
    if (there) continue;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeWhole(path, content);
  }
}

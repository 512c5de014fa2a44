// Entry of the authority's program: `start`, `verify`, permits for EST, and the ceremonies.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { asProblem, Problem } from '../../base/problem.ts';
import { type CaKeyKind, caKeyKinds, type TokenPlace } from '../../edge/keys/ca/index.ts';
import { findEvents, type TrailSearch } from '../../edge/store/authority/index.ts';
import { openPool } from '../../edge/store/pool/open-pool.ts';
import { backUpAuthority, restoreAuthority } from './backup.ts';
import { listCeremony, requestCeremony, rootCeremony, signCeremony } from './ceremony.ts';
import { runAuthority } from './run.ts';
import { authorityFolder, authoritySettingTexts, readAuthoritySettings } from './settings.ts';
import { endPermit, givePermit, revokeSystem } from './systems.ts';
import { verifyTrail } from './trail.ts';

const usage = `tillit authority start
tillit authority verify
tillit authority backup    FILE
tillit authority restore   FILE [--list CRL]
tillit authority find      [--person ID] [--reference REFERENCE] [--serial SERIAL]
tillit authority est-permit --profile PROFILE --country NO --organization O --common-name CN --dns NAME [--dns NAME] [--hours 24]
tillit authority est-permit --end PERMIT
tillit authority est-revoke --serial SERIAL --reason REASON
tillit authority ceremony root    --folder DIR --country NO --organization O --common-name CN --publish-url URL [--key ${caKeyKinds.join('|')}] [--years 20]
tillit authority ceremony request --id ID --country NO --organization O --common-name CN [--folder DIR] [--key …]
tillit authority ceremony sign    --folder DIR --id ID --csr FILE --into FILE [--years 10]
tillit authority ceremony list    --folder DIR [--revoke ID|SERIAL --reason REASON]
Each ceremony takes --passphrase-file FILE (else it asks) and --witness NAME, as often as there are people.
root and request make the key in a token with --token LABEL --module FILE (its PKCS#11 library); the PIN is in --pin-file FILE, or asked for.

Settings are variables of the environment; in parentheses what holds without them:
${Object.entries(authoritySettingTexts)
  .map(([name, meaning]) => `  ${name.padEnd(34)} ${meaning}`)
  .join('\n')}`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);
const text = { type: 'string' } as const;
const options = {
  folder: text,
  country: text,
  organization: text,
  'common-name': text,
  'publish-url': text,
  key: text,
  years: text,
  id: text,
  csr: text,
  into: text,
  revoke: text,
  reason: text,
  person: text,
  reference: text,
  serial: text,
  profile: text,
  'organization-identifier': text,
  dns: { type: 'string', multiple: true },
  hours: text,
  end: text,
  'passphrase-file': text,
  'pin-file': text,
  token: text,
  module: text,
  witness: { type: 'string', multiple: true },
  list: { type: 'string', multiple: true },
  help: { type: 'boolean' },
} as const;

class UsedWrongly extends Error {}

async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const [command, second] = positionals;
  if (values.help || command === undefined) {
    say(usage);
    return values.help ? 0 : 2;
  }
  const need = (name: Exclude<keyof typeof values, 'witness' | 'dns' | 'list' | 'help'>): string => {
    const value = values[name];
    if (value === undefined) throw new UsedWrongly(`--${name} is missing`);
    return value;
  };
  if (command === 'start') return serve();
  if (command === 'verify') return withDatabase(verify);
  if (command === 'backup' || command === 'restore') return copy(command, positionals.slice(1), values.list);
  if (command === 'find') {
    const { person, reference, serial } = values;
    if ([person, reference, serial].every((each) => each === undefined))
      throw new UsedWrongly('say whose: --person, --reference or --serial');
    return withDatabase((pool) => find(pool, { person, reference, serial: serial?.toLowerCase() }));
  }
  if (command === 'est-permit') {
    if (values.end !== undefined) return withDatabase((pool) => endPermit(pool, values.end ?? '', say));
    const holder = {
      country: need('country'),
      organization: need('organization'),
      organizationIdentifier: values['organization-identifier'],
      commonName: need('common-name'),
      dns: values.dns?.join(' '),
    };
    const wanted = { profile: need('profile'), holder, hours: Number(values.hours ?? 24) };
    return withDatabase((pool, folder) => givePermit(pool, folder, wanted, say));
  }
  if (command === 'est-revoke') {
    const wanted = { serial: need('serial'), reason: need('reason') };
    return withDatabase((pool, folder) => revokeSystem(pool, folder, wanted, say));
  }
  if (command !== 'ceremony') throw new UsedWrongly(`there is no command "${command}"`);
  const fileOf = (name: 'passphrase-file' | 'pin-file'): string | undefined => values[name] && resolve(values[name]);
  const secrets = { passphraseFile: fileOf('passphrase-file'), pinFile: fileOf('pin-file') };
  const base = { folder: '', ...secrets, witnesses: values.witness ?? [], out: say };
  const token = (): TokenPlace | undefined => {
    if (values.token === undefined && values.module === undefined) return undefined;
    return { token: need('token'), module: resolve(need('module')) };
  };
  const kind = (): CaKeyKind => {
    const found = caKeyKinds.find((each) => each === (values.key ?? 'P-384'));
    if (found === undefined) throw new UsedWrongly(`--key is one of ${caKeyKinds.join(', ')}`);
    return found;
  };
  const years = (standard: number): number => {
    const given = Number(values.years ?? standard);
    if (!Number.isInteger(given) || given < 1 || given > 30) throw new UsedWrongly('--years is 1 to 30');
    return given;
  };
  const name = () => ({
    country: need('country'),
    organization: need('organization'),
    commonName: need('common-name'),
  });
  const folder = (): string => resolve(need('folder'));
  switch (second) {
    case 'root': {
      const publishUrl = need('publish-url').replace(/\/+$/, '');
      if (!URL.canParse(publishUrl) || new URL(publishUrl).protocol !== 'http:')
        throw new UsedWrongly('--publish-url is an http address');
      await rootCeremony({
        ...base,
        folder: folder(),
        name: name(),
        key: kind(),
        token: token(),
        years: years(20),
        publishUrl,
      });
      return 0;
    }
    case 'request': {
      const into = values.folder ? resolve(values.folder) : authorityFolder(process.env, process.cwd());
      await requestCeremony({ ...base, folder: into, id: idOf(need('id')), name: name(), key: kind(), token: token() });
      return 0;
    }
    case 'sign': {
      const [csr, into] = [resolve(need('csr')), resolve(need('into'))];
      if (existsSync(into)) throw new UsedWrongly(`${into} is there already`);
      await signCeremony({ ...base, folder: folder(), id: idOf(need('id')), csr, into, years: years(10) });
      return 0;
    }
    case 'list':
      await listCeremony({ ...base, folder: folder(), revoke: values.revoke, reason: values.reason });
      return 0;
    default:
      throw new UsedWrongly('a ceremony is root, request, sign or list');
  }
}

function idOf(id: string): string {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(id) || id === 'root')
    throw new UsedWrongly('--id is small letters, digits and hyphens, and not root');
  return id;
}

/** Serves until SIGINT, SIGTERM, or the end of whoever started us with a channel. */
async function serve(): Promise<number> {
  const settings = readAuthoritySettings(process.env, process.cwd());
  const asked = new Promise<void>((done) => {
    process.on('SIGINT', done);
    process.on('SIGTERM', done);
    if (process.channel !== undefined) process.on('disconnect', done);
  });
  const running = await runAuthority(settings);
  process.send?.({ ready: true });
  process.channel?.unref();
  await asked;
  await running.close();
  return 0;
}

async function copy(
  command: 'backup' | 'restore',
  [file, ...more]: readonly string[],
  lists: readonly string[] = [],
): Promise<number> {
  if (file === undefined || more.length > 0) throw new UsedWrongly('name one file');
  const { folder, databaseUrl } = readAuthoritySettings(process.env, process.cwd());
  const given = {
    folder,
    databaseUrl,
    file: resolve(file),
    out: say,
    log: tell,
    lists: lists.map((list) => resolve(list)),
  };
  await (command === 'backup' ? backUpAuthority(given) : restoreAuthority(given));
  return 0;
}

async function withDatabase(work: (pool: pg.Pool, folder: string) => Promise<number>): Promise<number> {
  const { databaseUrl, folder } = readAuthoritySettings(process.env, process.cwd());
  const pool = openPool({ connectionString: databaseUrl, max: 1 });
  try {
    return await work(pool, folder);
  } finally {
    await pool.end();
  }
}

async function verify(pool: pg.Pool, folder: string): Promise<number> {
  const { ok, size, intact, findings } = await verifyTrail(pool, folder);
  say(`${ok ? 'The trail is whole' : 'THE TRAIL IS NOT WHOLE'}: ${size} events, ${intact} with their text.`);
  for (const finding of findings.slice(0, 20)) say(JSON.stringify(finding));
  return ok ? 0 : 1;
}

/** One event a line, oldest first, as it is sealed. */
async function find(pool: pg.Pool, search: TrailSearch): Promise<number> {
  for (const { text: event } of await findEvents(pool, search)) say(event);
  return 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (thrown) {
  const wrongly = thrown instanceof UsedWrongly || (thrown as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  const problem = thrown instanceof Problem ? thrown : asProblem(thrown);
  process.stderr.write(
    `tillit authority: ${wrongly ? (thrown as Error).message : `${problem.detail ?? problem.code} [${problem.code}]`}\n`,
  );
  process.exitCode = wrongly ? 2 : 1;
}

// The corpus judged by `openssl verify` as well: what we accept it accepts, and what we alone refuse is a rule of ours.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { toPem } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';

interface CaseFile {
  readonly at: string;
  readonly accepted: readonly string[];
  readonly expect: { readonly check?: string };
  readonly chain: readonly string[];
  readonly lists: Readonly<Record<string, string | null>>;
  readonly populations?: readonly (Partial<Population> & { readonly id: string })[];
}

const root = join(import.meta.dirname, '..', '..', '..', 'test', 'corpus');
const read = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));
const common = read('valid', 'certificate', '_common.json') as {
  populations: Population[];
  lists: Record<string, string>;
};
const folder = mkdtempSync(join(tmpdir(), 'tillit-openssl-'));
after(() => rmSync(folder, { recursive: true }));
const run = promisify(execFile);

/** Checks that are rules of ours, or stricter than `openssl verify` is by default (it sees no populations). */
const oursAlone = new Set([
  'populationUsable',
  'populationIssuer',
  'populationPolicy',
  'populationOfDevices',
  'populationOfPeople',
  'populationAccepted',
  'identifier',
  'notServer',
  'leafIsNoCa',
  'keySizes',
]);
/** Single cases that OpenSSL 3.0 accepts and we do not, with the reason. */
const oursAmongCases: Readonly<Record<string, string>> = {
  'without-key-usage': 'absent means every usage to it',
  'without-extended-key-usage': 'absent means every usage to it',
  'authority-without-key-usage': 'absent means every usage to it',
  'names-no-list': 'it takes any list with the issuer’s name',
  'list-at-a-host-not-allowed': 'it fetches nothing',
  'list-over-ldap-only': 'it fetches nothing',
  'list-without-next-update': 'RFC 5280 5.1.2.5 requires it, 3.0 takes it as without end',
  'list-delta': 'without extended list support, 3.0 takes a delta list for a whole one',
  'list-with-critical-entry-extension': 'it knows certificateIssuer and does not read this one',
  'bytes-after-the-certificate': 'its PEM reader drops them',
  'authority-asks-for-a-policy-that-holds-nowhere': 'it looks at policies with -policy_check only',
};

function present(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function opensslSays(name: string, file: CaseFile): Promise<'OK' | string> {
  const bases = new Map(common.populations.map((each) => [each.id, each]));
  const populations = (file.populations ?? common.populations).map(
    (changed) => ({ ...bases.get(changed.id), ...changed }) as Population,
  );
  const [leaf = '', ...rest] = file.chain.map((der) => toPem(Buffer.from(der, 'base64')));
  const lists = Object.values({ ...common.lists, ...file.lists }).flatMap((list) =>
    list === null ? [] : [toPem(Buffer.from(list, 'base64'), 'X509 CRL')],
  );
  const paths = Object.entries({
    leaf: [leaf],
    anchors: populations.flatMap(({ anchors }) => anchors.filter((each) => each.includes('BEGIN'))),
    others: [...rest, ...populations.flatMap(({ intermediates }) => intermediates)],
    lists,
  }).map(([what, texts]) => {
    const path = join(folder, `${name}-${what}.pem`);
    writeFileSync(path, texts.join(''));
    return path;
  });
  const [leafPath = '', anchors = '', others = '', listPath = ''] = paths;
  const seconds = String(Math.floor(Date.parse(file.at) / 1000));
  const given = [
    'verify',
    '-attime',
    seconds,
    '-purpose',
    'sslclient',
    '-crl_check_all',
    '-CAfile',
    anchors,
    '-untrusted',
    others,
    '-CRLfile',
    listPath,
    leafPath,
  ];
  return run('openssl', given).then(
    () => 'OK',
    (failed: { stderr: string }) => failed.stderr,
  );
}

describe('openssl verify', { skip: present() ? false : 'the openssl program is missing' }, () => {
  const cases = (kind: 'valid' | 'invalid') =>
    readdirSync(join(root, kind, 'certificate'))
      .filter((name) => name.endsWith('.json') && !name.startsWith('_'))
      .map((name) => ({ name: name.slice(0, -5), file: read(kind, 'certificate', name) as CaseFile }));

  // OpenSSL stops at an unreadable certificate file; a TLS peer may send one after its own.
  for (const { name, file } of cases('valid'))
    if (name !== 'unreadable-certificate-after-the-leaf')
      test(`accepts ${name} as we do`, async () => assert.equal(await opensslSays(name, file), 'OK'));

  for (const { name, file } of cases('invalid')) {
    const check = file.expect.check ?? '';
    if (file.chain.length === 0 || oursAlone.has(check) || oursAmongCases[name] !== undefined) continue;
    test(`refuses ${name} as we do`, async () => assert.notEqual(await opensslSays(name, file), 'OK'));
  }
});

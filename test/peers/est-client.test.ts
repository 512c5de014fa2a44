// strongSwan's EST client against our authority, by the very lines of docs/operations/authority.md; OpenSSL judges what it got.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { authorityDatabaseUrl } from '../../src/edge/store/embedded/index.ts';
import {
  type AuthorityPlace,
  permitFor,
  prepareAuthority,
  type RunningAuthorityProgram,
  startAuthority,
} from '../support/authority-program.ts';
import { requireDebian, startEmbedded, type TestDatabase, temporaryFolder } from '../support/index.ts';
import { newPeerTls } from '../support/peer-tls.ts';

const run = promisify(execFile);
const missing = requireDebian('strongswan-pki', 'libstrongswan-standard-plugins', 'openssl');
const page = readFileSync(new URL('../../docs/operations/authority.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('## Certificates of systems: EST'), page.indexOf('## Running'));
const [, firstLines = '', renewalLines = ''] = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(
  ([, lines = '']) => lines,
);
const system = {
  country: 'NO',
  organization: 'Demo Region',
  commonName: 'radius.hospital.example',
  dns: 'radius.hospital.example',
};

describe('strongSwan as EST client', { skip: missing ?? false }, () => {
  const folder = temporaryFolder('est-peer');
  const at = (name: string) => join(folder.path, name);
  let database: TestDatabase | undefined;
  let place: AuthorityPlace;
  let program: RunningAuthorityProgram | undefined;
  before(async () => {
    database = await startEmbedded();
    const prepared = await prepareAuthority(folder.path, authorityDatabaseUrl(database.connection));
    // It takes no server certificate that vouches for itself.
    const tls = newPeerTls(folder.path);
    place = {
      ...prepared,
      apiUrl: prepared.apiUrl.replace('127.0.0.1', 'localhost'),
      tls: { ...prepared.tls, cert: tls.root },
      env: { ...prepared.env, TILLIT_AUTHORITY_TLS_CERT: tls.certificate, TILLIT_AUTHORITY_TLS_KEY: tls.key },
    };
    writeFileSync(at('tls-ca.pem'), tls.root);
    program = await startAuthority(place);
  });
  after(async () => {
    await program?.stop();
    await database?.stop();
    folder.remove();
  });

  const sh = async (lines: string): Promise<string> => {
    const script = lines.replaceAll('https://ca.hospital.example:8447', place.estUrl);
    const { stdout, stderr } = await run('sh', ['-e', '-c', script], { cwd: folder.path });
    return stdout + stderr;
  };
  const openssl = async (...words: string[]) => (await run('openssl', words, { cwd: folder.path })).stdout;
  const certificate = async () => ({
    text: await openssl('x509', '-in', 'radius.pem', '-noout', '-text'),
    serial: await openssl('x509', '-in', 'radius.pem', '-noout', '-serial'),
    key: await openssl('x509', '-in', 'radius.pem', '-noout', '-pubkey'),
  });
  const ownKey = () => openssl('pkey', '-in', 'radius.key', '-pubout');
  const verified = () =>
    openssl(
      ...['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', system.dns],
      ...['-CAfile', join(place.folder, 'root.pem'), '-untrusted', join(place.folder, 'staff.pem'), 'radius.pem'],
    );

  test('the page’s lines give a certificate that OpenSSL believes, and the next one for it', async () => {
    const { user, password } = await permitFor(place, system);
    assert.match(firstLines, /USER:PASSWORD/);
    await sh(firstLines.replace('USER:PASSWORD', `${user}:${password}`));
    const first = await certificate();
    assert.match(first.text, /Subject: C = NO, O = Demo Region, CN = radius\.hospital\.example/);
    assert.match(first.text, /DNS:radius\.hospital\.example/);
    assert.equal(first.key, await ownKey());
    assert.match(await verified(), /radius\.pem: OK/);

    assert.match(renewalLines, /--cert radius\.pem --key radius\.key/);
    await sh(renewalLines);
    const next = await certificate();
    assert.notEqual(next.serial, first.serial);
    assert.equal(next.key, await ownKey());
    assert.match(await verified(), /radius\.pem: OK/);
  });

  test('--estca gives the issuing authority and the root, as OpenSSL knows them', async () => {
    await sh(
      'pki --estca --url https://ca.hospital.example:8447 --cacert tls-ca.pem --caout found.pem --outform pem --force',
    );
    const { stdout } = await run('sh', ['-c', 'cat found*.pem'], { cwd: folder.path });
    for (const file of ['staff.pem', 'root.pem']) {
      const own = readFileSync(join(place.folder, file), 'utf8');
      const body = own.replace(/-----[^-]+-----|\s/g, '');
      assert.ok(stdout.replace(/\s/g, '').includes(body), `${file} in ${stdout}`);
    }
  });

  test('the same permit again is refused, and so is another name with its certificate', async () => {
    const { user, password } = await permitFor(place, { ...system, dns: 'vpn.hospital.example' });
    writeFileSync(at('permit'), `--userpass ${user}:${password}\n`);
    const fetch = (name: string, how: string) =>
      sh(`pki --gen --type ecdsa --size 256 --outform pem > ${name}.key
pki --req --type priv --in ${name}.key --dn "C=NO, O=Demo Region, CN=${name}" > ${name}.csr
pki --est --url https://ca.hospital.example:8447 --cacert tls-ca.pem ${how} --in ${name}.csr --outform pem > ${name}.pem`);
    await fetch('vpn', '--options permit');
    await assert.rejects(fetch('vpn-2', '--options permit'), /HTTP 409/);
    await assert.rejects(fetch('vpn-3', '--cert vpn.pem --key vpn.key'), /HTTP 400/);
    await assert.rejects(fetch('vpn-4', ''), /HTTP 401/);
  });
});

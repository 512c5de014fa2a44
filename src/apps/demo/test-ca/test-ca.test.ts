// The test CA: kept in its folder, private, quick, and agreed with by OpenSSL and node:tls.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { checkServerIdentity } from 'node:tls';
import { promisify } from 'node:util';
import { pemBlocks, readCertificate, readCrl } from '../../../base/x509/index.ts';
import {
  type CardAuthorityName,
  createTestPki,
  issueCard,
  listHandler,
  revoke,
  saveCard,
  serverCertificate,
  signList,
  testPopulations,
} from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillit-ca-'));
after(() => rmSync(folder, { recursive: true }));
const base = join(folder, 'ca');
const options = { crlBaseUrl: 'http://127.0.0.1:8450' };
const holder = { serialNumber: 'SE5560000001-TA01', givenName: 'Åsa', surname: 'Öberg' };
const run = promisify(execFile);

function hasProgram(name: string, argument: string): boolean {
  try {
    execFileSync(name, [argument], { stdio: 'ignore' });
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
const noOpenssl = hasProgram('openssl', 'version') ? false : 'the openssl program is missing';
const noPk12util =
  hasProgram('pk12util', '-H') && hasProgram('certutil', '-H') ? false : 'pk12util (libnss3-tools) is missing';

test('is made once and loaded afterwards, with what was revoked; nobody else can read it', () => {
  const pki = createTestPki(base, options);
  revoke(pki, 'simple', '0abc', 1);
  const again = createTestPki(base, { crlBaseUrl: 'http://127.0.0.1:9999' });
  assert.deepEqual(again.authorities.simple.der, pki.authorities.simple.der);
  assert.equal(again.crlBaseUrl, options.crlBaseUrl);
  const crl = readCrl(signList(again, 'simple'));
  assert.ok(crl.ok && crl.crl.isRevoked('0abc')?.reason === 1);
  for (const file of readdirSync(base)) assert.equal(statSync(join(base, file)).mode & 0o077, 0, file);
  assert.equal(statSync(base).mode & 0o077, 0);
});

test('what one process revokes is in the lists of another that was running already', () => {
  const [one, other] = [createTestPki(base, options), createTestPki(base, options)];
  revoke(one, 'advanced', '0a01');
  revoke(other, 'advanced', '0a02');
  for (const pki of [one, other]) {
    const crl = readCrl(signList(pki, 'advanced'));
    assert.ok(crl.ok && crl.crl.isRevoked('0a01') && crl.crl.isRevoked('0a02'));
  }
});

test('a half-made folder is made again', () => {
  const half = join(folder, 'half');
  createTestPki(half, options);
  rmSync(join(half, 'test-ca.json'));
  writeFileSync(join(half, 'root.key'), 'broken');
  assert.ok(createTestPki(half, options).authorities.root.key);
});

test('a test CA of a former version gets the authorities that it lacks, and keeps the others', () => {
  const folder = join(base, 'former');
  const before = createTestPki(folder, options);
  for (const name of ['polar-root.pem', 'polar-person.pem', 'polar-person.key']) rmSync(join(folder, name));
  const after = createTestPki(folder, options);
  assert.deepEqual(after.authorities['hsa-id-3'].der, before.authorities['hsa-id-3'].der);
  assert.notDeepEqual(after.authorities['polar-root'].der, before.authorities['polar-root'].der);
  const again = createTestPki(folder, options);
  assert.deepEqual(again.authorities['polar-person'].der, after.authorities['polar-person'].der);
});

test('two instances have nothing in common but names', () => {
  const [one, other] = [createTestPki(undefined, options), createTestPki(undefined, options)];
  assert.deepEqual(one.authorities.root.subject, other.authorities.root.subject);
  assert.notDeepEqual(one.authorities.root.publicKey, other.authorities.root.publicKey);
});

describe('OpenSSL agrees', { skip: noOpenssl }, () => {
  const pki = createTestPki(base, options);
  const rootOf: Record<CardAuthorityName, 'root' | 'outside-root' | 'eid-root' | 'polar-root'> = {
    simple: 'root',
    advanced: 'outside-root',
    'hsa-id-3': 'eid-root',
    'person-id-3': 'eid-root',
    function: 'eid-root',
    'hsa-id-2': 'eid-root',
    'person-id-mobile': 'eid-root',
    'person-type-1': 'eid-root',
    'fjordpass-person': 'outside-root',
    'fjordpass-business': 'outside-root',
    'polar-person': 'polar-root',
  };
  const verify = async (name: string, authority: CardAuthorityName, lists: readonly string[] = []): Promise<string> => {
    const file = (text: string) => join(base, text);
    const listArguments = lists.flatMap((list) => ['-CRLfile', list]);
    const checks = lists.length > 0 ? ['-crl_check_all'] : [];
    const given = [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslclient',
      '-CAfile',
      file(`${rootOf[authority]}.pem`),
      '-untrusted',
      file(`${authority}.pem`),
    ];
    return run('openssl', [...given, ...checks, ...listArguments, file(`${name}.pem`)]).then(
      ({ stdout }) => stdout.trim().split(': ').at(-1) ?? '',
      (failed: { stderr: string }) => /error \d+ at \d depth lookup: (.*)/.exec(failed.stderr)?.[1] ?? failed.stderr,
    );
  };

  for (const authority of Object.keys(rootOf) as CardAuthorityName[])
    test(`on a card of ${authority}`, async () => {
      saveCard(base, `c-${authority}`, issueCard(pki, { authority, holder, cardNumber: '9752269875300000001' }), 'p');
      assert.equal(await verify(`c-${authority}`, authority), 'OK');
    });
  test('on what is revoked', async () => {
    const card = issueCard(pki, { authority: 'simple', holder });
    saveCard(base, 'revoked', card, 'p');
    const toPemFile = async (name: 'simple' | 'root') => {
      writeFileSync(join(base, `${name}.crl`), signList(pki, name));
      await run('openssl', [
        'crl',
        '-inform',
        'der',
        '-in',
        join(base, `${name}.crl`),
        '-out',
        join(base, `${name}.crl.pem`),
      ]);
      return join(base, `${name}.crl.pem`);
    };
    assert.equal(await verify('revoked', 'simple', [await toPemFile('simple'), await toPemFile('root')]), 'OK');
    revoke(pki, 'simple', card.serial);
    assert.equal(
      await verify('revoked', 'simple', [await toPemFile('simple'), await toPemFile('root')]),
      'certificate revoked',
    );
  });
  test('on faults that it knows', async () => {
    const faults: [string, Parameters<typeof issueCard>[1], string][] = [
      [
        'expired',
        { authority: 'simple', holder, notBefore: Date.now() - 9_000_000, notAfter: Date.now() - 1_000 },
        'certificate has expired',
      ],
      ['early', { authority: 'simple', holder, notBefore: Date.now() + 9_000_000 }, 'certificate is not yet valid'],
      [
        'server',
        { authority: 'simple', holder, instead: { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] } },
        'unsu(itable|pported) certificate purpose',
      ],
      [
        'forged',
        { authority: 'simple', holder, instead: { signer: issueCard(pki, { authority: 'simple', holder }).key } },
        'certificate signature failure',
      ],
    ];
    for (const [name, request, error] of faults) {
      saveCard(base, name, issueCard(pki, request), 'p');
      assert.match(await verify(name, 'simple'), new RegExp(`^${error}$`));
    }
  });
  for (const rsaBits of [undefined, 2048])
    test(`on the PKCS#12 file of ${rsaBits === undefined ? 'a P-256' : 'an RSA'} key`, async () => {
      const card = issueCard(pki, { authority: 'simple', holder, ...(rsaBits === undefined ? {} : { rsaBits }) });
      const path = saveCard(base, 'soft', card, 'pass ord åäö');
      const { stdout } = await run('openssl', ['pkcs12', '-in', path, '-nodes', '-passin', 'pass:pass ord åäö']);
      assert.deepEqual(pemBlocks(stdout), card.chain);
      const key = createPrivateKey(stdout.slice(stdout.indexOf('-----BEGIN PRIVATE KEY')));
      assert.ok(new X509Certificate(card.pem).checkPrivateKey(key));
      await assert.rejects(
        run('openssl', ['pkcs12', '-in', path, '-nodes', '-passin', 'pass:wrong']),
        /mac verify error|invalid password/i,
      );
    });
});

test('NSS imports the PKCS#12 file, as Chromium needs it', { skip: noPk12util }, async () => {
  const db = join(folder, 'nss');
  await run('mkdir', [db]);
  await run('certutil', ['-N', '-d', `sql:${db}`, '--empty-password']);
  const path = saveCard(
    base,
    'nss',
    issueCard(createTestPki(base, options), { authority: 'hsa-id-3', holder }),
    'demo-1234',
  );
  await run('pk12util', ['-d', `sql:${db}`, '-i', path, '-W', 'demo-1234']);
  const { stdout } = await run('certutil', ['-L', '-d', `sql:${db}`]);
  assert.match(stdout, /Åsa Öberg \(hsa-id-3\)\s+u,u,u/);
});

describe('server certificates', () => {
  test('are kept, and made anew when they end soon or lack a name', () => {
    let now = Date.now();
    const pki = createTestPki(base, { ...options, clock: () => now });
    const first = serverCertificate(pki);
    assert.equal(serverCertificate(pki).cert, first.cert);
    assert.notEqual(serverCertificate(pki, ['localhost', 'hub.example']).cert, first.cert);
    const third = serverCertificate(pki);
    now = third.notAfter - 59 * 86_400_000;
    assert.notEqual(serverCertificate(pki).cert, third.cert);
  });
  test('fit the names of the listeners', () => {
    const leaf = new X509Certificate(serverCertificate(createTestPki(base, options)).cert);
    for (const host of ['localhost', 'abc-def.card.localhost', '127.0.0.1'])
      assert.equal(checkServerIdentity(host, leaf.toLegacyObject()), undefined, host);
    assert.ok(checkServerIdentity('evil.example', leaf.toLegacyObject()));
  });
});

test('lists are served newly signed, and other paths are left alone', async () => {
  const pki = createTestPki(undefined, options);
  const handle = listHandler(pki);
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const fetchPath = (path: string) =>
    new Promise<{ status: number | undefined; body: Buffer }>((resolve) =>
      get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, path, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(parts) }));
      }),
    );
  const entries = async () => {
    const reading = readCrl((await fetchPath('/crl/advanced.crl')).body);
    return reading.ok ? reading.crl.entries : -1;
  };
  assert.equal(await entries(), 0);
  revoke(pki, 'advanced', '07');
  assert.equal(await entries(), 1);
  for (const path of ['/crl/nobody.crl', '/', '/crl/../advanced.key', '/crl/advanced.crl/x'])
    assert.equal((await fetchPath(path)).status, 404);
  server.close();
});

test('populations name certificates that can be read, and follow a list server that moved', () => {
  const pki = createTestPki(undefined, options);
  for (const population of testPopulations(pki, 'http://127.0.0.1:9000')) {
    for (const pem of [...population.anchors, ...population.intermediates])
      assert.ok(readCertificate(pemBlocks(pem)[0] ?? Buffer.alloc(0)).ok);
    assert.equal(
      population.revocation.overrides['http://127.0.0.1:8450/crl/simple.crl'],
      'http://127.0.0.1:9000/crl/simple.crl',
    );
    assert.deepEqual(population.revocation.allowedHosts, ['127.0.0.1:9000']);
  }
});

test('the program creates, issues and revokes', async () => {
  const place = join(folder, 'program');
  const program = (...given: string[]) =>
    run(process.execPath, [join(import.meta.dirname, 'main.ts'), '--folder', place, ...given]);
  await program('create');
  const issued = await program(
    ...'issue --authority simple --name a --serial-number T00042 --given-name A --surname B --password p'.split(' '),
  );
  const serial = /serial ([0-9a-f]+)/.exec(issued.stdout)?.[1] ?? '';
  assert.ok(readFileSync(join(place, 'cards', 'a.p12')).length > 500);
  await program('revoke', '--authority', 'simple', '--serial', serial);
  const crl = readCrl(signList(createTestPki(place, options), 'simple'));
  assert.ok(crl.ok && crl.crl.isRevoked(serial));
  await assert.rejects(program('issue'), /--authority is missing/);
  chmodSync(place, 0o700);
});

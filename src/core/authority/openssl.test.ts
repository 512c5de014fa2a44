// OpenSSL agrees: it reads and verifies what the authority issues, its lists, and the answers of its responder.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { authorityWorld, csrOf, newEcKey, someHolder, someOrder } from '../../../test/fakes/authority-world.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { pemBlocks, readCsr, toPem } from '../../base/x509/index.ts';
import { issue } from './issue.ts';
import { keepListCurrent } from './revocation-list.ts';
import { changeState } from './state.ts';
import { answerStatus, makeResponder } from './status-answer.ts';

const run = promisify(execFile);
const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('OpenSSL and the authority', { skip: hasOpenssl ? false : 'the openssl program is missing' }, async () => {
  const folder = temporaryFolder('authority');
  after(() => folder.remove());
  const file = (name: string) => join(folder.path, name);
  const openssl = async (...words: string[]) => {
    const done = await run('openssl', words, { cwd: folder.path }).catch(
      (failed: { stdout: string; stderr: string }) => failed,
    );
    return `${done.stdout}${done.stderr}`;
  };
  const world = authorityWorld(Date.now());
  writeFileSync(file('root.pem'), toPem(world.root));
  writeFileSync(file('ca.pem'), toPem(world.authority.certificate.der));
  const save = async (name: string, change: Parameters<typeof someOrder>[0] = {}) => {
    const outcome = await issue(world.ports, someOrder(change));
    assert.ok(outcome.kind === 'issued', JSON.stringify(outcome));
    writeFileSync(file(`${name}.pem`), toPem(outcome.certificate.der));
    return outcome.certificate.serial;
  };
  const verify = (name: string, ...more: string[]) =>
    openssl('verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'ca.pem', ...more, `${name}.pem`);

  test('a login certificate has what a domain controller wants', async () => {
    await save('login');
    assert.match(await verify('login', '-purpose', 'sslclient'), /login\.pem: OK/);
    const text = await openssl('x509', '-in', 'login.pem', '-noout', '-text');
    for (const wanted of [
      /Microsoft Smartcard Login|msSmartcardLogin/i,
      /TLS Web Client Authentication/,
      /othername: ?UPN:+ase@fjord\.example/,
      /1\.3\.6\.1\.4\.1\.311\.25\.2:/,
      /S-1-5-21-1-2-3-1104/,
      /URI:http:\/\/pki\.example\/crl\/staff\.crl/,
      /OCSP - URI:http:\/\/pki\.example\/ocsp\/staff/,
      /CA Issuers - URI:http:\/\/pki\.example\/aia\/staff\.cer/,
      /CA:FALSE/,
    ])
      assert.match(text, wanted);
  });

  test('certificates of the other profiles verify for what they are for', async () => {
    const proof = { at: world.now - 60_000, fingerprint: 'ab'.repeat(32) };
    await save('derived', { profile: 'derived', holder: { ...someHolder, device: 'tablet-7' }, proof });
    assert.match(await verify('derived', '-purpose', 'sslclient'), /OK/);
    assert.match(await openssl('x509', '-in', 'derived.pem', '-noout', '-text'), /URI:urn:tillit:device:tablet-7/);
    const holder = { country: 'NO', organization: 'Demo Region', commonName: 'ris', dns: 'ris.example' };
    await save('function', { profile: 'function', holder });
    assert.match(await verify('function', '-purpose', 'sslserver', '-verify_hostname', 'ris.example'), /OK/);
    await save('signature', { profile: 'signature', holder: someHolder });
    assert.doesNotMatch(await verify('signature', '-purpose', 'sslclient'), /OK$/m, 'a signature logs nobody in');
  });

  test('a request that openssl made is read, possession and wishes seen', async () => {
    await openssl(
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'k.key',
      '-out',
      'r.csr',
      '-subj',
      '/CN=Administrator',
      '-addext',
      'basicConstraints=CA:TRUE',
    );
    const [der] = pemBlocks((await run('cat', [file('r.csr')])).stdout, 'CERTIFICATE REQUEST');
    assert.ok(der);
    const reading = readCsr(der);
    assert.ok(reading.ok && reading.csr.askedExtensions.some(({ oid }) => oid === '2.5.29.19'));
    await save('rsa', { csr: der });
    assert.match(await verify('rsa'), /OK/);
    writeFileSync(file('ours.csr'), toPem(csrOf(newEcKey()), 'CERTIFICATE REQUEST'));
    assert.match(await openssl('req', '-in', 'ours.csr', '-noout', '-verify'), /verify OK/);
  });

  test('list and responder say good, on hold, revoked, and unknown for what was never issued', async () => {
    const responder = await makeResponder(world.ports, world.authority);
    writeFileSync(file('responder.pem'), toPem(responder.certificate));
    assert.match(await verify('responder', '-purpose', 'ocsphelper'), /OK/);
    const serial = await save('card');
    const ports = { register: world.ports.register, clock: () => world.now };
    const server = createServer(async (asking, answering) => {
      const parts: Buffer[] = [];
      for await (const part of asking) parts.push(part as Buffer);
      answering.setHeader('content-type', 'application/ocsp-response');
      answering.end(await answerStatus(ports, world.authority, responder, Buffer.concat(parts)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const words = ['-issuer', 'ca.pem', '-cert', 'card.pem', '-CAfile', 'root.pem', '-verify_other', 'ca.pem'];
    const ask = (...more: string[]) => openssl('ocsp', ...more, ...words, '-url', url);
    const listed = async () => {
      const list = await keepListCurrent(world.ports.register, world.authority, world.now);
      writeFileSync(file('list.pem'), toPem(list?.der ?? Buffer.alloc(0), 'X509 CRL'));
      return verify('card', '-crl_check', '-CRLfile', 'list.pem');
    };
    const change = (to: 'held' | 'good' | 'revoked') =>
      changeState(world.ports, {
        caller: 'hub',
        issuer: 'staff',
        serial,
        to,
        reason: to === 'revoked' ? 'keyCompromise' : undefined,
      });
    const good = await ask();
    assert.match(good, /Response verify OK/);
    assert.match(good, /card\.pem: good/);
    assert.doesNotMatch(good, /WARNING: no nonce/);
    assert.match(await ask('-sha256'), /card\.pem: good/);
    assert.match(await ask('-no_nonce'), /card\.pem: good/);
    assert.match(await listed(), /card\.pem: OK/);
    await change('held');
    assert.match(await ask(), /card\.pem: revoked[\s\S]*certificateHold/);
    assert.match(await listed(), /certificate revoked/);
    await change('good');
    assert.match(await ask(), /card\.pem: good/);
    assert.match(await listed(), /card\.pem: OK/);
    await change('revoked');
    assert.match(await ask(), /card\.pem: revoked[\s\S]*keyCompromise/);
    assert.match(await listed(), /certificate revoked/);
    // Written down and never signed is not issued; another authority's certificate is not ours.
    const { rows } = world.ports.register;
    const index = rows.findIndex((row) => row.serial === serial);
    const [row] = rows.splice(index, 1);
    assert.match(await ask(), /card\.pem: unknown/);
    rows.push({ ...(row as (typeof rows)[number]), der: undefined });
    assert.match(await ask(), /card\.pem: unknown/);
    const other = authorityWorld(Date.now());
    writeFileSync(file('ca.pem'), toPem(other.authority.certificate.der));
    assert.match(await ask(), /card\.pem: unknown|Error/);
    writeFileSync(file('ca.pem'), toPem(world.authority.certificate.der));
  });

  test('no bytes make the readers of requests throw, nor the responder', async () => {
    const responder = await makeResponder(world.ports, world.authority);
    const csr = csrOf(newEcKey());
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(csr.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
        const changed = Buffer.from(csr);
        changed[at] = (changed[at] ?? 0) ^ flip;
        return changed;
      }),
    );
    const ports = { register: world.ports.register, clock: () => world.now };
    await fc.assert(
      fc.asyncProperty(bytes, async (given) => {
        readCsr(Buffer.from(given));
        const answer = await answerStatus(ports, world.authority, responder, Buffer.from(given));
        assert.equal(answer.toString('hex'), '30030a0101');
      }),
      { numRuns: 3000 },
    );
  });
});

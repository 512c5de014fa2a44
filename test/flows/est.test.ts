// EST of the real authority, over TLS: our own connector of outside issuers is the client that knows nothing of the server.
import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pemBlocks, readCertificate, readCertsOnly, readCrl, toPem } from '../../src/base/x509/index.ts';
import type { CertificateWish } from '../../src/core/ordering/index.ts';
import { type AskEst, estIssuer } from '../../src/edge/issuers/est/index.ts';
import { boundedRequest } from '../../src/edge/outgoing/http/index.ts';
import { authorityDatabaseUrl } from '../../src/edge/store/embedded/index.ts';
import { csrOf, newEcKey, someHolder, someSystem, systemCsr } from '../fakes/authority-world.ts';
import {
  type AuthorityPlace,
  authorityCommand,
  issuerOf,
  permitFor,
  prepareAuthority,
  type RunningAuthorityProgram,
  selfSigned,
  startAuthority,
} from '../support/authority-program.ts';
import { startEmbedded, type TestDatabase, temporaryFolder } from '../support/index.ts';

const folder = temporaryFolder('est-flow');
let database: TestDatabase | undefined;
let place: AuthorityPlace;
let program: RunningAuthorityProgram | undefined;
before(async () => {
  database = await startEmbedded();
  place = await prepareAuthority(folder.path, authorityDatabaseUrl(database.connection));
  program = await startAuthority(place);
});
after(async () => {
  await program?.stop();
  await database?.stop();
  folder.remove();
});

interface Shown {
  readonly permit?: { readonly user: string; readonly password: string };
  readonly certificate?: Buffer;
  readonly key?: KeyObject;
}

const pem = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }));

/** One request over TLS, with what the system has to show for itself. */
const asking =
  ({ permit, certificate, key }: Shown): AskEst =>
  (method, url, headers, body) =>
    boundedRequest(url, {
      method,
      headers: {
        ...headers,
        ...(permit === undefined
          ? {}
          : { authorization: `Basic ${Buffer.from(`${permit.user}:${permit.password}`).toString('base64')}` }),
      },
      body,
      authorities: [place.tls.cert],
      ...(certificate === undefined || key === undefined
        ? {}
        : { client: { cert: toPem(certificate), key: pem(key) } }),
      timeoutMs: 10_000,
      maxBytes: 100_000,
    });

const staff = (): Buffer => pemBlocks(readFileSync(join(place.folder, 'staff.pem'), 'utf8'))[0] ?? Buffer.alloc(0);
const connector = (shown: Shown, label = '') =>
  estIssuer(
    { address: `${place.estUrl}/.well-known/est${label}`, signer: staff(), reenrolls: true },
    asking(shown),
    Date.now,
  );
const wish = (request: Buffer, renewal = false): CertificateWish => ({
  order: 'o1',
  profile: 'function',
  request,
  holder: {},
  notAfter: 0,
  person: 'nobody',
  reference: 'r1',
  renewal,
});
const submitted = async (shown: Shown, request: Buffer, renewal = false, label = '') => {
  const answer = await connector(shown, label).submit(wish(request, renewal), undefined);
  assert.ok(answer.kind === 'issued', JSON.stringify(answer));
  const reading = readCertificate(Buffer.from(answer.certificate));
  assert.ok(reading.ok);
  return reading.certificate;
};
const trail = async (reference: string) =>
  (await authorityCommand(place, 'find', '--reference', reference))
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { kind: string }).kind);

describe('EST of the authority', () => {
  test('a permit from the command line, a certificate, lost answers, the next certificate: one story in the trail', async () => {
    const permit = await permitFor(place, someSystem);
    const key = newEcKey();
    const csr = systemCsr(key);
    const first = await submitted({ permit }, csr);
    assert.deepEqual(first.dnsNames, someSystem.dns.split(' '));
    assert.deepEqual(first.keyUsage, new Set(['digitalSignature']));
    assert.equal((await submitted({ permit }, csr)).serial, first.serial, 'the same request again');
    const other = await connector({ permit }).submit(wish(systemCsr()), undefined);
    assert.ok(other.kind === 'refused' && /order\.other/.test(other.reason), JSON.stringify(other));

    const own = { certificate: first.der, key };
    const nextCsr = systemCsr();
    const next = await submitted(own, nextCsr, true);
    assert.notEqual(next.serial, first.serial);
    assert.ok(next.subject.der.equals(first.subject.der));
    assert.equal((await submitted(own, nextCsr, true, '/function')).serial, next.serial);
    assert.deepEqual(await trail(permit.user), [
      'certificate.permitted',
      'certificate.ordered',
      'certificate.issued',
      'certificate.ordered',
      'certificate.issued',
    ]);
    assert.doesNotMatch(program?.output() ?? '', new RegExp(permit.password));
  });

  test('with another’s certificate, another’s name, a person’s card, a revoked or no certificate there is none', async () => {
    const permit = await permitFor(place, someSystem);
    const key = newEcKey();
    const certificate = (await submitted({ permit }, systemCsr(key))).der;
    const post = async (shown: Shown, csr: Buffer, path = 'simplereenroll') => {
      const headers = { 'content-type': 'application/pkcs10' };
      const url = `${place.estUrl}/.well-known/est/${path}`;
      const { status, body } = await asking(shown)('POST', url, headers, csr.toString('base64'));
      return `${status} ${body.toString('utf8').trim()}`;
    };
    const stranger = newEcKey();
    const strangers = pemBlocks(selfSigned('radius.fjord.example', { key: stranger }).cert)[0] as Buffer;
    assert.match(await post({ certificate: strangers, key: stranger }, systemCsr()), /^403 renewal\.own/);
    assert.match(await post({ certificate, key }, csrOf(newEcKey())), /^400 renewal\.subject/);
    assert.match(await post({}, systemCsr()), /^403 renewal\.shown/);
    assert.match(await post({ certificate, key }, systemCsr(), 'simpleenroll'), /^401 permit\.right/);

    const cardKey = newEcKey();
    const card = await issuerOf(place).submit({
      ...{ id: 'est-card', profile: 'login', csr: csrOf(cardKey), holder: someHolder },
      ...{ person: 'ase', reference: 'r2' },
    });
    assert.ok(card.kind === 'issued');
    const shownCard = { certificate: card.certificate.chain[0] as Buffer, key: cardKey };
    assert.match(await post(shownCard, systemCsr()), /^403 renewal\.profile/);

    const revoke = (serial: string, reason = 'keyCompromise') =>
      authorityCommand(place, 'est-revoke', '--serial', serial, '--reason', reason);
    await assert.rejects(revoke(card.certificate.serial), /nothing to do with certificates of this profile/);
    await assert.rejects(revoke('ab'.repeat(16)), /there is no such certificate/);

    const reading = readCertificate(certificate);
    assert.ok(reading.ok);
    const { serial } = reading.certificate;
    await assert.rejects(revoke(serial, 'boredom'), /--reason is one of/);
    assert.match(await revoke(serial.toUpperCase()), /is revoked; /);
    assert.match(await revoke(serial), /is revoked already/);
    const listed = async () => {
      const list = readCrl(Buffer.from(await (await fetch(`${place.publishUrl}/crl/staff.crl`)).arrayBuffer()));
      return list.ok && list.crl.isRevoked(serial) !== undefined;
    };
    for (let rounds = 0; !(await listed()); rounds += 1) {
      assert.ok(rounds < 100, 'on the list of the running program');
      await sleep(100);
    }
    assert.equal((await trail(permit.user)).at(-1), 'certificate.revoked');
    assert.match(await post({ certificate, key }, systemCsr()), /^403 renewal\.state/);
  });

  test('the handshake wants the key of the certificate that is shown', async () => {
    const permit = await permitFor(place, someSystem);
    const { der } = await submitted({ permit }, systemCsr());
    await assert.rejects(
      asking({ certificate: der, key: newEcKey() })('GET', `${place.estUrl}/.well-known/est/cacerts`, {}),
      /key|EST|PEM|SSL|mismatch/i,
    );
  });

  test('a permit that was taken back is none, and a person’s certificate cannot be permitted', async () => {
    const permit = await permitFor(place, someSystem);
    assert.match(await authorityCommand(place, 'est-permit', '--end', permit.user), /has ended/);
    await assert.rejects(authorityCommand(place, 'est-permit', '--end', permit.user), /had ended/);
    await assert.rejects(connector({ permit }).submit(wish(systemCsr()), undefined), /credentials are not accepted/);
    const words = ['--country', 'NO', '--organization', 'X', '--common-name', 'Kari'];
    await assert.rejects(
      authorityCommand(place, 'est-permit', '--profile', 'login', ...words, '--dns', 'kari.example'),
      /does not list profile login under est/,
    );
    await assert.rejects(authorityCommand(place, 'est-permit', '--profile', 'function', ...words), /dns is missing/);
    await assert.rejects(
      authorityCommand(place, 'est-permit', '--profile', 'function', ...words, '--dns', 'a.example', '--hours', '1000'),
      /1 to 168 hours/,
    );
  });

  test('it does not start with a root to hand out that its issuing authority does not lie under', async () => {
    const file = join(place.folder, 'root.pem');
    const root = readFileSync(file);
    try {
      writeFileSync(file, selfSigned('another root').cert);
      await assert.rejects(authorityCommand(place, 'start'), /root\.pem, which EST hands out, did not sign .* staff/);
    } finally {
      writeFileSync(file, root);
    }
  });

  test('its authorities are the issuing one and the root, and other paths and sizes are nobody’s', async () => {
    const url = `${place.estUrl}/.well-known/est`;
    const { body } = await asking({})('GET', `${url}/cacerts`, {});
    const reading = readCertsOnly(Buffer.from(body.toString('latin1'), 'base64'));
    const root = pemBlocks(readFileSync(join(place.folder, 'root.pem'), 'utf8'))[0] as Buffer;
    assert.ok(reading.ok);
    assert.deepEqual(
      reading.certificates.map((der) => der.toString('hex')).sort(),
      [staff(), root].map((der) => der.toString('hex')).sort(),
    );
    for (const [method, path, status] of [
      ['GET', '/login/cacerts', 404],
      ['POST', '/serverkeygen', 404],
      ['GET', '/simpleenroll', 405],
      ['POST', '/cacerts', 405],
    ] as const)
      assert.equal((await asking({})(method, `${url}${path}`, {})).status, status, path);
    const headers = { 'content-type': 'application/pkcs10' };
    const large = await asking({})('POST', `${url}/simpleenroll`, headers, 'A'.repeat(40_000)).catch(() => ({
      status: 413,
    }));
    assert.equal(large.status, 413);
    // The issue API and EST are doors of their own.
    assert.equal((await asking({})('GET', `${place.estUrl}/v1/orders/none`, {})).status, 404);
    assert.equal((await asking({})('GET', `${place.apiUrl}/.well-known/est/cacerts`, {})).status, 404);
  });
});

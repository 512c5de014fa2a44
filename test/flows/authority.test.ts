// The authority as an operator runs it: ceremonies, orders over mutual TLS, lists and status, revocation, a trail that verifies.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { crlSignedBy, pemBlocks, readCertificate, readCrl, toPem, writeExtension } from '../../src/base/x509/index.ts';
import type { Population } from '../../src/core/catalogue/index.ts';
import { judgeCertificate, OcspCache, RevocationCache } from '../../src/core/trust/index.ts';
import { httpCrlSource, httpOcspSource } from '../../src/edge/connectors/smartcard/index.ts';
import { authorityDatabaseUrl } from '../../src/edge/store/embedded/index.ts';
import { csrOf, newEcKey, someHolder } from '../fakes/authority-world.ts';
import {
  type AuthorityPlace,
  askAuthority,
  authorityCommand,
  issuerOf,
  prepareAuthority,
  type RunningAuthorityProgram,
  selfSigned,
  startAuthority,
} from '../support/authority-program.ts';
import { startEmbedded, type TestDatabase, temporaryFolder } from '../support/index.ts';

const run = promisify(execFile);
const folder = temporaryFolder('authority-flow');
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

let orders = 0;
const order = (change: object = {}) => ({
  id: `flow-${++orders}`,
  profile: 'login',
  csr: csrOf(newEcKey()),
  holder: { ...someHolder, upn: 'ase@fjord.example' },
  person: 'ase-nordmann',
  reference: 'K7QM-2F9X',
  ...change,
});
const issued = async (change: object = {}) => {
  const state = await issuerOf(place).submit(order(change));
  assert.ok(state.kind === 'issued', JSON.stringify(state));
  return state.certificate;
};
const list = async () => {
  const answer = await fetch(`${place.publishUrl}/crl/staff.crl`);
  assert.equal(answer.headers.get('content-type'), 'application/pkix-crl');
  const reading = readCrl(Buffer.from(await answer.arrayBuffer()));
  assert.ok(reading.ok);
  return reading.crl;
};

describe('the certificate authority', () => {
  test('ceremonies leave minutes with the fingerprints, and a hierarchy that openssl verifies', async () => {
    const names = readdirSync(place.rootFolder).filter((name) => name.startsWith('minutes-'));
    assert.equal(names.length, 2);
    const minutes = names.map((name) => readFileSync(join(place.rootFolder, name), 'utf8')).join('\n');
    const [rootDer] = pemBlocks(readFileSync(join(place.folder, 'root.pem'), 'utf8'));
    const root = readCertificate(rootDer ?? Buffer.alloc(0));
    assert.ok(root.ok);
    assert.ok(minutes.includes((root.certificate.fingerprint.match(/../g) ?? []).join(':').toUpperCase()));
    assert.match(minutes, /Name: Ola/);
    const rootList = readCrl(Buffer.from(await (await fetch(`${place.publishUrl}/crl/root.crl`)).arrayBuffer()));
    assert.ok(rootList.ok && crlSignedBy(rootList.crl, root.certificate));
    const { stdout } = await run('openssl', [
      'verify',
      '-x509_strict',
      '-CAfile',
      join(place.folder, 'root.pem'),
      join(place.folder, 'staff.pem'),
    ]);
    assert.match(stdout, /OK/);
    const certificate = await fetch(`${place.publishUrl}/aia/staff.cer`);
    assert.deepEqual(
      Buffer.from(await certificate.arrayBuffer()),
      pemBlocks(readFileSync(join(place.folder, 'staff.pem'), 'utf8'))[0],
    );
  });

  test('a root signs an issuing authority once, and an authority without its own key does not start', async () => {
    const files = ['--csr', join(place.folder, 'staff.csr'), '--into', join(place.folder, 'again.pem')];
    const secret = ['--passphrase-file', place.env['TILLIT_AUTHORITY_PASSPHRASE_FILE'] ?? ''];
    await assert.rejects(
      authorityCommand(place, 'ceremony', 'sign', '--folder', place.rootFolder, '--id', 'staff', ...files, ...secret),
      /has a certificate already/,
    );
    await assert.rejects(
      authorityCommand(
        place,
        'ceremony',
        'request',
        '--id',
        'staff',
        '--country',
        'NO',
        '--organization',
        'X',
        '--common-name',
        'X',
        ...secret,
      ),
      /never written over/,
    );
  });

  test('an order gives a certificate, the same order gives it again, and the trail says whose it was', async () => {
    const wanted = order();
    const issuer = issuerOf(place);
    const states = await Promise.all([issuer.submit(wanted), issuer.submit(wanted), issuer.submit(wanted)]);
    const serials = states.map((state) => (state.kind === 'issued' ? state.certificate.serial : state.kind));
    assert.equal(new Set(serials).size, 1, serials.join());
    const again = await issuer.poll(wanted.id);
    assert.ok(again.kind === 'issued');
    assert.deepEqual([again.certificate.serial, again.certificate.chain.length], [serials[0], 2]);
    assert.deepEqual(await issuer.poll('no-such-order'), { kind: 'unknown' });
    const kinds = async (...words: string[]) =>
      (await authorityCommand(place, 'find', ...words))
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => (JSON.parse(line) as { kind: string }).kind);
    assert.deepEqual(await kinds('--serial', serials[0] ?? ''), ['certificate.ordered', 'certificate.issued']);
    assert.ok((await kinds('--person', 'ase-nordmann', '--reference', 'K7QM-2F9X')).length >= 2);
    await assert.rejects(kinds(), /say whose/);
    const other = await issuer.submit({ ...wanted, holder: { ...wanted.holder, title: 'Doctor' } });
    assert.ok(other.kind === 'refused' && other.code === 'order.other');
  });

  test('what a request wishes for is not copied; without possession there is nothing (C7)', async () => {
    const csr = csrOf(
      newEcKey(),
      [writeExtension.basicConstraints(true), writeExtension.subjectAltName({ upn: 'root@fjord.example' })],
      'Administrator',
    );
    const { chain } = await issued({ csr });
    const reading = readCertificate(chain[0] ?? Buffer.alloc(0));
    assert.ok(reading.ok && reading.certificate.basicConstraints?.ca === false);
    assert.deepEqual(reading.certificate.userPrincipalNames, ['ase@fjord.example']);
    const forged = Buffer.from(csrOf(newEcKey()));
    forged[forged.length - 2] = (forged[forged.length - 2] ?? 0) ^ 1;
    const refused = await issuerOf(place).submit(order({ csr: forged }));
    assert.ok(refused.kind === 'refused' && refused.code === 'csr.possession');
  });

  test('what is revoked is on the list and in the responder’s answer within seconds, and stays there', async () => {
    const { issuer, serial, chain } = await issued();
    const files = {
      card: join(folder.path, 'card.pem'),
      ca: join(place.folder, 'staff.pem'),
      root: join(place.folder, 'root.pem'),
    };
    writeFileSync(files.card, toPem(chain[0] ?? Buffer.alloc(0)));
    const status = async (...more: string[]) => {
      const { stdout, stderr } = await run('openssl', [
        'ocsp',
        '-issuer',
        files.ca,
        '-cert',
        files.card,
        '-url',
        `${place.publishUrl}/ocsp/staff`,
        '-CAfile',
        files.root,
        '-verify_other',
        files.ca,
        ...more,
      ]);
      return stdout + stderr;
    };
    assert.match(await status(), /card\.pem: good[\s\S]*Response verify OK/);
    assert.equal((await list()).isRevoked(serial), undefined);
    const hub = issuerOf(place);
    assert.deepEqual(await hub.suspend?.({ issuer, serial }), { kind: 'done' });
    assert.match(await status(), /card\.pem: revoked[\s\S]*certificateHold/);
    assert.deepEqual(await hub.resume?.({ issuer, serial }), { kind: 'done' });
    assert.match(await status(), /card\.pem: good/);
    const begun = performance.now();
    assert.deepEqual(await hub.revoke({ issuer, serial }, 'keyCompromise'), { kind: 'done' });
    // The list before may have it as on hold still.
    while ((await list()).isRevoked(serial)?.reason !== 1) {
      assert.ok(performance.now() - begun < 10_000, 'not on the list within ten seconds');
      await sleep(20);
    }
    assert.match(await status(), /card\.pem: revoked[\s\S]*keyCompromise/);
    const back = await hub.resume?.({ issuer, serial });
    assert.ok(back?.kind === 'refused' && back.code === 'state.final');
  });

  test('nobody is let in without a certificate whose key is pinned', async () => {
    const ask = (as: Parameters<typeof askAuthority>[1] | null) => {
      const bare = { ...place, hub: undefined as never };
      return as === null
        ? askAuthority(bare)('GET', '/v1/orders/x', undefined)
        : askAuthority(place, as)('GET', '/v1/orders/x', undefined);
    };
    const codes = async (asking: ReturnType<typeof ask>) => {
      const { status, body } = await asking;
      return `${status} ${(JSON.parse(body.toString('utf8')) as { code?: string }).code}`;
    };
    assert.equal(await codes(ask(null)), '401 caller.shown');
    assert.equal(await codes(ask(selfSigned('hub'))), '403 caller.known');
    assert.equal((await ask(place.hub)).status, 404);
  });

  test('a derived certificate lives for a shift, is of an enrolled device and rests on a fresh login (H8)', async () => {
    const holder = { ...someHolder, device: 'tablet-7' };
    const proof = { at: Date.now() - 60_000, fingerprint: 'ab'.repeat(32) };
    const { chain } = await issued({ profile: 'derived', holder, proof });
    const reading = readCertificate(chain[0] ?? Buffer.alloc(0));
    assert.ok(reading.ok);
    assert.ok(reading.certificate.notAfter - reading.certificate.notBefore <= 12 * 3_600_000);
    const refusals = [
      { proof: { ...proof, at: Date.now() - 3_600_000 } },
      { proof: undefined },
      { proof, minutes: 13 * 60 },
      { proof, holder: someHolder },
    ];
    const codes: string[] = [];
    for (const change of refusals) {
      const state = await issuerOf(place).submit(order({ profile: 'derived', holder, ...change }));
      codes.push(state.kind === 'refused' ? state.code : state.kind);
    }
    assert.deepEqual(codes, ['proof.fresh', 'proof.given', 'life.profile', 'holder.fields']);
  });

  test('no body makes the issue API fail, and what is no order is told what is wrong', async () => {
    const ask = askAuthority(place);
    const message = {
      order: 'fuzz',
      profile: 'login',
      csr: toPem(csrOf(newEcKey()), 'CERTIFICATE REQUEST'),
      holder: someHolder,
    };
    const body = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json({ maxDepth: 3 }),
      fc
        .record({
          member: fc.constantFrom(
            'order',
            'profile',
            'csr',
            'holder',
            'minutes',
            'proof',
            'person',
            'reference',
            '__proto__',
          ),
          value: fc.jsonValue({ maxDepth: 2 }),
        })
        .map(({ member, value }) => JSON.stringify({ ...message, [member]: value })),
      fc
        .dictionary(fc.string({ maxLength: 12 }), fc.string({ maxLength: 30 }), { maxKeys: 5 })
        .map((holder) => JSON.stringify({ ...message, holder })),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (text, isState) => {
        const path = isState ? `/v1/certificates/staff/${'ab'.repeat(16)}/state` : '/v1/certificates';
        const { status } = await ask('POST', path, text);
        // Some of them are orders after all.
        assert.ok([200, 201, 400, 404, 409, 413, 422].includes(status), `${status} ${text}`);
      }),
      { numRuns: 200 },
    );
    const large = await ask('POST', '/v1/certificates', JSON.stringify({ ...message, csr: 'x'.repeat(200_000) })).catch(
      () => ({ status: 413 }),
    );
    assert.equal(large.status, 413);
    for (const path of [
      'orders/%00',
      'orders/%F0%9F%92%A9',
      'certificates/staff/%00',
      'certificates/%00/00',
      'orders/a%2Fb',
    ])
      assert.equal((await ask('GET', `/v1/${path}`, undefined)).status, 404, path);
    const nul = await ask('POST', '/v1/certificates', JSON.stringify({ ...message, person: 'a\u0000' }));
    assert.equal(nul.status, 400);
    assert.equal((await fetch(`${place.publishUrl}/ocsp/staff`, { method: 'POST', body: 'x' })).status, 200);
    assert.equal((await fetch(`${place.publishUrl}/ocsp/other`, { method: 'POST', body: 'x' })).status, 404);
    assert.equal((await fetch(`${place.publishUrl}/crl/..%2fstaff.pem`)).status, 404);
    assert.ok((await issued()).serial, 'it still works');
  });

  test('a hub that asks the responder lets the card in, and refuses it after the next question once it is revoked', async () => {
    const { issuer, serial, chain } = await issued();
    const [root] = pemBlocks(readFileSync(join(place.folder, 'root.pem'), 'utf8'));
    const population: Population = {
      ...({ id: 'cards', name: { en: 'Cards' }, certificateClass: 'simple', assurance: 'substantial' } as const),
      ...{ anchors: [toPem(root ?? Buffer.alloc(0))], intermediates: [], extendedKeyUsages: [] },
      identifiers: [{ attribute: '2.5.4.5', pattern: 'custom', custom: '^(T\\d{5})$', namespace: 'staff' }],
      revocation: { mode: 'ocsp', overrides: {}, allowedHosts: [new URL(place.publishUrl).host] },
    };
    const caches = {
      cache: new RevocationCache({ source: httpCrlSource(), clock: Date.now }),
      responders: new OcspCache({
        source: httpOcspSource(),
        clock: Date.now,
        random: (octets) => randomBytes(octets),
      }),
    };
    const judge = (maxAgeMs: number) =>
      judgeCertificate({ ...caches, chain, populations: [population], accepted: ['cards'], maxAgeMs }, Date.now);
    const before = await judge(60_000);
    assert.ok(before.ok, JSON.stringify(before));
    assert.equal(before.subject.value, someHolder.serialNumber);
    assert.deepEqual(await issuerOf(place).revoke({ issuer, serial }, 'keyCompromise'), { kind: 'done' });
    await sleep(1_100); // an answer's time has whole seconds: the next one is not from before the last
    const after = await judge(1_000);
    assert.ok(!after.ok && after.code === 'card.revoked', JSON.stringify(after));
  });

  test('RSA of 1024 bits, and the key of somebody else, are refused', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const csr = csrOf(newEcKey());
    await issued({ csr });
    const states = [
      await issuerOf(place).submit(order({ csr: csrOf(weak) })),
      await issuerOf(place).submit(order({ csr, holder: { ...someHolder, serialNumber: 'T10077' } })),
    ];
    assert.deepEqual(
      states.map((state) => (state.kind === 'refused' ? state.code : state.kind)),
      ['csr.key', 'key.holder'],
    );
  });

  test('the trail verifies by the command line, and says nothing that a log must not', async () => {
    await program?.stop();
    const verified = await authorityCommand(place, 'verify');
    assert.match(verified, /The trail is whole: \d\d+ events/);
    assert.doesNotMatch(program?.output() ?? '', /Nordmann|T10001|passphrase for tests/);
    program = await startAuthority(place);
    assert.ok((await list()).entries >= 1, 'what was revoked is still on the list');
  });
});

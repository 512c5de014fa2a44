// `openssl ocsp` from Debian as the responder of a population's cards: asked over HTTP by the hub's own source, and judged.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { toPem, writeExtension } from '../../src/base/x509/index.ts';
import { OcspCache, ocspKey, revocationOf } from '../../src/core/trust/index.ts';
import { httpOcspSource } from '../../src/edge/connectors/smartcard/index.ts';
import { authority, dayMs, type Party, person, responderOf } from '../fakes/pkix.ts';
import { freePort, requireDebian, temporaryFolder } from '../support/index.ts';
import { type ServerProgram, startServerProgram } from '../support/server-program.ts';

const missing = requireDebian('openssl');
const folder = temporaryFolder('ocsp-responder');
const times = { notBefore: Date.now() - dayMs, notAfter: Date.now() + dayMs };
const ca = authority('Issuing', undefined, times);
const utc = (at: number) =>
  `${new Date(at)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2)}`;
const line = ({ certificate: { serial } }: Party, revokedAt?: number) =>
  [
    ...(revokedAt === undefined
      ? ['V', utc(times.notAfter), '']
      : ['R', utc(times.notAfter), `${utc(revokedAt)},keyCompromise`]),
    ...[serial.toUpperCase(), 'unknown', `/CN=${serial}\n`],
  ].join('\t');

// It listens on every address of the machine: it has no setting for fewer.
/** Starts a responder that signs as this party, and knows these cards. */
async function startResponder(name: string, port: number, signer: Party, index: string): Promise<ServerProgram> {
  const put = (file: string, text: string): string => {
    const path = join(folder.path, `${name}-${file}`);
    writeFileSync(path, text, { mode: 0o644 });
    return path;
  };
  const words = [
    ...['-index', put('index.txt', index), '-CA', put('ca.pem', toPem(ca.certificate.der))],
    ...['-rsigner', put('signer.pem', toPem(signer.certificate.der))],
    ...['-rkey', put('signer.key', signer.key.export({ type: 'pkcs8', format: 'pem' }).toString())],
    ...['-port', String(port), '-nmin', '5', '-ignore_err'],
  ];
  return await startServerProgram({
    name,
    folder: folder.path,
    command: ['openssl', 'ocsp', ...words],
    isReady: () =>
      fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(500) }).then(
        () => true,
        () => false,
      ),
  });
}

describe('openssl ocsp as a responder', { skip: missing ?? false }, () => {
  const running: ServerProgram[] = [];
  let [port, otherPort] = [0, 0];
  let good: Party;
  let gone: Party;
  let stranger: Party;
  let elsewhere: Party;
  before(async () => {
    chmodSync(folder.path, 0o755);
    [port, otherPort] = [await freePort(), await freePort()];
    const card = (at: number) =>
      person(ca, {
        ...times,
        extensions: [writeExtension.authorityInfoAccess({ ocsp: `http://127.0.0.1:${at}/` })],
      });
    [good, gone, stranger, elsewhere] = [card(port), card(port), card(port), card(otherPort)];
    const index = line(good) + line(gone, Date.now() - 60_000) + line(elsewhere);
    running.push(await startResponder('responder', port, responderOf(ca, times), index));
    // A certificate of the same authority that is not for answers.
    running.push(await startResponder('person', otherPort, person(ca, times), index));
  });
  after(async () => {
    for (const each of running) await each.stop();
    folder.remove();
  });

  async function statusOf({ certificate }: Party) {
    const cache = new OcspCache({ source: httpOcspSource(), clock: Date.now, random: (octets) => randomBytes(octets) });
    const url = certificate.ocspUrls[0] as string;
    const answers = new Map([
      [ocspKey(url, certificate, ca.certificate), await cache.answerFor(url, certificate, ca.certificate, 900_000)],
    ]);
    const population = {
      ...({ id: 'cards', name: { en: 'Cards' }, certificateClass: 'other', assurance: 'low' } as const),
      ...{ anchors: [], intermediates: [], extendedKeyUsages: [], identifiers: [] },
      revocation: { mode: 'ocsp', overrides: {}, allowedHosts: [`127.0.0.1:${port}`, `127.0.0.1:${otherPort}`] },
    } as const;
    const issuer = ca.certificate;
    return revocationOf({
      ...{ certificate, issuer, population, answers, now: Date.now() },
      ...{ crls: new Map(), isSigned: () => false },
    });
  }

  test('a good card and a revoked one', async () => {
    assert.equal((await statusOf(good)).kind, 'good');
    const status = await statusOf(gone);
    assert.ok(status.kind === 'revoked' && status.reason === 1);
  });
  test('a card that it does not know is not good', async () => {
    assert.deepEqual(await statusOf(stranger), {
      kind: 'unknown',
      because: 'ocspUnknown: the responder does not know the certificate',
    });
  });
  test('an answer that a person signed does not count', async () => {
    assert.deepEqual(await statusOf(elsewhere), {
      kind: 'unknown',
      because: 'ocspPurpose: the answer is by a certificate that is not for OCSP answers',
    });
  });
  test('a responder that has stopped is not good', async () => {
    await running[1]?.stop();
    const status = await statusOf(elsewhere);
    assert.ok(status.kind === 'unknown' && status.because.startsWith('ocspUnreachable'), JSON.stringify(status));
  });
});

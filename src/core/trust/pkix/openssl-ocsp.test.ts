// OCSP answers that `openssl ocsp` makes, judged here: it is another hand than ours that wrote them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { authority, dayMs, type Party, person, responderOf } from '../../../../test/fakes/pkix.ts';
import { readOcspResponse, toPem } from '../../../base/x509/index.ts';
import { defaultAlgorithms } from './algorithms.ts';
import { statusByOcsp } from './ocsp-status.ts';
import { SignatureWork } from './signature-work.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillit-ocsp-'));
after(() => rmSync(folder, { recursive: true }));
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
const openssl = (...words: readonly string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });

function present(): boolean {
  try {
    openssl('version');
    return true;
  } catch {
    return false;
  }
}

// The program answers by the clock of the machine.
const times = { notBefore: Date.now() - dayMs, notAfter: Date.now() + dayMs };
const ca = authority('Issuing', undefined, times);
const responder = responderOf(ca, times);
const [good, gone, stranger] = [person(ca, times), person(ca, times), person(ca, times)] as const;
const pem = ({ certificate }: Party) => toPem(certificate.der);
const key = (party: Party) => party.key.export({ type: 'pkcs8', format: 'pem' }).toString();
const utc = (at: number) =>
  `${new Date(at)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2)}`;
const line = ({ certificate: { serial } }: Party, revokedAt?: number) =>
  [
    revokedAt === undefined ? 'V' : 'R',
    utc(times.notAfter),
    revokedAt === undefined ? '' : `${utc(revokedAt)},keyCompromise`,
    serial.toUpperCase(),
    'unknown',
    '/CN=x\n',
  ].join('\t');

describe('openssl ocsp', { skip: present() ? false : 'the openssl program is missing' }, () => {
  put('ca.pem', pem(ca));
  put('responder.pem', pem(responder));
  put('responder.key', key(responder));
  put('ca.key', key(ca));
  put('index.txt', line(good) + line(gone, Date.now() - dayMs));

  function answered(about: Party, more: readonly string[] = [], signer = 'responder') {
    put('leaf.pem', pem(about));
    openssl(
      ...['ocsp', '-index', 'index.txt', '-CA', 'ca.pem', '-rsigner', `${signer}.pem`, '-rkey', `${signer}.key`],
      ...['-issuer', 'ca.pem', '-cert', 'leaf.pem', '-respout', 'out.der', ...more],
    );
    const reading = readOcspResponse(readFileSync(join(folder, 'out.der')));
    assert.ok(reading.ok, reading.ok ? '' : reading.detail);
    return reading.response;
  }
  const statusOf = (about: Party, response = answered(about), nonce?: string) =>
    statusByOcsp({
      certificate: about.certificate,
      issuer: ca.certificate,
      responses: [{ response, fetchedAt: Date.now(), nonce }],
      now: Date.now(),
      algorithms: defaultAlgorithms,
      work: new SignatureWork(10),
      isResponderGood: () => false,
      mostAgeMs: 3_600_000,
    });

  test('good, revoked with its reason, unknown', () => {
    assert.equal(statusOf(good).kind, 'good');
    const status = statusOf(gone);
    assert.ok(status.kind === 'revoked' && status.reason === 1);
    assert.deepEqual(statusOf(stranger), { kind: 'unknown', because: 'ocspUnknown' });
  });
  test('by the CA itself, by name or key, with a nextUpdate', () => {
    assert.equal(statusOf(good, answered(good, ['-ndays', '1'], 'ca')).kind, 'good');
    assert.equal(statusOf(good, answered(good, ['-resp_key_id'])).kind, 'good');
  });
  test('without the responder’s certificate nobody vouches for it', () => {
    assert.deepEqual(statusOf(good, answered(good, ['-resp_no_certs'])), { kind: 'unknown', because: 'ocspSigned' });
  });
  test('with the nonce of the request', () => {
    const response = answered(good);
    assert.notEqual(response.nonce, undefined);
    assert.equal(statusOf(good, response, response.nonce).kind, 'good');
    assert.equal(statusOf(good, response, 'aa').kind, 'unknown');
  });
});

// The OCSP request that is written: our own strict reader takes it, and it names the certificate that is asked about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerFor, authority, person } from '../../../test/fakes/pkix.ts';
import { readOcspRequest, writeOcspRequest } from './index.ts';

test('one certificate is asked about, by SHA-1 and with the nonce', () => {
  const ca = authority('CA');
  for (const serial of ['01', '80', '7fffffffffffffffffffffffffffffffffffff']) {
    const leaf = person(ca, { serial: Buffer.from(serial, 'hex') });
    const nonce = Buffer.alloc(32, 7);
    const reading = readOcspRequest(writeOcspRequest({ certificate: leaf.certificate, issuer: ca.certificate, nonce }));
    assert.ok(reading.ok, reading.ok ? '' : reading.reason);
    assert.deepEqual(reading.request.nonce, nonce);
    assert.equal(reading.request.asked.length, 1);
    const [asked] = reading.request.asked;
    // As the answers of a responder name it.
    const [answer] = answerFor(leaf, ca).answers;
    assert.equal(asked?.hash, 'sha1');
    assert.equal(asked?.serial, answer?.serial);
    assert.deepEqual(asked?.issuerNameHash, answer?.issuerNameHash);
    assert.deepEqual(asked?.issuerKeyHash, answer?.issuerKeyHash);
  }
});

// OCSP responses: read as they are, refused when they are none; no octets make the reader throw or hang.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { answerFor, authority, now, ocspDer, person, responderOf } from '../../../test/fakes/pkix.ts';
import { der, derOctets, derOid, derSequence } from './der-writer.ts';
import { isAnswerAbout, isResponder, readOcspResponse } from './ocsp.ts';
import { verifySigned } from './signature.ts';

const issuing = authority('Issuing');
const leaf = person(issuing);
const responder = responderOf(issuing);
const plain = ocspDer(leaf.certificate, issuing, { responder, nonce: Buffer.from('cafe', 'hex') });

test('a response is read whole', () => {
  const response = answerFor(leaf, issuing, { responder, nonce: Buffer.from('cafe', 'hex') });
  assert.equal(response.producedAt, now - 1_000);
  assert.equal(response.nonce, 'cafe');
  assert.deepEqual(
    response.certificates.map(({ fingerprint }) => fingerprint),
    [responder.certificate.fingerprint],
  );
  assert.ok(verifySigned(response, responder.certificate.publicKey));
  const [answer] = response.answers;
  assert.ok(answer);
  assert.deepEqual(
    [answer.status, answer.thisUpdate, answer.nextUpdate],
    [{ kind: 'good' }, now - 1_000, now + 86_400_000],
  );
  assert.equal(answer.serial, leaf.certificate.serial);
  assert.ok(isAnswerAbout(answer, leaf.certificate, issuing.certificate));
  assert.ok(!isAnswerAbout(answer, leaf.certificate, authority('Issuing').certificate), 'another key');
  assert.ok(!isAnswerAbout(answer, person(issuing).certificate, issuing.certificate), 'another number');
});

test('statuses', () => {
  const [gone] = answerFor(leaf, issuing, { status: 'revoked' }).answers;
  assert.deepEqual(gone?.status, { kind: 'revoked', at: now - 1_000, reason: 0 });
  assert.deepEqual(answerFor(leaf, issuing, { status: 'unknown' }).answers[0]?.status, { kind: 'unknown' });
});

test('who answers is named by key or by name', () => {
  for (const byName of [true, false]) {
    const response = answerFor(leaf, issuing, { byName, responder });
    assert.ok(isResponder(response, responder.certificate));
    assert.ok(!isResponder(response, issuing.certificate));
  }
});

describe('what is no answer', () => {
  const failure = (status: number) => derSequence(der(0x0a, Buffer.from([status])));
  const typed = (oid: string) =>
    derSequence(der(0x0a, Buffer.from([0])), der(0xa0, derSequence(derOid(oid), derOctets(derSequence()))));
  const changed = (from: string, to: string) => Buffer.from(plain.toString('hex').replace(from, to), 'hex');
  const cases: Readonly<Record<string, readonly [Buffer, string]>> = {
    'malformed request': [failure(1), 'malformedRequest'],
    'internal error': [failure(2), 'internalError'],
    'try later': [failure(3), 'tryLater'],
    'signature wanted': [failure(5), 'sigRequired'],
    unauthorised: [failure(6), 'unauthorized'],
    'a status that is none': [failure(4), 'ocspMalformed'],
    'success without an answer': [failure(0), 'ocspMalformed'],
    'another kind of response': [typed('1.3.6.1.5.5.7.48.1.99'), 'ocspScope'],
    'an empty one': [typed('1.3.6.1.5.5.7.48.1.1'), 'ocspMalformed'],
    'octets after it': [Buffer.concat([plain, Buffer.from([0])]), 'ocspMalformed'],
    'no octets': [Buffer.alloc(0), 'ocspMalformed'],
    'a status of its own': [changed('8000180f', '8300180f'), 'ocspMalformed'],
    'over 256 KiB': [Buffer.alloc(300_000, 0x30), 'ocspMalformed'],
  };
  for (const [name, [bytes, reason]] of Object.entries(cases))
    test(name, () => {
      const reading = readOcspResponse(bytes);
      assert.equal(reading.ok ? 'ok' : reading.reason, reason);
    });
  test('an unknown critical extension', () => {
    const oid = derOid('1.3.6.1.5.5.7.48.1.2');
    const known = derSequence(oid, derOctets(derOctets(Buffer.from('cafe', 'hex'))));
    const hex = plain.toString('hex');
    assert.ok(hex.includes(known.toString('hex')));
    const other = hex.replace(oid.toString('hex'), derOid('1.3.6.1.5.5.7.48.1.7').toString('hex'));
    assert.ok(readOcspResponse(Buffer.from(other, 'hex')).ok, 'one that is not critical is let be');
  });
});

describe('no octets make the reader throw', () => {
  const calm = (bytes: Buffer): void => {
    const reading = readOcspResponse(bytes);
    if (!reading.ok) return;
    for (const answer of reading.response.answers) isAnswerAbout(answer, leaf.certificate, issuing.certificate);
    isResponder(reading.response, responder.certificate);
  };
  test('of any kind', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => calm(Buffer.from(bytes))),
      { numRuns: 2_000 },
    ));
  test('of a changed response', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(plain.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const bytes = Buffer.from(plain);
          for (const [at, to] of changes) bytes[at] = to;
          calm(bytes);
        },
      ),
      { numRuns: 2_000 },
    ));
  test('nested a million deep', () => {
    calm(Buffer.alloc(200_000, 0x30));
    calm(Buffer.alloc(200_000, Buffer.from([0x30, 0x80])));
  });
});

test('a response with any octet changed says the same, is refused, or no longer verifies', () => {
  fc.assert(
    fc.property(fc.nat(plain.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Buffer.from(plain);
      bytes[at] = (bytes[at] as number) ^ flip;
      const reading = readOcspResponse(bytes);
      if (!reading.ok) return true;
      const { response } = reading;
      const original = readOcspResponse(plain);
      // The certificates that come along are not signed over: they prove themselves.
      return (
        !verifySigned(response, responder.certificate.publicKey) ||
        (original.ok && response.signed.equals(original.response.signed))
      );
    }),
    { numRuns: 1_000 },
  );
});

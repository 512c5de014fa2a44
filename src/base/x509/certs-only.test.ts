// Certs-only messages: what OpenSSL and Java write is read, and no bytes make the reader throw.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { certificate, newKey } from '../../../test/fakes/certificates.ts';
import { certsOnly } from '../../../test/fakes/est-issuer.ts';
import { requireDebian, temporaryFolder } from '../../../test/support/index.ts';
import { readCertsOnly } from './certs-only.ts';
import { contentOf, readRoot } from './der.ts';

const one = certificate('One', newKey(), undefined);
const two = certificate('Two', newKey(), undefined);
const written = certsOnly([one.der, two.der]);

/** The same element with an indefinite length, which is BER and not DER. */
const indefinite = (element: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([element[0] as number, 0x80]),
    contentOf(readRoot(element, element[0] as number)),
    Buffer.alloc(2),
  ]);

describe('certificates of a message', () => {
  test('come in its order and byte for byte', () =>
    assert.deepEqual(readCertsOnly(written), { ok: true, certificates: [one.der, two.der] }));
  test('come out of BER with indefinite lengths', () =>
    assert.deepEqual(readCertsOnly(indefinite(written)), { ok: true, certificates: [one.der, two.der] }));
  test('as OpenSSL writes them', { skip: requireDebian('openssl') }, () => {
    const folder = temporaryFolder('certs-only');
    writeFileSync(join(folder.path, 'c.pem'), one.pem + two.pem);
    const made = spawnSync('openssl', [
      'crl2pkcs7',
      '-nocrl',
      '-certfile',
      join(folder.path, 'c.pem'),
      '-outform',
      'DER',
    ]);
    folder.remove();
    const reading = readCertsOnly(made.stdout);
    assert.ok(reading.ok, JSON.stringify(reading));
    assert.deepEqual(
      reading.certificates.map((der) => der.toString('hex')).sort(),
      [one.der, two.der].map((der) => der.toString('hex')).sort(),
    );
  });
});

describe('refused', () => {
  const faults: readonly (readonly [string, Buffer, RegExp])[] = [
    ['nothing', Buffer.alloc(0), /cut short/],
    ['no certificates', certsOnly([]), /no certificates/],
    ['a certificate alone', one.der, /OBJECT IDENTIFIER/],
    ['half', written.subarray(0, 100), /cut short/],
    ['something after it', Buffer.concat([written, Buffer.from([5, 0])]), /after the end/],
    ['more certificates than anybody sends', certsOnly(Array.from({ length: 21 }, () => one.der)), /too many/],
    ['too large', Buffer.alloc(200_000, 0x30), /too large/],
    ['nested without end', Buffer.from('3080'.repeat(4000), 'hex'), /too deep/],
  ];
  for (const [name, bytes, reason] of faults)
    test(name, () => {
      const reading = readCertsOnly(bytes);
      assert.ok(!reading.ok);
      assert.match(reading.reason, reason);
    });
});

test('no bytes make it throw, and one changed octet is read or refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void readCertsOnly(Buffer.from(bytes))));
  fc.assert(
    fc.property(fc.nat(written.length - 1), fc.integer({ min: 0, max: 255 }), (at, octet) => {
      const changed = Buffer.from(written);
      changed[at] = octet;
      readCertsOnly(changed);
    }),
    { numRuns: 2000 },
  );
});

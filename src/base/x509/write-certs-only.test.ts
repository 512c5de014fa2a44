// Certs-only messages of ours: our strict reader, which was held against OpenSSL's and Java's, and OpenSSL itself read them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { certificate, newKey } from '../../../test/fakes/certificates.ts';
import { requireDebian } from '../../../test/support/index.ts';
import { pemBlocks, readCertsOnly, writeCertsOnly } from './index.ts';

const made = ['One', 'Two', 'Three'].map((name) => certificate(name, newKey(), undefined).der);
const hex = (list: readonly Buffer[]) => list.map((der) => der.toString('hex')).sort();

describe('a certs-only message', () => {
  test('holds each certificate byte for byte, and is the same whatever order they are given in', () => {
    const message = writeCertsOnly(made);
    const reading = readCertsOnly(message);
    assert.ok(reading.ok, JSON.stringify(reading));
    assert.deepEqual(hex(reading.certificates), hex(made));
    assert.deepEqual(writeCertsOnly([...made].reverse()), message);
  });

  test('is read by OpenSSL, which finds no content and nobody who signed', { skip: requireDebian('openssl') }, () => {
    const input = writeCertsOnly(made);
    const pkcs7 = spawnSync('openssl', ['pkcs7', '-inform', 'DER', '-print_certs'], { input });
    assert.equal(pkcs7.status, 0, String(pkcs7.stderr));
    assert.deepEqual(hex(pemBlocks(String(pkcs7.stdout))), hex(made));
    const cms = spawnSync('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER'], { input });
    assert.equal(cms.status, 0, String(cms.stderr));
    assert.match(String(cms.stdout), /signerInfos:\s+<EMPTY>/);
    assert.match(String(cms.stdout), /eContent: <ABSENT>/);
    // Written again by OpenSSL it is the same: no second encoding of it is in the world.
    const again = spawnSync('openssl', ['cms', '-cmsout', '-inform', 'DER', '-outform', 'DER'], { input });
    assert.deepEqual(again.stdout, input);
  });
});

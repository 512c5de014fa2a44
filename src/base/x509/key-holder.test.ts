// A certificate that holds a key: the same bytes every time, of a form that others read, with the key inside.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { generateSigningKey } from '../jose/index.ts';
import { readCertificate } from './certificate.ts';
import { keyHolderCertificate } from './key-holder.ts';

const { key } = generateSigningKey('RS256', { modulusBits: 2048 });
const held = { alg: 'RS256' as const, sign: key.sign, publicJwk: key.publicJwk };
const times = { commonName: 'Hub', notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2060, 0, 1) };

test('the same key gives the same certificate, another time another', () => {
  const der = keyHolderCertificate(held, times);
  assert.ok(der.equals(keyHolderCertificate(held, times)));
  assert.ok(!der.equals(keyHolderCertificate(held, { ...times, notAfter: times.notAfter + 1000 })));
});

test('node and our own reader read it, its signature is its own, and its key is the key', () => {
  const der = keyHolderCertificate(held, times);
  assert.ok(readCertificate(der).ok);
  const read = new X509Certificate(der);
  assert.ok(read.verify(read.publicKey));
  assert.equal(read.publicKey.export({ format: 'jwk' }).n, (key.publicJwk as { n?: string }).n);
  assert.equal(read.ca, false);
  assert.equal(read.subject, 'CN=Hub');
});

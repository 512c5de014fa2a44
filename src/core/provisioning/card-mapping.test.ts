// K5: what a directory knows a card by, byte by byte against the vector of Inera's page on SITHS cards in Active Directory.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { keyIdentifier, publicKeyDer, writeCertificate, writeExtension, writeName } from '../../base/x509/index.ts';
import { cardMapping, mappingsOf } from './card-mapping.ts';

const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const inera = writeName([
  ['2.5.4.6', 'SE'],
  ['2.5.4.10', 'Inera AB'],
  ['2.5.4.3', 'SITHS e-id Person HSA-id 3 CA v1'],
]);
const certificate = (serial: string, issuer = inera, extensions = [writeExtension.subjectKeyId(publicKeyDer(key))]) =>
  writeCertificate(
    {
      serial: Buffer.from(serial, 'hex'),
      issuer,
      subject: writeName([['2.5.4.3', 'Anna']]),
      notBefore: 0,
      notAfter: 1_000,
      publicKey: publicKeyDer(key),
      extensions,
    },
    key,
  );

test('issuer and serial number, as the vector has it', () => {
  const expected = 'X509:<I>C=SE,O=Inera AB,CN=SITHS e-id Person HSA-id 3 CA v1<SR>74010e7f659d99ecb329ce41297701';
  const found = cardMapping('issuerSerial', certificate('01772941ce29b3ec999d657f0e0174'));
  assert.deepEqual(Buffer.from(found ?? ''), Buffer.from(expected));
});

test('the octet that only says that a number is positive is no part of it', () =>
  assert.match(cardMapping('issuerSerial', certificate('ff0102')) ?? '', /<SR>0201ff$/));

test('the key’s identifier', () =>
  assert.equal(cardMapping('ski', certificate('01')), `X509:<SKI>${keyIdentifier(publicKeyDer(key)).toString('hex')}`));

test('a certificate that lacks what a form needs has no mapping, and what is none neither', () => {
  assert.equal(cardMapping('ski', certificate('01', inera, [])), undefined);
  assert.equal(cardMapping('issuerSerial', certificate('01', writeName([['2.5.4.3', 'a\0b']]))), undefined);
  assert.equal(cardMapping('issuerSerial', Buffer.from('no certificate')), undefined);
  assert.deepEqual(mappingsOf(Buffer.alloc(0)), []);
});

test('all that may ever have been written of it is strong', () => {
  const all = mappingsOf(certificate('0102'));
  assert.equal(all.length, 2);
  for (const mapping of all) assert.match(mapping, /^X509:(<I>.+<SR>[0-9a-f]+|<SKI>[0-9a-f]+)$/);
});

// Revocation lists: every entry is found, none other, whatever form it is written in; scope and signature are held to.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readCertificate } from './certificate.ts';
import { crlSignedBy, readCrl } from './crl.ts';
import { der, derInteger, derOctets, derSequence } from './der-writer.ts';
import { type ExtensionToWrite, publicKeyDer, writeCertificate, writeExtension, writeName } from './write.ts';
import { type CrlToWrite, writeCrl } from './write-crl.ts';

const now = Date.UTC(2026, 5, 1);
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const key = newKey();
const name = writeName([['2.5.4.3', 'List CA']]);
const spki = publicKeyDer(key);

function authority(change: { subject?: Buffer; extensions?: readonly ExtensionToWrite[]; signer?: typeof key } = {}) {
  const signer = change.signer ?? key;
  const reading = readCertificate(
    writeCertificate(
      {
        serial: Buffer.from([1]),
        issuer: name,
        subject: change.subject ?? name,
        notBefore: now,
        notAfter: now + 1,
        publicKey: publicKeyDer(signer),
        extensions: change.extensions ?? [writeExtension.keyUsage(['cRLSign']), writeExtension.subjectKeyId(spki)],
      },
      signer,
    ),
  );
  assert.ok(reading.ok);
  return reading.certificate;
}
const write = (change: Partial<CrlToWrite> = {}) =>
  writeCrl(
    {
      issuer: name,
      thisUpdate: now,
      nextUpdate: now + 1_000,
      revoked: [],
      extensions: [writeExtension.authorityKeyId(spki)],
      ...change,
    },
    key,
  );
const read = (bytes: Buffer) => {
  const reading = readCrl(bytes);
  assert.ok(reading.ok, reading.ok ? '' : reading.detail);
  return reading.crl;
};

test('every revoked serial is found with its date and reason, and no other', () => {
  const serials = fc.uniqueArray(
    fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) =>
      Buffer.from(bytes)
        .toString('hex')
        .replace(/^(00)+(?=.)/, ''),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(serials, serials, (revoked, others) => {
      const entries = revoked.map((serial, index) => ({
        serial: Buffer.from(serial, 'hex'),
        at: now + index * 1_000,
        reason: index % 7,
      }));
      const crl = read(write({ revoked: entries }));
      assert.equal(crl.entries, revoked.length);
      for (const [index, serial] of revoked.entries())
        assert.deepEqual(crl.isRevoked(serial), { at: now + index * 1_000, reason: index % 7 });
      for (const serial of others) if (!revoked.includes(serial)) assert.equal(crl.isRevoked(serial), undefined);
    }),
    { numRuns: 100 },
  );
});

test('entries of unusual form are found too', () => {
  const invalidity = { oid: '2.5.29.24', value: der(0x18, Buffer.from('20260101000000Z')) };
  const long = { oid: '1.3.6.1.4.1.32473.1', value: derOctets(Buffer.alloc(300)) };
  const crl = read(
    write({
      revoked: [
        { serial: Buffer.from('0aaa', 'hex'), at: now, reason: 4, extensions: [invalidity] },
        { serial: Buffer.from('0bbb', 'hex'), at: Date.UTC(2051, 0, 1) },
        { serial: Buffer.from('0ccc', 'hex'), at: now, extensions: [long] },
      ],
    }),
  );
  assert.deepEqual(crl.isRevoked('0aaa'), { at: now, reason: 4 });
  assert.deepEqual(crl.isRevoked('0bbb'), { at: Date.UTC(2051, 0, 1), reason: 0 });
  assert.deepEqual(crl.isRevoked('0ccc'), { at: now, reason: 0 });
});

test('an entry whose date does not exist still revokes', () => {
  const bytes = write({ revoked: [{ serial: Buffer.from([7]), at: Date.UTC(2026, 1, 1) }] });
  const at = bytes.indexOf('260201000000Z');
  bytes.write('260231000000Z', at);
  assert.deepEqual(read(bytes).isRevoked('07'), { at: now, reason: 0 });
});

test('100,000 entries are read in well under a second', () => {
  const revoked = Array.from({ length: 100_000 }, (_, index) => ({
    serial: Buffer.from((0x10000000 + index * 7).toString(16), 'hex'),
    at: now,
    reason: index % 5,
  }));
  const bytes = write({ revoked });
  const begun = performance.now();
  const crl = read(bytes);
  assert.ok(performance.now() - begun < 1_000);
  assert.equal(crl.entries, 100_000);
  assert.ok(crl.isRevoked((0x10000000 + 99_999 * 7).toString(16)));
  assert.equal(crl.isRevoked((0x10000000 + 3).toString(16)), undefined);
});

describe('lists that can clear nobody', () => {
  const reason = (change: Partial<CrlToWrite>) => {
    const reading = readCrl(write(change));
    return reading.ok ? 'ok' : reading.reason;
  };
  const point = (...fields: readonly Buffer[]): ExtensionToWrite[] => [
    { oid: '2.5.29.28', critical: true, value: derSequence(...fields) },
  ];
  const flag = (tag: number) => der(tag, Buffer.from([0xff]));
  const cases: Record<string, [Partial<CrlToWrite>, string]> = {
    'delta list': [{ extensions: [{ oid: '2.5.29.27', critical: true, value: derInteger(1) }] }, 'crlScope'],
    'delta list not marked critical': [{ extensions: [{ oid: '2.5.29.27', value: derInteger(1) }] }, 'crlScope'],
    'people only': [{ extensions: point(flag(0x81)) }, 'crlScope'],
    'authorities only': [{ extensions: point(flag(0x82)) }, 'crlScope'],
    'some reasons': [{ extensions: point(der(0x83, Buffer.from([0x06, 0x40]))) }, 'crlScope'],
    indirect: [{ extensions: point(flag(0x84)) }, 'crlScope'],
    'attribute certificates only': [{ extensions: point(flag(0x85)) }, 'crlScope'],
    'unknown critical extension': [
      { extensions: [{ oid: '1.3.6.1.4.1.32473.9', critical: true, value: derSequence() }] },
      'crlScope',
    ],
    'entry of another issuer': [
      {
        revoked: [
          {
            serial: Buffer.from([1]),
            at: now,
            extensions: [{ oid: '2.5.29.29', critical: true, value: derSequence() }],
          },
        ],
      },
      'crlScope',
    ],
    'no nextUpdate': [{ nextUpdate: undefined }, 'crlMalformed'],
  };
  for (const [name, [change, expected]] of Object.entries(cases))
    test(name, () => assert.equal(reason(change), expected));
  test('a plain distribution point is fine', () => {
    const url = der(0xa0, der(0xa0, der(0x86, Buffer.from('http://a'))));
    assert.deepEqual(read(write({ extensions: point(url) })).distributionUrls, ['http://a']);
  });
});

describe('who signed a list', () => {
  const crl = read(write());
  test('the issuer with the right to', () => assert.ok(crlSignedBy(crl, authority())));
  test('not another key of the same name', () =>
    assert.ok(!crlSignedBy(crl, authority({ signer: newKey(), extensions: [] }))));
  test('not the same key under another name', () =>
    assert.ok(!crlSignedBy(crl, authority({ subject: writeName([['2.5.4.3', 'Other']]) }))));
  test('not an authority without the right to sign lists', () =>
    assert.ok(!crlSignedBy(crl, authority({ extensions: [writeExtension.keyUsage(['keyCertSign'])] }))));
  test('not one whose key identifier differs', () =>
    assert.ok(!crlSignedBy(crl, authority({ extensions: [writeExtension.subjectKeyId(publicKeyDer(newKey()))] }))));
});

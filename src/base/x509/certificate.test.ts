// Certificates: what we read agrees with node:crypto, faults are refused, and no bytes make the readers throw or hang.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { pemBlocks, readCertificate, signedBy, toPem } from './certificate.ts';
import { readCrl } from './crl.ts';
import { contentOf, DerCursor, encodingOf, readRoot } from './der.ts';
import { der, derBits, derInteger, derNull, derOid, derPrintable, derSequence } from './der-writer.ts';
import { attributesOf, comparableName, comparableText, nameText, sameName } from './name.ts';
import { type ExtensionToWrite, publicKeyDer, writeCertificate, writeExtension, writeName } from './write.ts';
import { writeCrl } from './write-crl.ts';

const now = Date.UTC(2026, 5, 1);
const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const name = writeName([
  ['2.5.4.6', 'SE'],
  ['2.5.4.10', 'Åäö, "AB" + Co'],
  ['2.5.4.3', ' Root #1'],
]);
const spki = publicKeyDer(key);
const usual: readonly ExtensionToWrite[] = [
  writeExtension.basicConstraints(true, 1),
  writeExtension.keyUsage(['keyCertSign', 'cRLSign', 'decipherOnly']),
  writeExtension.extendedKeyUsage(['1.3.6.1.5.5.7.3.2']),
  writeExtension.policies(['1.2.752.74.8.512', '2.5.29.32.0']),
  writeExtension.subjectKeyId(spki),
  writeExtension.authorityKeyId(spki),
  writeExtension.crlUrls(['http://crl.example/a.crl', 'ldap://x']),
  writeExtension.authorityInfoAccess({ caIssuers: 'http://aia.example/ca.crt', ocsp: 'http://ocsp.example' }),
  writeExtension.subjectAltName({
    dns: ['a.example'],
    ip: ['127.0.0.1'],
    upn: 'anna@example',
    email: 'anna@example.org',
  }),
  writeExtension.cardNumber('9752269875300000001'),
];
const write = (
  change: { extensions?: readonly ExtensionToWrite[]; subject?: Buffer; signer?: typeof key; publicKey?: Buffer } = {},
) =>
  writeCertificate(
    {
      serial: Buffer.from('8f00aa', 'hex'),
      issuer: name,
      subject: change.subject ?? name,
      notBefore: now,
      notAfter: now + 1_000,
      publicKey: change.publicKey ?? spki,
      extensions: change.extensions ?? usual,
    },
    change.signer ?? key,
  );
const read = (bytes: Buffer) => {
  const reading = readCertificate(bytes);
  assert.ok(reading.ok, reading.ok ? '' : reading.reason);
  return reading.certificate;
};
const reasonOf = (bytes: Buffer): string => {
  const reading = readCertificate(bytes);
  return reading.ok ? 'ok' : reading.reason;
};

test('our reading agrees with that of node:crypto', () => {
  const bytes = write();
  const ours = read(bytes);
  const theirs = new X509Certificate(bytes);
  assert.equal(ours.serial, theirs.serialNumber.toLowerCase());
  assert.equal(ours.fingerprint, theirs.fingerprint256.replaceAll(':', '').toLowerCase());
  assert.equal(ours.notBefore, theirs.validFromDate.getTime());
  assert.equal(ours.notAfter, theirs.validToDate.getTime());
  assert.deepEqual(ours.extendedKeyUsage, theirs.keyUsage);
  assert.equal(ours.basicConstraints?.ca, theirs.ca);
  assert.ok(theirs.verify(theirs.publicKey));
  assert.ok(signedBy(ours, ours));
});

test('every understood extension is read', () => {
  const found = read(write());
  assert.deepEqual(found.basicConstraints, { ca: true, pathLength: 1 });
  assert.deepEqual([...(found.keyUsage ?? [])], ['keyCertSign', 'cRLSign', 'decipherOnly']);
  assert.deepEqual(found.policies, ['1.2.752.74.8.512', '2.5.29.32.0']);
  assert.deepEqual(found.crlUrls, ['http://crl.example/a.crl', 'ldap://x']);
  assert.deepEqual(found.caIssuerUrls, ['http://aia.example/ca.crt']);
  assert.deepEqual(found.ocspUrls, ['http://ocsp.example']);
  assert.deepEqual(found.userPrincipalNames, ['anna@example']);
  assert.deepEqual(found.emails, ['anna@example.org']);
  assert.deepEqual(found.dnsNames, ['a.example']);
  assert.equal(found.subjectKeyId, found.authorityKeyId);
  assert.equal(found.cardNumber, '9752269875300000001');
  assert.deepEqual(found.unknownCritical, []);
});

describe('card numbers', () => {
  const value = (bytes: Buffer) => read(write({ extensions: [{ oid: '1.2.752.34.2.1', value: bytes }] })).cardNumber;
  test('inside one more OCTET STRING', () => assert.equal(value(der(0x04, derPrintable('975201'))), '975201'));
  test('of another type or form is none, and no reason to refuse the card', () => {
    assert.equal(value(derInteger(5)), undefined);
    assert.equal(value(derPrintable('97 52')), undefined);
    assert.equal(value(Buffer.from([0x13, 0x7f])), undefined);
  });
});

describe('refused certificates', () => {
  test('an extension that comes twice', () => {
    const twice = [writeExtension.keyUsage(['digitalSignature']), writeExtension.keyUsage(['keyCertSign'])];
    assert.equal(reasonOf(write({ extensions: twice })), 'extension twice');
  });
  test('an extension whose content is not of its type', () => {
    assert.notEqual(reasonOf(write({ extensions: [{ oid: '2.5.29.15', value: derInteger(1) }] })), 'ok');
  });
  test('two different signature algorithms', () => {
    const cursor = new DerCursor(readRoot(write(), 0x30));
    const tbs = encodingOf(cursor.next());
    const other = derSequence(derOid('1.2.840.113549.1.1.11'), derNull());
    assert.equal(reasonOf(derSequence(tbs, other, derBits(sign('sha256', tbs, key)))), 'two signature algorithms');
  });
  test('version 1', () => {
    const tbs = new DerCursor(readRoot(write(), 0x30)).next();
    // Without the first five octets, which say version 3.
    const rest = Buffer.from(contentOf(tbs)).subarray(5);
    assert.equal(
      reasonOf(derSequence(derSequence(rest), derSequence(derOid('1.2.840.10045.4.3.2')), derBits(Buffer.alloc(70)))),
      'not version 3',
    );
  });
  test('over 64 KiB', () => assert.equal(reasonOf(Buffer.alloc(70_000)), 'certificate too large'));
});

describe('signatures', () => {
  const pair = (type: 'rsa' | 'ed25519' | 'p384') =>
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: 'P-384' });
  for (const type of ['rsa', 'ed25519', 'p384'] as const)
    test(`by ${type}`, () => {
      const { privateKey } = pair(type);
      const own = read(write({ signer: privateKey, publicKey: publicKeyDer(privateKey) }));
      assert.ok(signedBy(own, own));
      assert.ok(!signedBy(own, read(write())), 'another key does not verify it');
    });
  test('SHA-1 verifies nothing', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const fields = {
      serial: Buffer.from([1]),
      issuer: name,
      subject: name,
      notBefore: now,
      notAfter: now,
      publicKey: publicKeyDer(privateKey),
      extensions: [],
    };
    const weak = read(writeCertificate(fields, privateKey, 'sha1'));
    assert.equal(weak.algorithm.method, undefined);
    assert.ok(!signedBy(weak, weak));
    const strong = read(writeCertificate(fields, privateKey));
    assert.ok(signedBy(strong, strong));
  });
});

describe('names', () => {
  const parse = (subject: Buffer) => read(write({ subject })).subject;
  test('are written by RFC 4514', () => {
    assert.equal(nameText(parse(name)), 'CN=\\ Root #1,O=Åäö\\, \\"AB\\" \\+ Co,C=SE');
  });
  test('differ by string type, case of ASCII letters and spaces without being other names', () => {
    const other = writeName([
      ['2.5.4.6', 'se'],
      ['2.5.4.10', derPrintable('Demo  Region')],
    ]);
    const one = writeName([
      ['2.5.4.6', 'SE'],
      ['2.5.4.10', ' demo region'],
    ]);
    assert.ok(sameName(parse(one), parse(other)));
  });
  test('with a look-alike letter are other names', () => {
    const of = (text: string) => parse(writeName([['2.5.4.3', text]]));
    assert.ok(!sameName(of('Kort CA'), of('\u212aort CA')));
    assert.ok(!sameName(of('CA'), of('\u0421A')));
    assert.ok(!sameName(of('CA'), of('CA\u200b')));
  });
  test('in another order, or merged into one RDN, are other names', () => {
    const [a, b] = [['2.5.4.3', 'A'] as const, ['2.5.4.10', 'B'] as const];
    assert.ok(!sameName(parse(writeName([a, b])), parse(writeName([b, a]))));
    assert.ok(!sameName(parse(writeName([a, b])), parse(writeName([[a, b]]))));
  });
  test('with a faulty value equal nothing but their own bytes', () => {
    const faulty = parse(writeName([['2.5.4.3', der(0x1e, Buffer.from('0041', 'hex'))]]));
    assert.equal(comparableName(faulty), undefined);
    assert.deepEqual(attributesOf(faulty, '2.5.4.3')[0]?.faults, ['bmpString']);
    assert.ok(sameName(faulty, faulty));
    assert.ok(!sameName(faulty, parse(writeName([['2.5.4.3', 'A']]))));
  });
  test('in settings are compared like those in certificates', () => {
    assert.equal(
      comparableText('CN=TEST Norrsken CA, O=Norrsken\\, AB, C=SE'),
      comparableName(
        parse(
          writeName([
            ['2.5.4.6', 'se'],
            ['2.5.4.10', 'Norrsken, AB'],
            ['2.5.4.3', 'TEST  Norrsken CA'],
          ]),
        ),
      ),
    );
    for (const text of ['', 'no name', 'CN=a,', 'X=a', 'CN=a+O=b', ',CN=a'])
      assert.equal(comparableText(text), undefined, text);
  });
});

test('PEM survives a round trip, and other blocks are left out', () => {
  const bytes = write();
  assert.deepEqual(pemBlocks(`text\n${toPem(Buffer.from('00'), 'PRIVATE KEY')}${toPem(bytes)}${toPem(bytes)}`), [
    bytes,
    bytes,
  ]);
});

describe('no bytes make a reader throw', () => {
  const list = writeCrl(
    {
      issuer: name,
      thisUpdate: now,
      nextUpdate: now + 1_000,
      revoked: [{ serial: Buffer.from([9]), at: now, reason: 1 }],
      extensions: [writeExtension.crlNumber(1)],
    },
    key,
  );
  const calm = (bytes: Buffer): void => {
    readCertificate(bytes);
    const reading = readCrl(bytes);
    if (reading.ok) reading.crl.isRevoked('09');
  };
  const edits = fc.array(fc.record({ at: fc.nat(), to: fc.nat(255), cut: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  });
  const change = (original: Buffer, changes: readonly { at: number; to: number; cut: boolean }[]): Buffer => {
    let bytes = Buffer.from(original);
    for (const { at, to, cut } of changes) {
      const place = at % bytes.length;
      if (cut && bytes.length > 2) bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]);
      else bytes[place] = to;
    }
    return bytes;
  };
  test('of any kind', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => calm(Buffer.from(bytes))),
      { numRuns: 2_000 },
    ));
  test('of a changed certificate', () =>
    fc.assert(
      fc.property(edits, (changes) => calm(change(write(), changes))),
      { numRuns: 1_000 },
    ));
  test('of a changed list', () =>
    fc.assert(
      fc.property(edits, (changes) => calm(change(list, changes))),
      { numRuns: 2_000 },
    ));
  test('nested a million deep', () => {
    calm(Buffer.alloc(60_000, 0x30));
    calm(Buffer.alloc(60_000, Buffer.from([0x30, 0x80])));
  });
});

test('a certificate with any octet changed is refused or no longer verifies', () => {
  const issuer = read(write());
  const leaf = write({ subject: writeName([['2.5.4.3', 'Leaf']]), extensions: [] });
  fc.assert(
    fc.property(fc.nat(leaf.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Buffer.from(leaf);
      bytes[at] = (bytes[at] as number) ^ flip;
      const reading = readCertificate(bytes);
      return !reading.ok || !signedBy(reading.certificate, issuer);
    }),
    { numRuns: 500 },
  );
});

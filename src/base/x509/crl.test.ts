// Revocation lists: every entry is found, none other, whatever form it is written in; scope and signature are held to.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readCertificate } from './certificate.ts';
import { crlSignedBy, readCrl } from './crl.ts';
import { der, derInteger, derOctets, derOid, derSequence, derUtf8 } from './der-writer.ts';
import { pointNames } from './distribution-point.ts';
import { nameText } from './name.ts';
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

const point = (...fields: readonly Buffer[]): ExtensionToWrite[] => [
  { oid: '2.5.29.28', critical: true, value: derSequence(...fields) },
];
const flag = (tag: number) => der(tag, Buffer.from([0xff]));

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
  const begun = process.cpuUsage();
  const crl = read(bytes);
  assert.ok(process.cpuUsage(begun).user / 1000 < 1_000);
  assert.equal(crl.entries, 100_000);
  assert.ok(crl.isRevoked((0x10000000 + 99_999 * 7).toString(16)));
  assert.equal(crl.isRevoked((0x10000000 + 3).toString(16)), undefined);
});

describe('lists that can clear nobody', () => {
  const reason = (change: Partial<CrlToWrite>) => {
    const reading = readCrl(write(change));
    return reading.ok ? 'ok' : reading.reason;
  };
  const cases: Record<string, [Partial<CrlToWrite>, string]> = {
    'unknown critical extension': [
      { extensions: [{ oid: '1.3.6.1.4.1.32473.9', critical: true, value: derSequence() }] },
      'crlScope',
    ],
    'entry of another issuer in a list that is not indirect': [
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
    'people only and authorities only': [{ extensions: point(flag(0x81), flag(0x82)) }, 'crlMalformed'],
    'a flag that is no flag': [{ extensions: point(der(0x81, Buffer.from([1]))) }, 'crlMalformed'],
  };
  for (const [name, [change, expected]] of Object.entries(cases))
    test(name, () => assert.equal(reason(change), expected));
});

describe('what a list covers', () => {
  const whole = { name: undefined, onlyUsers: false, onlyAuthorities: false, onlyAttributes: false };
  const none = { ...whole, reasons: undefined, indirect: false };
  const pointOf = (...fields: readonly Buffer[]) => read(write({ extensions: point(...fields) })).issuingPoint;
  test('all of its issuer, without a point', () => assert.equal(read(write()).issuingPoint, undefined));
  test('people, authorities, attribute certificates, several issuers', () => {
    assert.deepEqual(pointOf(flag(0x81)), { ...none, onlyUsers: true });
    assert.deepEqual(pointOf(flag(0x82)), { ...none, onlyAuthorities: true });
    assert.deepEqual(pointOf(flag(0x85)), { ...none, onlyAttributes: true });
    assert.deepEqual(pointOf(flag(0x84)), { ...none, indirect: true });
  });
  test('some reasons', () => {
    assert.deepEqual(pointOf(der(0x83, Buffer.from([0x06, 0x40])))?.reasons, new Set([1]));
  });
  test('one point of several, by whole name or below its issuer', () => {
    const url = der(0xa0, der(0xa0, der(0x86, Buffer.from('http://a'))));
    assert.deepEqual(pointOf(url)?.name, { kind: 'full', names: [{ kind: 'uri', value: 'http://a' }] });
    const relative = der(0xa0, der(0xa1, derSequence(derOid('2.5.4.3'), derUtf8('part 1'))));
    const found = pointOf(relative)?.name;
    assert.ok(found);
    const [full] = pointNames(found, read(write()).issuer);
    assert.equal(full?.kind === 'directory' && nameText(full.name), 'CN=part 1,CN=List CA');
  });
  test('what has changed since another list', () => {
    const delta = { oid: '2.5.29.27', critical: true, value: derInteger(4) };
    assert.equal(read(write({ extensions: [delta] })).deltaOf, '04');
  });
});

test('an indirect list has entries of several issuers, each of the one before until another is named', () => {
  const other = writeName([['2.5.4.3', 'Other CA']]);
  const of = { oid: '2.5.29.29', critical: true, value: derSequence(der(0xa4, other)) };
  const entry = (serial: number, ...extensions: ExtensionToWrite[]) => ({
    serial: Buffer.from([serial]),
    at: now,
    extensions,
  });
  const crl = read(write({ extensions: point(flag(0x84)), revoked: [entry(1), entry(2, of), entry(3)] }));
  const otherName = authority({ subject: other }).subject;
  for (const [serial, own, others] of [
    ['01', true, false],
    ['02', false, true],
    ['03', false, true],
  ] as const) {
    assert.equal(crl.isRevoked(serial) !== undefined, own, serial);
    assert.equal(crl.isRevoked(serial, otherName) !== undefined, others, serial);
  }
});

test('a negative number in a list is not the positive one of the same octets', () => {
  const bytes = write({ revoked: [{ serial: Buffer.from([0x7f]), at: now }] });
  const crl = read(bytes);
  assert.ok(crl.isRevoked('7f'));
  const changed = Buffer.from(bytes);
  changed[bytes.indexOf(Buffer.from([0x02, 0x01, 0x7f])) + 2] = 0xff;
  assert.equal(read(changed).isRevoked('ff'), undefined);
});

describe('a list of serial numbers that were chosen for the work they make', () => {
  const entries = (serials: readonly Buffer[]) => write({ revoked: serials.map((serial) => ({ serial, at: now })) });
  test('that collide in the index: refused, not looked through for minutes', () => {
    // FNV-1a, as the index has it: these all fall on one place of a table for 600 entries.
    const found: Buffer[] = [];
    for (let number = 1; found.length < 600; number++) {
      const serial = Buffer.alloc(5, 1);
      serial.writeUInt32BE(number, 1);
      let hash = 0x811c9dc5;
      for (const octet of serial) hash = Math.imul(hash ^ octet, 0x01000193);
      if ((((hash ^ (hash >>> 15)) >>> 0) & 2047) === 7) found.push(serial);
    }
    const reading = readCrl(entries(found));
    assert.ok(!reading.ok && reading.detail === 'serial numbers made to collide', JSON.stringify(reading));
  });
  test('that are one and the same: the first entry counts', () => {
    const same = Array.from({ length: 20_000 }, () => Buffer.from([0x70, 0x01]));
    const crl = read(entries(same));
    assert.equal(crl.entries, same.length);
    assert.ok(crl.isRevoked('7001'));
    assert.equal(crl.isRevoked('7002'), undefined);
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

// A certificate that came out another than was meant: each fault is seen by its own check alone, before anything is signed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorityWorld, newEcKey, someHolder } from '../../../test/fakes/authority-world.ts';
import { systemRandom } from '../../base/ids.ts';
import {
  type CertificateToWrite,
  certificateToSign,
  type ExtensionToWrite,
  extensionOids,
  keyAlgorithm,
  publicKeyDer,
  writeExtension,
  writeName,
} from '../../base/x509/index.ts';
import { type Composition, compose, newSerial } from './compose.ts';
import { lint, lintChecks } from './lint.ts';

const world = authorityWorld();
const profile = world.ports.rules.profiles.get('login');
assert.ok(profile);
const publicKey = publicKeyDer(newEcKey());
const meant: Composition = {
  profile,
  holder: {
    ...someHolder,
    upn: 'ase@fjord.example',
    sid: 'S-1-5-21-1-2-3-1104',
    email: 'ase@fjord.example',
    cardNumber: '9752578000000100001',
  },
  authority: world.authority,
  publicKey,
  serial: newSerial(systemRandom),
  now: world.now,
  minutes: 60,
};
const { algorithm } = world.authority.signer;
const right = compose(meant);
const without = (oid: string) => right.extensions.filter((one) => one.oid !== oid);
const instead = (extension: ExtensionToWrite): Partial<CertificateToWrite> => ({
  extensions: [...without(extension.oid), extension],
});
const otherKey = publicKeyDer(newEcKey());
const altNames = { upn: 'ase@fjord.example', email: 'ase@fjord.example' };

const faults: readonly (readonly [check: string, what: string, change: Partial<CertificateToWrite>])[] = [
  ['serial', 'another number', { serial: newSerial(systemRandom) }],
  ['issuer', 'in another’s name', { issuer: writeName([['2.5.4.3', 'Other CA']]) }],
  ['validity', 'longer than meant', { notAfter: right.notAfter + 1000 }],
  ['validity', 'not yet', { notBefore: world.now + 60_000 }],
  ['subject', 'somebody else', { subject: writeName([['2.5.4.3', 'Administrator']]) }],
  ['publicKey', 'another key', { publicKey: otherKey }],
  ['notAnAuthority', 'an authority', instead(writeExtension.basicConstraints(true))],
  ['notAnAuthority', 'no word of it', { extensions: without(extensionOids.basicConstraints) }],
  ['keyUsage', 'may sign certificates', instead(writeExtension.keyUsage(['digitalSignature', 'keyCertSign']))],
  ['extendedKeyUsage', 'a server too', instead(writeExtension.extendedKeyUsage(['1.3.6.1.5.5.7.3.1']))],
  ['policies', 'of a higher policy', instead(writeExtension.policies(['1.3.6.1.4.1.32473.1.2']))],
  ['keyIdentifiers', 'of another subject key', instead(writeExtension.subjectKeyId(otherKey))],
  ['keyIdentifiers', 'of another issuer key', instead(writeExtension.authorityKeyId(otherKey))],
  ['addresses', 'no list', { extensions: without(extensionOids.crlDistributionPoints) }],
  [
    'addresses',
    'another responder',
    instead(
      writeExtension.authorityInfoAccess({ caIssuers: world.authority.urls.caIssuers, ocsp: 'http://evil.example' }),
    ),
  ],
  [
    'alternativeNames',
    'two principals',
    instead(writeExtension.subjectAltName({ ...altNames, upn: 'administrator@fjord.example' })),
  ],
  ['alternativeNames', 'a server name', instead(writeExtension.subjectAltName({ ...altNames, dns: ['hub.example'] }))],
  ['securityIdentifier', 'of another account', instead(writeExtension.securityIdentifier('S-1-5-21-1-2-3-500'))],
  ['device', 'of a device', instead(writeExtension.subjectAltName({ ...altNames, uri: 'urn:tillit:device:x' }))],
  ['cardNumber', 'of another card', instead(writeExtension.cardNumber('9752578000000100002'))],
  [
    'criticalExtensions',
    'one that nobody knows',
    { extensions: [...right.extensions, { oid: '1.2.3.4', critical: true, value: Buffer.from('0500', 'hex') }] },
  ],
];

describe('lint', () => {
  test('what was composed passes', () => assert.equal(lint(meant, certificateToSign(right, algorithm)), undefined));
  for (const [check, what, change] of faults)
    test(`${check}: ${what}`, () => {
      const made = certificateToSign({ ...right, ...change }, algorithm);
      assert.match(lint(meant, made) ?? '', new RegExp(`^${check}: `));
      const others = lintChecks.filter(({ name }) => name !== check);
      // Another key has another identifier too.
      assert.equal(
        lint(meant, made, check === 'publicKey' ? others.filter(({ name }) => name !== 'keyIdentifiers') : others),
        undefined,
      );
    });
  test('algorithm: SHA-1, or another than the issuer’s key makes', () => {
    const sha1 = keyAlgorithm(newEcKey('P-384')).identifier;
    const made = certificateToSign(right, sha1);
    assert.match(lint(meant, made) ?? '', /two signature algorithms/, 'the reader alone refuses two algorithms');
    const signer = { ...world.authority.signer, algorithm: Buffer.from('300906072a8648ce3d0401', 'hex') };
    const weak = { ...meant, authority: { ...world.authority, signer } };
    const toSign = certificateToSign(right, signer.algorithm);
    assert.match(lint(weak, toSign) ?? '', /^algorithm: /);
    assert.equal(
      lint(
        weak,
        toSign,
        lintChecks.filter(({ name }) => name !== 'algorithm'),
      ),
      undefined,
    );
  });
  test('a certificate without an identifier of Windows may not hold one', () => {
    const { sid: _sid, ...holder } = meant.holder;
    assert.match(lint({ ...meant, holder }, certificateToSign(right, algorithm)) ?? '', /^securityIdentifier: /);
  });
  test('device: another than the one that is meant', () => {
    const forDevice = { ...meant, holder: { ...someHolder, device: 'tablet-7' } };
    assert.equal(lint(forDevice, certificateToSign(compose(forDevice), algorithm)), undefined);
    const other = compose({ ...forDevice, holder: { ...someHolder, device: 'tablet-8' } });
    assert.match(lint(forDevice, certificateToSign(other, algorithm)) ?? '', /^device: /);
  });
  test('every check has a case', () => {
    assert.deepEqual(
      lintChecks.filter(({ name }) => name !== 'algorithm' && !faults.some(([check]) => check === name)),
      [],
    );
  });
});

// Requests that must be refused: broken ones, without proof of possession, of keys that may not be; and orders of what may not be had.

import { type KeyObject, sign } from 'node:crypto';
import {
  contentOf,
  csrToSign,
  der,
  derBits,
  derInteger,
  derNull,
  derOid,
  derSequence,
  derSet,
  type ExtensionToWrite,
  publicKeyBits,
  publicKeyDer,
  readRoot,
  signedDer,
  writeCsr,
  writeExtension,
  writeName,
} from '../../src/base/x509/index.ts';
import { purposes } from '../../src/core/authority/standard-profiles.ts';
import { now } from '../fakes/pkix.ts';
import { brokenDer, card, edited, flipped, hex, keyOf, resigned, to, withMore } from './ground.ts';
import type { Asked, Case, Cases } from './kinds.ts';

const key = keyOf('person');
const subject = writeName([['2.5.4.3', 'anybody']]);
const csrBy = (signer: KeyObject, asked: readonly ExtensionToWrite[] = [], name = subject): Buffer =>
  writeCsr({ subject: name, publicKey: publicKeyDer(signer), asked }, signer);
/** A request with this key as encoded here, signed by the private one. */
const csrWithKey = (publicKey: Buffer, signer: KeyObject): Buffer => writeCsr({ subject, publicKey }, signer);
const good = csrBy(key, [writeExtension.keyUsage(['digitalSignature'])]);
const unreadable = 'the request cannot be read: ';
const broken = (path: readonly number[], change: (old: Buffer) => Buffer, because: string): Case => ({
  blocks: [resigned(good, key, path, change)],
  attack: 'C7',
  check: 'csr.readable',
  because: `${unreadable}${because}`,
});
const refused = (check: string, block: Buffer, asked?: Asked, attack = 'C7'): Case => ({
  blocks: [block],
  attack,
  check,
  ...(asked === undefined ? {} : { asked }),
});
const ordered = (check: string, asked: Asked, attack = 'C7'): Case => refused(check, good, asked, attack);

const point = publicKeyBits(publicKeyDer(key));
const ecKey = (octets: Buffer): Buffer =>
  derSequence(derSequence(derOid('1.2.840.10045.2.1'), derOid('1.2.840.10045.3.1.7')), derBits(octets));
const odd = (point[64] as number) & 1;
const compressed = ecKey(Buffer.concat([Buffer.from([2 + odd]), point.subarray(1, 33)]));
const hybrid = ecKey(Buffer.concat([Buffer.from([6 + odd]), point.subarray(1)]));
const rsa = keyOf('RSA-2048');
const rsaWithoutNull = derSequence(
  derSequence(derOid('1.2.840.113549.1.1.1')),
  derBits(publicKeyBits(publicKeyDer(rsa))),
);
const unsigned = csrToSign({ subject, publicKey: publicKeyDer(key) });
const claiming = (oid: string, signature: Buffer, ...parameters: readonly Buffer[]): Buffer =>
  signedDer(unsigned, derSequence(derOid(oid), ...parameters), signature);
const ecdsaSha256 = '1.2.840.10045.4.3.2';

const encodings: Cases = {
  ...brokenDer(good, 'C7', 'csr.readable', unreadable),
  'certificate-in-place-of-a-request': {
    ...broken([], (old) => old, 'expected tag 2'),
    blocks: [card.certificate.der],
    because: `${unreadable}expected INTEGER`,
  },
  'version-2': broken([0], to('020101'), 'not version 1'),
  'version-negative': broken([0], to('0201ff'), 'INTEGER out of range'),
  'subject-as-text': broken([1], to('0c0141'), 'expected a name'),
  'key-as-text': broken([2], to('0c0141'), 'expected a public key'),
  'attributes-in-a-set': broken([3], (old) => derSet(contentOf(readRoot(old, 0xa0))), 'unexpected element'),
  'element-after-the-attributes': broken([], withMore(derNull()), 'unexpected element'),
  'attribute-of-three-parts': broken([3, 0], withMore(derNull()), 'unexpected element'),
  'wishes-in-a-sequence': broken([3, 0, 1], (old) => derSequence(contentOf(readRoot(old, 0x31))), 'expected tag 31'),
  'wish-twice': broken(
    [3, 0, 1, 0],
    withMore(derSequence(derOid('2.5.29.15'), der(4, hex('03020780')))),
    'extension twice',
  ),
  'thirty-three-attributes': broken(
    [3],
    (old) => der(0xa0, ...Array<Buffer>(33).fill(contentOf(readRoot(old, 0xa0)))),
    'too many elements',
  ),
  'larger-than-any-request': broken([1], () => writeName([['2.5.4.3', 'x'.repeat(17_000)]]), 'request too large'),
};

const possession: Cases = {
  'signed-by-another-key': refused(
    'csr.possession',
    writeCsr({ subject, publicKey: publicKeyDer(key) }, keyOf('stranger')),
  ),
  'key-of-another-persons-certificate': refused(
    'csr.possession',
    writeCsr({ subject, publicKey: publicKeyDer(keyOf('issuing')) }, key),
  ),
  'subject-changed-after-signing': refused(
    'csr.possession',
    edited(good, [0, 1], () => writeName([['2.5.4.3', 'Administrator']])),
  ),
  'wish-added-after-signing': refused(
    'csr.possession',
    edited(good, [0, 3, 0, 1, 0], withMore(derSequence(derOid('2.5.29.19'), der(4, hex('30030101ff'))))),
  ),
  'signature-changed': refused('csr.possession', flipped(good, -1)),
  'signature-of-zeros': refused('csr.possession', claiming(ecdsaSha256, hex('3006 020100 020100'))),
  'signature-empty': refused('csr.possession', claiming(ecdsaSha256, Buffer.alloc(0))),
  'signed-with-sha-1': refused('csr.possession', claiming('1.2.840.10045.4.1', sign('sha1', unsigned, key))),
  'signed-with-md5': refused(
    'csr.possession',
    claiming('1.2.840.113549.1.1.4', sign('sha256', unsigned, rsa), derNull()),
  ),
  'rsa-algorithm-for-a-curve-key': refused(
    'csr.possession',
    claiming('1.2.840.113549.1.1.11', sign('sha256', unsigned, key), derNull()),
  ),
  'algorithm-with-stray-parameters': refused(
    'csr.possession',
    claiming(ecdsaSha256, sign('sha256', unsigned, key), derInteger(1)),
  ),
  'key-that-cannot-sign': refused('csr.possession', csrWithKey(publicKeyDer(keyOf('x25519')), key)),
};

const keys: Cases = {
  'rsa-1024': refused('csr.key', csrBy(keyOf('RSA-1024'))),
  'curve-p-521': refused('csr.key', csrBy(keyOf('P-521'))),
  'curve-secp256k1': refused('csr.key', csrBy(keyOf('secp256k1'))),
  ed25519: refused('csr.key', csrBy(keyOf('ed25519'))),
  'rsa-for-a-tablet': refused('csr.key', csrBy(rsa), { profile: 'derived' }),
  'rsa-of-exponent-3': refused('key.sound', csrBy(keyOf('RSA-exponent-3'))),
  // One key in other clothes: its hash is another, and so what was lost or is somebody's would not be known again.
  'point-compressed': refused('key.sound', csrWithKey(compressed, key)),
  'point-in-hybrid-form': refused('key.sound', csrWithKey(hybrid, key)),
  'curve-by-explicit-parameters': refused('key.sound', csrBy(keyOf('explicit'))),
  'rsa-without-null-parameters': refused('key.sound', csrWithKey(rsaWithoutNull, rsa)),
  'key-of-an-authority': refused('key.own', csrBy(keyOf('issuing')), { authorityKey: true }),
  'key-of-another-holder': refused('key.holder', good, { keyUses: [{ holder: 'another', state: 'good' }] }),
  'key-reported-as-lost-by-its-own-holder': refused('key.holder', good, {
    keyUses: [{ holder: 'own', state: 'revoked', reason: 1 }],
  }),
};

const orders: Cases = {
  'profile-that-is-not': ordered('profile.known', { profile: 'administrator' }, 'C6'),
  'profile-that-the-caller-may-not-order': ordered('caller.profile', { allowed: ['derived'] }, 'C6'),
  'caller-that-may-only-look': ordered('caller.profile', { allowed: [] }, 'C6'),
  'authority-that-is-not-here': ordered('issuer.known', { withoutAuthority: true }, 'C6'),
  'holder-without-surname': ordered('holder.fields', { without: ['surname'] }),
  'holder-with-a-device': ordered('holder.fields', { holder: { device: 'tablet-7' } }),
  'principal-name-of-two': ordered('holder.values', {
    holder: { upn: 'ase@fjord.example,administrator@fjord.example' },
  }),
  'principal-name-with-nul': ordered('holder.values', { holder: { upn: 'administrator@fjord.example\0@x.example' } }),
  'principal-name-of-cyrillic-letters': ordered('holder.values', { holder: { upn: '\u0430se@fjord.example' } }),
  'name-that-turns-round': ordered('holder.values', { holder: { commonName: 'Åse\u202enamdroN' } }),
  'number-of-fullwidth-digits': ordered('holder.values', { holder: { serialNumber: 'T\uff11\uff10001' } }),
  'number-of-another-population': ordered('holder.patterns', {
    patterns: { serialNumber: 'T\\d{5}' },
    holder: { serialNumber: 'SE5560000001-TA01' },
  }),
  'number-with-more-after-the-pattern': ordered('holder.patterns', {
    patterns: { serialNumber: 'T\\d{5}' },
    holder: { serialNumber: 'T100011' },
  }),
  'for-a-tablet-without-a-login': ordered('proof.given', { profile: 'derived', holder: { device: 'tablet-7' } }),
  'for-a-tablet-by-a-login-of-an-hour-ago': ordered('proof.fresh', {
    profile: 'derived',
    holder: { device: 'tablet-7' },
    proofAt: new Date(now - 3_600_000).toISOString(),
  }),
  'life-of-a-hundred-years': ordered('life.profile', { minutes: 100 * 365 * 24 * 60 }),
  'life-of-a-negative-time': ordered('life.profile', { minutes: -60 }),
  'longer-than-its-issuer': ordered('life.issuer', { issuerEnds: new Date(now + 86_400_000).toISOString() }),
};

export const refusedRequests: Cases = { ...encodings, ...possession, ...keys, ...orders };

/** Asks for more than anybody gets; the certificate that comes of it is the profile's. */
const wishing = (wishes: readonly ExtensionToWrite[], name = subject): Case => ({
  blocks: [csrBy(key, wishes, name)],
  attack: 'C7',
  expect: { asks: wishes.map(({ oid }) => oid) },
});
export const validRequests: Cases = {
  usual: { blocks: [good], attack: 'C7' },
  'p-384': { blocks: [csrBy(keyOf('P-384'))], attack: 'C7' },
  'rsa-2048': { blocks: [csrBy(rsa)], attack: 'C7' },
  'without-attributes': { blocks: [resigned(good, key, [3], () => Buffer.alloc(0))], attack: 'C7' },
  'attribute-of-another-kind': {
    blocks: [resigned(good, key, [3], withMore(derSequence(derOid('1.2.840.113549.1.9.7'), derSet(hex('0c0161')))))],
    attack: 'C7',
  },
  'wishes-to-be-an-authority': wishing([
    writeExtension.basicConstraints(true),
    writeExtension.keyUsage(['keyCertSign', 'cRLSign']),
  ]),
  'wishes-for-the-administrators-name': wishing(
    [
      writeExtension.subjectAltName({ upn: 'administrator@fjord.example', dns: ['hub.example'] }),
      writeExtension.securityIdentifier('S-1-5-21-1-2-3-500'),
    ],
    writeName([
      ['2.5.4.3', 'Administrator'],
      ['2.5.4.5', 'T99999'],
    ]),
  ),
  'wishes-to-answer-for-others': wishing([
    writeExtension.extendedKeyUsage([purposes.ocspSigning, '2.5.29.37.0']),
    writeExtension.ocspNoCheck(),
  ]),
  'wishes-for-a-higher-policy': wishing([
    writeExtension.policies(['1.2.752.74.8.999.77']),
    writeExtension.crlUrls(['http://evil.example/empty.crl']),
  ]),
  'for-a-tablet-by-a-login-just-now': {
    blocks: [good],
    attack: 'C7',
    asked: { profile: 'derived', holder: { device: 'tablet-7' }, proofAt: new Date(now - 60_000).toISOString() },
  },
};

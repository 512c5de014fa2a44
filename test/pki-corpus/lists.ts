// Revocation lists that can clear nobody: broken, of others, of a part, of another time; and some that must not be talked out of a revocation.
import {
  type CrlToWrite,
  der,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derUtf8,
  type ExtensionToWrite,
  extensionOids,
  writeExtension,
} from '../../src/base/x509/index.ts';
import {
  authority,
  dayMs,
  extension,
  flag,
  fullName,
  general,
  issuingPoint,
  listDerBy,
  now,
  type Party,
  revoked,
} from '../fakes/pkix.ts';
import {
  brokenDer,
  card,
  commonName,
  edited,
  flipped,
  hex,
  issuing,
  keyOf,
  namesake,
  other,
  resigned,
  root,
  to,
  unknownCritical,
  withMore,
} from './ground.ts';
import type { Asked, Case, Cases } from './kinds.ts';

const signer = keyOf('issuing');
const revokesCard: Partial<CrlToWrite> = { revoked: [revoked(card)] };
const someone = { serial: hex('7001'), at: now - dayMs };
/** With an entry, so that there is one to spoil. Parts: version, algorithm, issuer, two times, entries, extensions. */
const good = listDerBy(issuing, { revoked: [{ ...someone, reason: 1 }] });
const broken = (
  path: readonly number[],
  change: (old: Buffer) => Buffer,
  because: string,
  check = 'malformed',
): Case => ({
  blocks: [resigned(good, signer, path, change)],
  attack: 'C4',
  check,
  because,
});
const stating = (because: string, oid: string, value: string, check = 'malformed'): Case =>
  broken([6, 0], withMore(derSequence(derOid(oid), hex('0101ff'), derOctets(hex(value)))), because, check);
const listed = (check: string, block: Buffer, asked?: Asked): Case => ({
  blocks: [block],
  attack: 'C4',
  check,
  ...(asked === undefined ? {} : { asked }),
});
const list = (...extensions: readonly ExtensionToWrite[]): Buffer => listDerBy(issuing, { extensions });
const number = (value: number) => writeExtension.crlNumber(value);
const deltaOf = (value: number): ExtensionToWrite =>
  extension(extensionOids.deltaCrlIndicator, derInteger(value), true);
const url = (text: string): Buffer => fullName(general.uri(text));
const by = (party: Party, change: Partial<CrlToWrite> = {}): Buffer => listDerBy(party, change);
const inTheNameOf = (name: Buffer): Buffer => listDerBy(issuing, { issuer: name });
const sha1Identifier = derSequence(derOid('1.2.840.10045.4.1'));
const entryWith = (...extensions: readonly ExtensionToWrite[]): Buffer =>
  by(issuing, { revoked: [{ ...someone, extensions }] });
const certificateIssuer = extension(extensionOids.certificateIssuer, derSequence(general.directory(other.name)), true);
const reasonsBut = (...octets: readonly number[]): Buffer => der(0x83, Buffer.from(octets));
const mayNot = authority('Corpus Issuing', root, {
  key: signer,
  extensions: [writeExtension.keyUsage(['keyCertSign'])],
});

const encodings: Cases = {
  ...brokenDer(good, 'C4', 'malformed'),
  'version-3': broken([0], to('020102'), 'not version 2'),
  'extensions-in-version-1': broken([0], () => Buffer.alloc(0), 'extensions in version 1'),
  'two-signature-algorithms': broken([1], () => derSequence(derOid('1.2.840.10045.4.3.3')), 'two signature algorithms'),
  'issuer-as-text': broken([2], () => derUtf8('Corpus Issuing'), 'expected a name'),
  'without-next-update': broken([4], () => Buffer.alloc(0), 'no nextUpdate'),
  'time-with-offset': broken([3], () => der(0x17, Buffer.from('260601000000+0100')), 'time not in DER form'),
  'three-times': broken([4], (old) => Buffer.concat([old, old]), 'unexpected element'),
  'entry-in-a-set': broken([5, 0], (old) => Buffer.concat([hex('31'), old.subarray(1)]), 'expected an entry'),
  'entry-of-four-parts': broken([5, 0], withMore(derNull()), 'unexpected element'),
  'entry-with-serial-not-minimal': broken([5, 0, 0], to('0203007001'), 'INTEGER not minimal'),
  'entry-with-serial-of-65-octets': broken(
    [5, 0, 0],
    () => derInteger(Buffer.alloc(65, 0x70)),
    'serial number out of range',
  ),
  'entry-with-time-of-letters': broken(
    [5, 0, 1],
    () => der(0x17, Buffer.from('26060100000xZ')),
    'time not in DER form',
  ),
  'entry-with-reason-as-integer': broken([5, 0, 2, 0, 1, 0], to('020101'), 'unexpected outer type'),
  'number-as-text': broken([6, 0, 0, 1, 0], to('0c013a'), 'unexpected outer type'),
  'extension-twice': broken(
    [6, 0],
    withMore(derSequence(derOid(extensionOids.crlNumber), derOctets(derInteger(11)))),
    'extension twice',
  ),
  'extensions-and-another': broken([6], withMore(derSequence()), 'unexpected element'),
  'of-users-and-of-authorities': stating(
    'a list of two kinds only',
    extensionOids.issuingDistributionPoint,
    '3006 8101ff 8201ff',
  ),
  'point-with-flag-of-one': stating('BOOLEAN not DER', extensionOids.issuingDistributionPoint, '3003 810101'),
  'point-and-another': stating('unexpected element', extensionOids.issuingDistributionPoint, '3005 8101ff 0500'),
  'delta-of-a-text': stating('unexpected outer type', extensionOids.deltaCrlIndicator, '0c0139'),
  'key-identifier-of-half-a-name': stating(
    'half a name of a certificate',
    extensionOids.authorityKeyIdentifier,
    '3003 820101',
  ),
  'with-unknown-critical-extension': {
    ...broken([], (old) => old, 'extension 1.3.6.1.4.1.32473.9', 'scope'),
    blocks: [list(number(10), unknownCritical)],
  },
  'with-unknown-critical-extension-of-an-entry': {
    ...broken([], (old) => old, 'entry extension 1.3.6.1.4.1.32473.9', 'scope'),
    blocks: [entryWith(unknownCritical)],
  },
  'with-entries-of-others-unannounced': {
    ...broken([], (old) => old, 'entry extension 2.5.29.29', 'scope'),
    blocks: [entryWith(certificateIssuer)],
  },
};

const silent: Cases = {
  'of-another-authority': listed('crlIssuer', by(other)),
  'of-the-root': listed('crlIssuer', by(root)),
  'in-a-name-of-cyrillic-letters': listed('crlIssuer', inTheNameOf(commonName('\u0421orpus Issuing'))),
  'in-a-name-with-nul': listed('crlIssuer', inTheNameOf(commonName('Corpus Issuing\0'))),
  'in-a-longer-name': listed('crlIssuer', inTheNameOf(commonName('Corpus Issuing 2'))),
  indirect: listed('crlIndirect', list(number(10), issuingPoint(flag(0x84)))),
  'of-part-two-for-a-card-of-part-one': listed(
    'crlScope',
    list(number(10), issuingPoint(url('http://crl.example/two.crl'))),
    { of: 'partCard' },
  ),
  'of-a-part-for-a-card-of-none': listed('crlScope', list(number(10), issuingPoint(url('http://crl.example/one.crl')))),
  'of-a-part-in-other-letter-case': listed(
    'crlScope',
    list(number(10), issuingPoint(url('http://crl.example/ONE.crl'))),
    { of: 'partCard' },
  ),
  'of-authorities-alone': listed('crlKind', list(number(10), issuingPoint(flag(0x82)))),
  'of-users-alone-for-an-authority': listed(
    'crlKind',
    by(root, { extensions: [number(10), issuingPoint(flag(0x81))] }),
    { of: 'issuing' },
  ),
  'of-attribute-certificates': listed('crlKind', list(number(10), issuingPoint(flag(0x85)))),
  'signed-with-sha-1': listed(
    'crlAlgorithm',
    edited(
      edited(good, [0, 1], () => sha1Identifier),
      [1],
      () => sha1Identifier,
    ),
  ),
  'signed-by-an-algorithm-not-allowed-here': listed('crlAlgorithm', good, { signatures: ['ed25519'] }),
  'signed-by-another-key': listed('crlSigned', listDerBy(issuing, {}, keyOf('stranger'))),
  'signed-by-the-card': listed('crlSigned', listDerBy(issuing, {}, keyOf('person'))),
  'of-a-namesake': listed('crlSigned', by(namesake)),
  'entry-taken-out-after-signing': listed(
    'crlSigned',
    edited(by(issuing, revokesCard), [0, 5], () => Buffer.alloc(0)),
  ),
  'next-update-put-off-after-signing': listed(
    'crlSigned',
    edited(good, [0, 4], () => der(0x17, Buffer.from('491231000000Z'))),
  ),
  'signature-changed': listed('crlSigned', flipped(good, -1)),
  'signature-of-zeros': listed(
    'crlSigned',
    edited(good, [2], () => der(3, hex('00 3006 020100 020100'))),
  ),
  'of-an-authority-that-may-sign-none': listed('crlSigned', by(issuing), {
    issuer: mayNot.certificate.der.toString('base64'),
  }),
  'of-the-future': listed('crlBegun', by(issuing, { thisUpdate: now + 600_000 })),
  stale: listed('crlCurrent', by(issuing, { nextUpdate: now })),
  'stale-by-years': listed('crlCurrent', by(issuing, { thisUpdate: now - 800 * dayMs, nextUpdate: now - 700 * dayMs })),
  'of-some-reasons': listed('crlReasons', list(number(10), issuingPoint(reasonsBut(6, 0x40)))),
  'delta-alone': listed('crlDeltaAlone', list(number(12), deltaOf(9))),
};

const whole = (...entries: readonly ReturnType<typeof revoked>[]): Buffer =>
  by(issuing, { extensions: [number(10)], revoked: entries });
const delta = (given: {
  at?: number;
  base?: number;
  reason?: number;
  more?: readonly ExtensionToWrite[];
  change?: Partial<CrlToWrite>;
  key?: ReturnType<typeof keyOf>;
}): Buffer =>
  listDerBy(
    issuing,
    {
      extensions: [number(given.at ?? 12), deltaOf(given.base ?? 9), ...(given.more ?? [])],
      revoked: [revoked(card, given.reason ?? 8)],
      ...given.change,
    },
    given.key,
  );
const saying = (...blocks: readonly Buffer[]): Case => ({ blocks, attack: 'C4', expect: { kind: 'revoked' } });
/** All are heard; what takes a revocation back is not one that may. */
const revoking: Cases = {
  'revoked-for-a-lost-key': saying(whole(revoked(card, 1))),
  suspended: saying(whole(revoked(card, 6))),
  'revoked-on-a-day-that-is-not': saying(
    resigned(whole(revoked(card)), signer, [5, 0, 1], () => der(0x17, Buffer.from('260231000000Z'))),
  ),
  'revoked-beside-a-list-that-clears': saying(by(issuing), whole(revoked(card))),
  'revoked-and-taken-back-by-a-forged-delta': saying(whole(revoked(card)), delta({ key: keyOf('stranger') })),
  'revoked-and-taken-back-by-a-delta-to-a-later-list': saying(whole(revoked(card)), delta({ base: 11 })),
  'revoked-and-taken-back-by-an-older-delta': saying(whole(revoked(card)), delta({ at: 9, base: 8 })),
  'revoked-and-taken-back-by-a-delta-of-another-scope': saying(
    whole(revoked(card)),
    delta({ more: [issuingPoint(flag(0x81))] }),
  ),
  'revoked-and-taken-back-by-a-stale-delta': saying(whole(revoked(card)), delta({ change: { nextUpdate: now } })),
  'revoked-by-a-delta': saying(whole(), delta({ reason: 1 })),
};

export const refusedLists: Cases = { ...encodings, ...silent };
const clears = (blocks: readonly Buffer[], asked?: Asked): Case => ({
  blocks,
  attack: 'C4',
  expect: { kind: 'good' },
  ...(asked === undefined ? {} : { asked }),
});
export const validLists: Cases = {
  ...revoking,
  usual: clears([good]),
  'version-1-without-extensions': clears([
    resigned(
      resigned(by(issuing), signer, [0], () => Buffer.alloc(0)),
      signer,
      [4],
      () => Buffer.alloc(0),
    ),
  ]),
  'taken-back-by-its-delta': clears([whole(revoked(card, 6)), delta({})]),
  'of-users-alone': clears([list(number(10), issuingPoint(flag(0x81)))]),
  'of-part-one-for-a-card-of-part-one': clears([list(number(10), issuingPoint(url('http://crl.example/one.crl')))], {
    of: 'partCard',
  }),
  'in-parts-by-reason': clears([
    list(number(10), issuingPoint(reasonsBut(0, 0x60))),
    list(number(10), issuingPoint(reasonsBut(7, 0x1f, 0x80))),
  ]),
  'with-extension-that-is-not-critical': clears([list(number(10), { ...unknownCritical, critical: false })]),
  'number-of-20-octets': clears([list(extension(extensionOids.crlNumber, derInteger(Buffer.alloc(20, 0x7f))))]),
  'a-minute-ahead': clears([by(issuing, { thisUpdate: now + 60_000 })]),
};

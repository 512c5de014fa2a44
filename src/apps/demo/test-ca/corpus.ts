// Writes the certificate corpus of the tests: one JSON file a case, named by its fault, with the instant it is judged at.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attributeOids,
  der,
  derSequence,
  type ExtensionToWrite,
  extensionOids,
  type NamePart,
  publicKeyDer,
  writeCertificate,
  writeCrl,
  writeExtension,
  writeName,
} from '../../../base/x509/index.ts';
import { createAuthority, newKey, newSerial } from './authority.ts';
import { type CardRequest, holderName, issueCard, usages } from './cards.ts';
import { revoke, signList } from './lists.ts';
import { createTestPki, crlUrl } from './pki.ts';
import { type AuthorityName, authorityPlans, demoPolicies } from './plan.ts';
import { type TestPopulation, testPopulations } from './populations.ts';

const folder = process.argv[2] ?? join('test', 'corpus');
const now = Date.UTC(2026, 5, 1, 9, 0, 0);
const dayMs = 86_400_000;
const pki = createTestPki(undefined, { crlBaseUrl: 'http://crl.example', clock: () => now });
const populations = testPopulations(pki);

interface Case {
  /** What a decision must say: the code, and the check that says it. Absent for a valid one. */
  readonly code?: string;
  readonly check?: string;
  readonly chain: readonly Buffer[];
  readonly at?: number;
  readonly accepted?: readonly string[];
  /** Lists that differ from the usual good ones; null = there is none. */
  readonly lists?: Partial<Record<AuthorityName, Buffer | null>>;
  /** Populations that differ. */
  readonly populations?: readonly Partial<TestPopulation>[];
  readonly expect?: Readonly<Record<string, unknown>>;
}

const anna = { serialNumber: 'SE5560000001-TA01', givenName: 'Anna', surname: 'Ek', title: 'Sjuksköterska' };
const card = (request: Partial<CardRequest> = {}) =>
  issueCard(pki, { authority: 'hsa-id-3', holder: anna, ...request });
const hsa = pki.authorities['hsa-id-3'];
const subjectWith = (...serials: readonly (NamePart | readonly NamePart[])[]): Buffer =>
  writeName([[attributeOids.country, 'SE'], [attributeOids.commonName, 'Anna Ek'], ...serials]);
const serial = (value: string | Buffer): NamePart => [attributeOids.serialNumber, value];
const bmp = (text: string): Buffer => der(0x1e, Buffer.from(text, 'utf16le').swap16());
const withSubject = (subject: Buffer): readonly Buffer[] => card({ instead: { subject } }).chain;
const identifier = { code: 'card.identifier', check: 'identifier' };

// A variant of the issuing authority: the same name and key, other extensions or times, signed by the same root.
function variantAuthority(
  given: {
    extensions?: readonly ExtensionToWrite[];
    notAfter?: number;
    signer?: typeof hsa.key;
    rsaBits?: number;
  } = {},
): Buffer {
  const root = pki.authorities['eid-root'];
  return writeCertificate(
    {
      serial: newSerial(),
      issuer: root.subject,
      subject: hsa.subject,
      notBefore: now - 400 * dayMs,
      notAfter: given.notAfter ?? now + 400 * dayMs,
      publicKey: hsa.publicKey,
      extensions: given.extensions ?? caExtensions(),
    },
    given.signer ?? root.key,
  );
}
const caExtensions = (
  given: { basic?: ExtensionToWrite; usage?: ExtensionToWrite; extra?: readonly ExtensionToWrite[] } = {},
): readonly ExtensionToWrite[] => [
  given.basic ?? writeExtension.basicConstraints(true, 0),
  given.usage ?? writeExtension.keyUsage(['keyCertSign', 'cRLSign']),
  writeExtension.subjectKeyId(hsa.publicKey),
  writeExtension.authorityKeyId(pki.authorities['eid-root'].publicKey),
  writeExtension.crlUrls([crlUrl(pki.crlBaseUrl, 'eid-root')]),
  ...(given.extra ?? []),
];
const noIntermediates = populations.map(({ id }) => (id === 'hsa-id-3' ? { id, intermediates: [] } : { id }));
const under = (authority: Buffer): Pick<Case, 'chain' | 'populations'> => ({
  chain: [card().der, authority],
  populations: noIntermediates,
});

const revoked = card();
const otherPki = createTestPki(undefined, { crlBaseUrl: 'http://crl.example', clock: () => now });
revoke(pki, 'hsa-id-3', revoked.serial, 1);
const listWithRevoked = signList(pki, 'hsa-id-3');
pki.revoked.clear();

const listOf = (
  extensions: readonly ExtensionToWrite[],
  nextUpdate: number | undefined = now + dayMs,
  key = hsa.key,
): Buffer => writeCrl({ issuer: hsa.subject, thisUpdate: now - dayMs, nextUpdate, revoked: [], extensions }, key);
const listOfRoot = (serialHex: string): Buffer =>
  writeCrl(
    {
      issuer: pki.authorities['eid-root'].subject,
      thisUpdate: now - dayMs,
      nextUpdate: now + dayMs,
      revoked: [{ serial: Buffer.from(serialHex, 'hex'), at: now - dayMs, reason: 2 }],
      extensions: [],
    },
    pki.authorities['eid-root'].key,
  );
const pointExtension = (...fields: readonly Buffer[]): ExtensionToWrite => ({
  oid: extensionOids.issuingDistributionPoint,
  critical: true,
  value: derSequence(...fields),
});
const pointName = (url: string): Buffer => der(0xa0, der(0xa0, der(0x86, Buffer.from(url))));
const yes = Buffer.from([0xff]);
const unknown = { code: 'card.revocationUnknown', check: 'revocationKnown' };

const weakAuthorityKey = card({ rsaBits: 1024 });
const sha1 = (() => {
  const plan = authorityPlans.find(({ name }) => name === 'hsa-id-3');
  if (plan === undefined) throw new Error('no plan');
  return writeCertificate(
    {
      serial: newSerial(),
      issuer: hsa.subject,
      subject: holderName(anna),
      notBefore: now - dayMs,
      notAfter: now + dayMs,
      publicKey: publicKeyDer(newKey()),
      extensions: [writeExtension.keyUsage(['digitalSignature'])],
    },
    card({ rsaBits: 2048 }).key,
    'sha1',
  );
})();
const subAuthority = createAuthority(
  { name: 'hsa-id-3', parent: 'hsa-id-3', subject: [[attributeOids.commonName, 'Sub CA']], policies: [] },
  hsa,
  { now, crlUrl: (name) => crlUrl(pki.crlBaseUrl, name) },
);
const belowSub = writeCertificate(
  {
    serial: newSerial(),
    issuer: subAuthority.subject,
    subject: holderName(anna),
    notBefore: now - dayMs,
    notAfter: now + dayMs,
    publicKey: publicKeyDer(newKey()),
    extensions: [
      writeExtension.keyUsage(['digitalSignature']),
      writeExtension.extendedKeyUsage([usages.clientAuthentication]),
      writeExtension.policies([demoPolicies.hsaId3]),
      writeExtension.authorityKeyId(subAuthority.publicKey),
      writeExtension.crlUrls([crlUrl(pki.crlBaseUrl, 'hsa-id-3')]),
    ],
  },
  subAuthority.key,
);
const personAsAuthority = card();
const belowPerson = writeCertificate(
  {
    serial: newSerial(),
    issuer: holderName(anna),
    subject: holderName({ ...anna, serialNumber: 'SE5560000001-CHEF' }),
    notBefore: now - dayMs,
    notAfter: now + dayMs,
    publicKey: publicKeyDer(newKey()),
    extensions: [
      writeExtension.keyUsage(['digitalSignature']),
      writeExtension.extendedKeyUsage([usages.clientAuthentication]),
      writeExtension.policies([demoPolicies.hsaId3]),
      writeExtension.crlUrls([crlUrl(pki.crlBaseUrl, 'hsa-id-3')]),
    ],
  },
  personAsAuthority.key,
);

const subjectOf = (namespace: string, value: string) => ({ subject: { namespace, value } });

const valid: Record<string, Case> = {
  'hsa-id': {
    chain: card({ cardNumber: '9752269875300000001' }).chain,
    expect: {
      ...subjectOf('hsa-id', 'SE5560000001-TA01'),
      cardNumber: '9752269875300000001',
      assurance: 'substantial',
      populationId: 'hsa-id-3',
    },
  },
  'hsa-id-in-lower-case': {
    chain: withSubject(subjectWith(serial('se5560000001-ta01'))),
    expect: subjectOf('hsa-id', 'SE5560000001-TA01'),
  },
  'leaf-only-intermediate-configured': { chain: [card().der], expect: subjectOf('hsa-id', 'SE5560000001-TA01') },
  'rsa-2048': { chain: card({ rsaBits: 2048 }).chain, expect: subjectOf('hsa-id', 'SE5560000001-TA01') },
  'personal-number': {
    chain: card({ authority: 'person-id-3', holder: { ...anna, serialNumber: '198001012387' } }).chain,
    expect: subjectOf('personnummer', '198001012387'),
  },
  'coordination-number': {
    chain: card({ authority: 'person-id-3', holder: { ...anna, serialNumber: '197010632391' } }).chain,
    expect: subjectOf('personnummer', '197010632391'),
  },
  'issuer-scoped-number': {
    chain: card({
      authority: 'advanced',
      holder: { ...anna, country: 'NO', serialNumber: 'UN:NO-9578-4050-127091783' },
    }).chain,
    expect: { ...subjectOf('fjordpass-id', 'UN:NO-9578-4050-127091783'), assurance: 'high' },
  },
  'staff-number': {
    chain: card({ authority: 'simple', holder: { ...anna, country: 'NO', serialNumber: 'T00042' } }).chain,
    expect: subjectOf('staff-id', 'T00042'),
  },
  'unreadable-certificate-after-the-leaf': {
    chain: [card().der, Buffer.from('3003020100ff', 'hex')],
    expect: subjectOf('hsa-id', 'SE5560000001-TA01'),
  },
  'other-key-of-same-name-also-shown': {
    chain: [card().der, otherPki.authorities['hsa-id-3'].der, hsa.der],
    expect: subjectOf('hsa-id', 'SE5560000001-TA01'),
  },
  'list-with-simple-distribution-point': {
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(pointName('http://crl.example/crl/hsa-id-3.crl'))]) },
  },
  'second-population-fits': {
    chain: card({ authority: 'simple', holder: { ...anna, serialNumber: 'T00042' } }).chain,
    populations: [
      ...populations.map(({ id }) =>
        id === 'simple'
          ? { id, identifiers: [{ attribute: '2.5.4.5', pattern: 'hsaId' as const, namespace: 'x' }] }
          : { id },
      ),
      { ...populations[0], id: 'simple-again' },
    ],
    accepted: ['simple', 'simple-again'],
    expect: { populationId: 'simple-again' },
  },
};

const invalid: Record<string, Case> = {
  'no-certificate': { code: 'card.noCertificate', check: 'presented', chain: [] },
  'not-a-certificate': { code: 'card.malformed', check: 'presented', chain: [Buffer.from('GET / HTTP/1.1\r\n')] },
  'bytes-after-the-certificate': {
    code: 'card.malformed',
    check: 'presented',
    chain: [Buffer.concat([card().der, Buffer.from([0])])],
  },
  'population-with-broken-anchor': {
    code: 'card.unknownIssuer',
    check: 'populationUsable',
    chain: card().chain,
    populations: [{ id: 'hsa-id-3', anchors: [pki.authorities['eid-root'].pem, 'not a certificate'] }],
  },
  'self-signed': {
    code: 'card.unknownIssuer',
    check: 'pathToAnchor',
    chain: [createAuthorityOf('Nobody').der],
  },
  'unknown-issuer': { code: 'card.unknownIssuer', check: 'pathToAnchor', chain: [belowStranger()] },
  'other-authority-of-the-same-names': {
    code: 'card.unknownIssuer',
    check: 'pathToAnchor',
    chain: issueCard(otherPki, { authority: 'hsa-id-3', holder: anna }).chain,
  },
  'forged-signature': {
    code: 'card.unknownIssuer',
    check: 'signatures',
    chain: card({ instead: { signer: newKey() } }).chain,
  },
  'changed-after-signing': { code: 'card.unknownIssuer', check: 'signatures', chain: [flipLastDigit(card().der)] },
  'authority-signed-by-another': {
    code: 'card.unknownIssuer',
    check: 'signatures',
    ...under(variantAuthority({ signer: newKey() })),
  },
  'sha1-signature': { code: 'card.weak', check: 'algorithms', chain: [sha1] },
  'rsa-1024': { code: 'card.weak', check: 'keySizes', chain: weakAuthorityKey.chain },
  'issuer-is-a-person': {
    code: 'card.unknownIssuer',
    check: 'authoritiesAreCas',
    chain: [belowPerson, personAsAuthority.der],
    populations: populations.map(({ id }) => (id === 'hsa-id-3' ? { id, issuers: ['Anna Ek'] } : { id })),
  },
  'authority-without-basic-constraints': {
    code: 'card.unknownIssuer',
    check: 'authoritiesAreCas',
    ...under(variantAuthority({ extensions: caExtensions().slice(1) })),
  },
  'path-longer-than-allowed': {
    code: 'card.unknownIssuer',
    check: 'pathLength',
    chain: [belowSub, subAuthority.der],
    populations: populations.map(({ id }) => (id === 'hsa-id-3' ? { id, issuers: ['Sub CA'] } : { id })),
    lists: {},
  },
  'authority-may-not-sign-certificates': {
    code: 'card.unknownIssuer',
    check: 'authoritiesMaySign',
    ...under(
      variantAuthority({
        extensions: caExtensions({ usage: writeExtension.keyUsage(['cRLSign', 'digitalSignature']) }),
      }),
    ),
  },
  'authority-without-key-usage': {
    code: 'card.unknownIssuer',
    check: 'authoritiesMaySign',
    ...under(variantAuthority({ extensions: caExtensions().filter(({ oid }) => oid !== extensionOids.keyUsage) })),
  },
  'unknown-critical-extension': {
    code: 'card.malformed',
    check: 'criticalExtensions',
    chain: card({ instead: { extra: [{ oid: '1.3.6.1.4.1.32473.9', critical: true, value: derSequence() }] } }).chain,
  },
  'unknown-critical-extension-in-authority': {
    code: 'card.malformed',
    check: 'criticalExtensions',
    ...under(
      variantAuthority({
        extensions: caExtensions({ extra: [{ oid: '2.5.29.30', critical: true, value: derSequence() }] }),
      }),
    ),
  },
  'not-yet-valid': { code: 'card.notYetValid', check: 'begun', chain: card({ notBefore: now + 1_000 }).chain },
  expired: {
    code: 'card.expired',
    check: 'notEnded',
    chain: card({ notBefore: now - 20 * dayMs, notAfter: now - 1_000 }).chain,
  },
  'authority-expired': {
    code: 'card.expired',
    check: 'notEnded',
    ...under(variantAuthority({ notAfter: now - 1_000 })),
  },
  'leaf-is-a-ca': { code: 'card.wrongPurpose', check: 'leafIsNoCa', ...leafCa() },
  'signature-certificate': {
    code: 'card.wrongPurpose',
    check: 'digitalSignature',
    chain: card({ usage: 'signature', instead: { extendedKeyUsage: [usages.clientAuthentication] } }).chain,
  },
  'without-key-usage': { code: 'card.wrongPurpose', check: 'digitalSignature', chain: [withoutKeyUsage()] },
  'server-certificate': {
    code: 'card.otherPopulation',
    check: 'notServer',
    chain: card({ instead: { extendedKeyUsage: [usages.serverAuthentication, usages.clientAuthentication] } }).chain,
  },
  'without-client-authentication': {
    code: 'card.wrongPurpose',
    check: 'clientAuthentication',
    chain: card({ instead: { extendedKeyUsage: [usages.smartcardLogon] } }).chain,
  },
  'without-extended-key-usage': {
    code: 'card.wrongPurpose',
    check: 'clientAuthentication',
    chain: card({ instead: { extendedKeyUsage: [] } }).chain,
  },
  'authority-for-servers-only': {
    code: 'card.wrongPurpose',
    check: 'authoritiesMayIssueForClients',
    ...under(
      variantAuthority({
        extensions: caExtensions({ extra: [writeExtension.extendedKeyUsage([usages.serverAuthentication])] }),
      }),
    ),
  },
  'issuer-of-another-population': {
    code: 'card.wrongPolicy',
    check: 'populationIssuer',
    chain: card().chain,
    populations: populations.map(({ id }) => ({ id, issuers: ['Somebody Else'] })),
  },
  'wrong-policy': {
    code: 'card.wrongPolicy',
    check: 'populationPolicy',
    chain: card({ instead: { policies: ['1.2.752.74.8.999.77'] } }).chain,
  },
  'without-policy': {
    code: 'card.wrongPolicy',
    check: 'populationPolicy',
    chain: card({ instead: { policies: [] } }).chain,
  },
  'policy-that-the-authority-lacks': {
    code: 'card.wrongPolicy',
    check: 'populationPolicy',
    ...under(
      variantAuthority({ extensions: caExtensions({ extra: [writeExtension.policies(['1.2.752.74.8.999.77'])] }) }),
    ),
  },
  'function-certificate': {
    code: 'card.otherPopulation',
    check: 'populationOfPeople',
    chain: card({ authority: 'function', holder: { ...anna, serialNumber: 'SE5560000001-F001' } }).chain,
    accepted: ['hsa-id-3', 'function'],
  },
  'population-not-accepted-here': {
    code: 'card.otherPopulation',
    check: 'populationAccepted',
    chain: card().chain,
    accepted: ['advanced'],
  },
  'serial-number-absent': { ...identifier, chain: withSubject(subjectWith()) },
  'serial-number-twice': {
    ...identifier,
    chain: withSubject(subjectWith(serial('SE5560000001-TA01'), serial('SE5560000001-TA02'))),
  },
  'serial-number-in-multi-valued-rdn': {
    ...identifier,
    chain: withSubject(subjectWith([serial('SE5560000001-TA01'), [attributeOids.title, 'x']])),
  },
  'serial-number-with-nul': {
    ...identifier,
    chain: withSubject(subjectWith(serial(der(0x0c, Buffer.from('SE5560000001-TA01\0x'))))),
  },
  'serial-number-as-bmp-string': { ...identifier, chain: withSubject(subjectWith(serial(bmp('SE5560000001-TA01')))) },
  'serial-number-as-teletex-string': {
    ...identifier,
    chain: withSubject(subjectWith(serial(der(0x14, Buffer.from('SE5560000001-TA01'))))),
  },
  'serial-number-of-broken-utf8': {
    ...identifier,
    chain: withSubject(subjectWith(serial(der(0x0c, Buffer.from('5345353536303030303030312d5441c3', 'hex'))))),
  },
  'serial-number-of-cyrillic-letters': {
    ...identifier,
    chain: withSubject(subjectWith(serial(der(0x0c, Buffer.from('SE5560000001-\u0422\u041001'))))),
  },
  'serial-number-with-kelvin-sign': {
    ...identifier,
    chain: withSubject(subjectWith(serial(der(0x0c, Buffer.from('SE5560000001-\u212a001'))))),
  },
  'serial-number-with-zero-width-space': {
    ...identifier,
    chain: withSubject(subjectWith(serial(der(0x0c, Buffer.from('SE5560000001-TA01\u200b'))))),
  },
  'serial-number-with-line-end': {
    ...identifier,
    chain: withSubject(subjectWith(serial(der(0x0c, Buffer.from('SE5560000001-TA01\n'))))),
  },
  'serial-number-with-prefix': { ...identifier, chain: withSubject(subjectWith(serial('X SE5560000001-TA01'))) },
  'personal-number-of-wrong-check-digit': {
    ...identifier,
    chain: card({ authority: 'person-id-3', holder: { ...anna, serialNumber: '198001012383' } }).chain,
  },
  'personal-number-of-no-such-day': {
    ...identifier,
    chain: card({ authority: 'person-id-3', holder: { ...anna, serialNumber: '198002302381' } }).chain,
  },
  'personal-number-of-the-future': {
    ...identifier,
    chain: card({ authority: 'person-id-3', holder: { ...anna, serialNumber: '209901012386' } }).chain,
  },
  'national-number-as-issuer-scoped': {
    ...identifier,
    chain: card({ authority: 'advanced', holder: { ...anna, serialNumber: 'UN:NO-01017012345' } }).chain,
  },
  revoked: { code: 'card.revoked', check: 'notRevoked', chain: revoked.chain, lists: { 'hsa-id-3': listWithRevoked } },
  'authority-revoked': {
    code: 'card.revoked',
    check: 'notRevoked',
    chain: card().chain,
    lists: { 'eid-root': listOfRoot(serialOf(hsa.der)) },
  },
  'no-list': { ...unknown, chain: card().chain, lists: { 'hsa-id-3': null } },
  'no-list-of-the-root': { ...unknown, chain: card().chain, lists: { 'eid-root': null } },
  'names-no-list': { ...unknown, chain: card({ instead: { crlUrls: [] } }).chain },
  'list-at-a-host-not-allowed': {
    ...unknown,
    chain: card({ instead: { crlUrls: ['http://169.254.169.254/crl/hsa-id-3.crl'] } }).chain,
  },
  'list-over-ldap-only': { ...unknown, chain: card({ instead: { crlUrls: ['ldap://crl.example/cn=x'] } }).chain },
  'list-stale': { ...unknown, chain: card().chain, lists: { 'hsa-id-3': listOf([], now - 1_000) } },
  'list-of-the-future': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': signList(pki, 'hsa-id-3', { thisUpdate: now + dayMs }) },
  },
  'list-without-next-update': {
    ...unknown,
    chain: card().chain,
    lists: {
      'hsa-id-3': writeCrl(
        { issuer: hsa.subject, thisUpdate: now - dayMs, nextUpdate: undefined, revoked: [], extensions: [] },
        hsa.key,
      ),
    },
  },
  'list-of-another-authority': { ...unknown, chain: card().chain, lists: { 'hsa-id-3': signList(pki, 'person-id-3') } },
  'list-signed-by-another-key': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([], now + dayMs, newKey()) },
  },
  'list-of-a-same-named-authority': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': signList(otherPki, 'hsa-id-3') },
  },
  'list-delta': {
    ...unknown,
    chain: card().chain,
    lists: {
      'hsa-id-3': listOf([
        { oid: extensionOids.deltaCrlIndicator, critical: true, value: Buffer.from('020101', 'hex') },
      ]),
    },
  },
  'list-indirect': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(pointName('http://crl.example/crl/hsa-id-3.crl'), der(0x84, yes))]) },
  },
  'list-of-authorities-only': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(der(0x82, yes))]) },
  },
  'list-of-some-reasons': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(der(0x83, Buffer.from([0x06, 0x40])))]) },
  },
  'list-of-another-distribution-point': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(pointName('http://crl.example/crl/part2.crl'))]) },
  },
  'list-with-unknown-critical-extension': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([{ oid: '1.3.6.1.4.1.32473.9', critical: true, value: derSequence() }]) },
  },
  'list-with-critical-entry-extension': {
    ...unknown,
    chain: card().chain,
    lists: {
      'hsa-id-3': writeCrl(
        {
          issuer: hsa.subject,
          thisUpdate: now - dayMs,
          nextUpdate: now + dayMs,
          extensions: [],
          revoked: [
            {
              serial: newSerial(),
              at: now - dayMs,
              extensions: [{ oid: extensionOids.certificateIssuer, critical: true, value: derSequence() }],
            },
          ],
        },
        hsa.key,
      ),
    },
  },
};

function createAuthorityOf(commonName: string) {
  return createAuthority(
    { name: 'root', parent: undefined, subject: [[attributeOids.commonName, commonName]], policies: [] },
    undefined,
    {
      now,
      crlUrl: (name) => crlUrl(pki.crlBaseUrl, name),
    },
  );
}

function belowStranger(): Buffer {
  const stranger = createAuthorityOf('Stranger');
  return writeCertificate(
    {
      serial: newSerial(),
      issuer: stranger.subject,
      subject: holderName(anna),
      notBefore: now - dayMs,
      notAfter: now + dayMs,
      publicKey: publicKeyDer(newKey()),
      extensions: [],
    },
    stranger.key,
  );
}

function leafCa(): Pick<Case, 'chain'> {
  const key = newKey();
  const publicKey = publicKeyDer(key);
  return {
    chain: [
      writeCertificate(
        {
          serial: newSerial(),
          issuer: hsa.subject,
          subject: holderName(anna),
          notBefore: now - dayMs,
          notAfter: now + dayMs,
          publicKey,
          extensions: [
            writeExtension.basicConstraints(true),
            writeExtension.keyUsage(['digitalSignature', 'keyCertSign']),
            writeExtension.extendedKeyUsage([usages.clientAuthentication]),
            writeExtension.policies([demoPolicies.hsaId3]),
            writeExtension.crlUrls([crlUrl(pki.crlBaseUrl, 'hsa-id-3')]),
          ],
        },
        hsa.key,
      ),
    ],
  };
}

function withoutKeyUsage(): Buffer {
  return writeCertificate(
    {
      serial: newSerial(),
      issuer: hsa.subject,
      subject: holderName(anna),
      notBefore: now - dayMs,
      notAfter: now + dayMs,
      publicKey: publicKeyDer(newKey()),
      extensions: [
        writeExtension.extendedKeyUsage([usages.clientAuthentication]),
        writeExtension.policies([demoPolicies.hsaId3]),
        writeExtension.crlUrls([crlUrl(pki.crlBaseUrl, 'hsa-id-3')]),
      ],
    },
    hsa.key,
  );
}

/** Another person's number in a signed certificate: the last digit of the HSA-ID is changed. */
function flipLastDigit(original: Buffer): Buffer {
  const changed = Buffer.from(original);
  const at = changed.indexOf('SE5560000001-TA01') + 'SE5560000001-TA0'.length;
  changed[at] = '2'.charCodeAt(0);
  return changed;
}

function serialOf(authority: Buffer): string {
  const length = authority.indexOf(Buffer.from([0x02, 0x10]));
  return authority.subarray(length + 2, length + 18).toString('hex');
}

const usualLists = Object.fromEntries(authorityPlans.map(({ name }) => [name, signList(pki, name)])) as Record<
  AuthorityName,
  Buffer
>;

function write(kind: 'valid' | 'invalid', cases: Record<string, Case>): void {
  const target = join(folder, kind, 'certificate');
  mkdirSync(target, { recursive: true });
  for (const [
    name,
    { chain, lists = {}, code, check, at = now, accepted, populations: changed, expect },
  ] of Object.entries(cases)) {
    const file = {
      at: new Date(at).toISOString(),
      accepted: accepted ?? ['simple', 'advanced', 'hsa-id-3', 'person-id-3'],
      expect: expect ?? (code === undefined ? {} : { code, check }),
      chain: chain.map((each) => each.toString('base64')),
      lists: Object.fromEntries(
        Object.entries(lists).map(([authority, list]) => [
          crlUrl(pki.crlBaseUrl, authority as AuthorityName),
          list?.toString('base64') ?? null,
        ]),
      ),
      ...(changed === undefined ? {} : { populations: changed }),
    };
    writeFileSync(join(target, `${name}.json`), `${JSON.stringify(file, undefined, 1)}\n`);
  }
}

write('valid', valid);
write('invalid', invalid);
const common = {
  populations,
  lists: Object.fromEntries(
    Object.entries(usualLists).map(([name, list]) => [
      crlUrl(pki.crlBaseUrl, name as AuthorityName),
      list.toString('base64'),
    ]),
  ),
};
writeFileSync(join(folder, 'valid', 'certificate', '_common.json'), `${JSON.stringify(common, undefined, 1)}\n`);
console.log(`${Object.keys(valid).length} valid, ${Object.keys(invalid).length} invalid`);

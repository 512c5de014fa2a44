// Certificates that must be refused: broken encodings, forgeries, wrong uses and look-alikes, each for its own fault.
import {
  childrenOf,
  der,
  derInteger,
  derNull,
  derOid,
  derSequence,
  derUtf8,
  encodingOf,
  extensionOids,
  publicKeyDer,
  readRoot,
  writeExtension,
  writeName,
} from '../../src/base/x509/index.ts';
import {
  alternativeNames,
  authority,
  clientAuth,
  dayMs,
  extension,
  general,
  inhibitAnyPolicy,
  listDerBy,
  nameConstraints,
  now,
  type Party,
  policyConstraints,
  revoked,
  serverAuth,
  usedFor,
  type Wanted,
} from '../fakes/pkix.ts';
import {
  bmp,
  brokenDer,
  card,
  commonName,
  edited,
  flipped,
  hex,
  issuing,
  issuingWith,
  keyOf,
  leaf,
  namesake,
  resigned,
  root,
  to,
  unknownCritical,
  unknownOid,
  withMore,
} from './ground.ts';
import type { Asked, Case, Cases } from './kinds.ts';

const good = card.certificate.der;
const signer = keyOf('issuing');
const broken = (path: readonly number[], change: (old: Buffer) => Buffer, because: string): Case => ({
  blocks: [resigned(good, signer, path, change)],
  attack: 'C2',
  check: 'malformed',
  because,
});
const stating = (because: string, oid: string, value: string): Case =>
  broken([7, 0], withMore(derSequence(derOid(oid), der(4, hex(value)))), because);
const refusedFor = (
  check: string,
  party: Party,
  attack = 'C3',
  authorities: readonly Party[] = [],
  asked?: Asked,
): Case => ({
  blocks: [party, ...authorities].map(({ certificate }) => certificate.der),
  attack,
  check,
  ...(asked === undefined ? {} : { asked }),
});
/** Under a changed issuing authority, which is shown along and stands in the place of the usual one. */
const under = (check: string, wanted: Wanted, attack = 'C4', leafWanted: Wanted = {}): Case => {
  const changed = issuingWith(wanted);
  return refusedFor(check, leaf(leafWanted, changed), attack, [changed], { alone: true });
};
const rootWith = (wanted: Wanted): Party => authority('Corpus Root', undefined, { key: keyOf('root'), ...wanted });
const pemOf = ({ certificate }: Party): string => certificate.der.toString('base64');
const rsaRoot = rootWith({ key: keyOf('RSA-2048') });
const short = issuingWith({ extensions: [writeExtension.basicConstraints(true, 0)] });
const below = authority('Corpus Below', short, { key: keyOf('other') });
const noPath = leaf({}, authority('Corpus Nobody', undefined, { key: keyOf('stranger') }));
const named = (name: Buffer): Party => leaf({ issuer: name });
const psychic = edited(good, [2], () => der(3, hex('00 3006 020100 020100')));
const dns = (...octets: readonly Buffer[]): Wanted => ({ extensions: [alternativeNames(...octets)] });

const encodings: Cases = {
  ...brokenDer(good, 'C2', 'malformed'),
  'version-1': broken([0], to('a003020100'), 'not version 3'),
  'version-2': broken([0], to('a003020101'), 'not version 3'),
  'version-missing': broken([0], () => Buffer.alloc(0), 'not version 3'),
  'version-and-another': broken([0], withMore(derInteger(0)), 'unexpected element'),
  'serial-zero': broken([1], to('020100'), 'serial number out of range'),
  'serial-negative': broken([1], to('0201ff'), 'serial number out of range'),
  'serial-of-21-octets': broken([1], () => derInteger(Buffer.alloc(21, 0x7f)), 'serial number out of range'),
  'serial-not-minimal': broken([1], to('02020001'), 'INTEGER not minimal'),
  'serial-empty': broken([1], to('0200'), 'empty INTEGER'),
  'two-signature-algorithms': broken([2], () => derSequence(derOid('1.2.840.10045.4.3.3')), 'two signature algorithms'),
  'relative-name-empty': broken([3, 1], to('3100'), 'empty relative name'),
  'attribute-of-three-parts': broken([5, 1, 0], withMore(derNull()), 'unexpected element'),
  'oid-not-minimal': broken([5, 1, 0, 0], to('060480550403'), 'OBJECT IDENTIFIER not minimal'),
  'oid-cut-short': broken([5, 1, 0, 0], to('0603550483'), 'OBJECT IDENTIFIER cut short'),
  'oid-arc-of-70-bits': broken([5, 1, 0, 0], to('060c55 8fffffffffffffffffff7f'), 'OBJECT IDENTIFIER arc too large'),
  'oid-of-65-octets': broken([5, 1, 0, 0], () => der(6, Buffer.alloc(65, 1)), 'OBJECT IDENTIFIER length'),
  'time-with-offset': broken([4, 0], () => der(0x17, Buffer.from('260101000000+0100')), 'time not in DER form'),
  'time-without-seconds': broken([4, 0], () => der(0x17, Buffer.from('2601010000Z')), 'time not in DER form'),
  'time-with-fraction': broken([4, 1], () => der(0x18, Buffer.from('20270101000000.5Z')), 'time not in DER form'),
  'time-of-31-february': broken([4, 1], () => der(0x17, Buffer.from('270231000000Z')), 'no such time'),
  'time-as-text': broken([4, 1], () => derUtf8('270101000000Z'), 'expected a time'),
  'three-times': broken([4], withMore(hex('170d3237303130313030303030305a')), 'unexpected element'),
  'boolean-of-one': broken([7, 0, 0, 1], to('010101'), 'BOOLEAN not DER'),
  'extension-twice': broken(
    [7, 0],
    withMore(derSequence(derOid(extensionOids.keyUsage), der(4, hex('03020780')))),
    'extension twice',
  ),
  'extensions-and-another': broken([7], withMore(derSequence()), 'unexpected element'),
  'key-without-octets': broken(
    [6],
    (old) => derSequence(childrenOf(readRoot(old, 0x30)).map(encodingOf)[0] as Buffer),
    'element cut short',
  ),
  'key-and-another-element': broken([6], withMore(derNull()), 'unexpected element'),
  'key-octets-in-an-octet-string': broken(
    [6, 1],
    (old) => Buffer.concat([hex('04'), old.subarray(1)]),
    'expected tag 3',
  ),
  'element-after-extensions': broken([], withMore(derNull()), 'unexpected element'),
  'signature-of-part-octets': {
    blocks: [edited(good, [2], (old) => Buffer.concat([old.subarray(0, 2), hex('01'), old.subarray(3)]))],
    attack: 'C2',
    check: 'malformed',
    because: 'BIT STRING of part octets',
  },
  'key-usage-with-padding': broken([7, 0, 0, 2], () => der(4, hex('0302078f')), 'BIT STRING padding'),
  'extended-key-usage-empty': broken([7, 0, 1, 1], () => der(4, hex('3000')), 'empty list'),
  'policies-empty': stating('empty list', extensionOids.certificatePolicies, '3000'),
  'policy-twice': stating('policy twice', extensionOids.certificatePolicies, '300c 3004 0602 2a03 3004 0602 2a03'),
  'name-constraints-of-nothing': stating(
    'name constraints without a constraint',
    extensionOids.nameConstraints,
    '3000',
  ),
  'policy-constraints-of-nothing': stating(
    'policy constraints without a constraint',
    extensionOids.policyConstraints,
    '3000',
  ),
  'basic-constraints-of-negative-length': stating(
    'INTEGER out of range',
    extensionOids.basicConstraints,
    '3006 0101ff 0201ff',
  ),
  'basic-constraints-and-another': stating('unexpected element', extensionOids.basicConstraints, '3005 0101ff 0500'),
  'distribution-point-of-nothing': stating(
    'distribution point without name and issuer',
    extensionOids.crlDistributionPoints,
    '30023000',
  ),
  'alternative-names-empty': stating('no names', extensionOids.subjectAltName, '3000'),
};

const paths: Cases = {
  'unknown-issuer': refusedFor('pathToAnchor', noPath, 'C4'),
  'root-shown-as-a-card': refusedFor('pathToAnchor', root, 'C5'),
  'issuer-of-cyrillic-letters': refusedFor('pathToAnchor', named(commonName('\u0421orpus Issuing')), 'C2'),
  'issuer-with-nul': refusedFor('pathToAnchor', named(commonName('Corpus Issuing\0')), 'C2'),
  'issuer-as-bmp-string': refusedFor('pathToAnchor', named(commonName(bmp('Corpus Issuing'))), 'C2'),
  'issuer-with-zero-width-space': refusedFor('pathToAnchor', named(commonName('Corpus\u200b Issuing')), 'C2'),
  'issuer-with-fullwidth-letters': refusedFor('pathToAnchor', named(commonName('\uff23orpus Issuing')), 'C2'),
  'issuer-in-one-multi-valued-rdn': refusedFor(
    'pathToAnchor',
    named(
      writeName([
        [
          ['2.5.4.6', 'SE'],
          ['2.5.4.3', 'Corpus Issuing'],
        ],
      ]),
    ),
    'C2',
  ),
  'issuer-in-another-order': refusedFor(
    'pathToAnchor',
    named(
      writeName([
        ['2.5.4.3', 'Corpus Issuing'],
        ['2.5.4.6', 'SE'],
      ]),
    ),
    'C2',
  ),
  'sha-1': refusedFor('algorithms', leaf({ hash: 'sha1' }, rsaRoot), 'C4', [], { anchor: pemOf(rsaRoot) }),
  'rsa-1024': refusedFor('keySizes', leaf({ key: keyOf('RSA-1024') }), 'C4'),
  'curve-secp256k1': refusedFor('keySizes', leaf({ key: keyOf('secp256k1') }), 'C4'),
  'key-for-agreement-alone': refusedFor('keySizes', leaf({ key: keyOf('x25519') }), 'C4'),
  'signed-by-another-key': refusedFor('signatures', leaf({ signer: keyOf('stranger') }), 'C4'),
  'signed-by-a-namesake-of-the-issuer': refusedFor('pathToAnchor', leaf({}, namesake), 'C4'),
  'signed-by-a-namesake-and-naming-no-key': refusedFor(
    'signatures',
    leaf({ without: [extensionOids.authorityKeyIdentifier] }, namesake),
    'C4',
  ),
  'signed-by-itself-in-the-issuers-name': refusedFor('signatures', leaf({ signer: keyOf('person') }), 'C4'),
  'signature-of-zeros': { ...refusedFor('signatures', card, 'C4'), blocks: [psychic] },
  'signature-empty': { ...refusedFor('signatures', card, 'C4'), blocks: [edited(good, [2], to('030100'))] },
  'changed-after-signing': {
    ...refusedFor('signatures', card, 'C4'),
    blocks: [edited(good, [0, 5, 1, 0, 1], () => derUtf8('Anna Ey'))],
  },
  'signature-changed': { ...refusedFor('signatures', card, 'C4'), blocks: [flipped(good, -1)] },
  'authority-signed-by-another': under('signatures', { signer: keyOf('stranger') }),
  'issuer-is-a-person': under('authoritiesAreCas', {
    extensions: usedFor(['keyCertSign', 'digitalSignature']),
    without: [extensionOids.basicConstraints],
  }),
  'issuer-says-that-it-is-no-ca': under('authoritiesAreCas', { extensions: [writeExtension.basicConstraints(false)] }),
  'path-longer-than-allowed': refusedFor('pathLength', leaf({}, below), 'C4', [below, short], { alone: true }),
  'authority-for-lists-alone': under('authoritiesMaySign', { extensions: usedFor(['cRLSign']) }),
  'unknown-critical-extension': refusedFor('criticalExtensions', leaf({ extensions: [unknownCritical] })),
  'unknown-critical-extension-of-an-authority': under('criticalExtensions', { extensions: [unknownCritical] }),
  'critical-policy-of-an-unknown-qualifier': refusedFor(
    'criticalExtensions',
    leaf({
      extensions: [
        extension(
          extensionOids.certificatePolicies,
          derSequence(derSequence(derOid('1.2.3'), derSequence(derSequence(derOid(unknownOid), derNull())))),
          true,
        ),
      ],
    }),
  ),
  'not-yet-valid': refusedFor('begun', leaf({ notBefore: now + 1_000 })),
  'authority-not-yet-valid': under('begun', { notBefore: now + 1_000 }),
  expired: refusedFor('notEnded', leaf({ notAfter: now - 1_000 })),
  'authority-expired': under('notEnded', { notAfter: now - 1_000 }),
  'root-expired': (() => {
    const old = rootWith({ notAfter: now - 1_000 });
    return refusedFor('notEnded', leaf({}, old), 'C4', [], { anchor: pemOf(old) });
  })(),
  'ends-before-it-begins': refusedFor('notEnded', leaf({ notBefore: now - 1_000, notAfter: now - dayMs })),
  'country-that-its-authority-may-not-name': under('nameConstraints', {
    extensions: [nameConstraints({ permitted: [general.directory(writeName([['2.5.4.6', 'NO']]))] })],
  }),
  'dns-name-that-is-excluded': under(
    'nameConstraints',
    { extensions: [nameConstraints({ excluded: [general.dns('hub.example')] })] },
    'C4',
    dns(general.dns('login.hub.example')),
  ),
  'e-mail-outside-of-what-is-permitted': under(
    'nameConstraints',
    { extensions: [nameConstraints({ permitted: [general.email('fjord.example')] })] },
    'C4',
    dns(general.email('anna@fjord.example.evil.example')),
  ),
  'policy-required-and-none-stated': under('policies', { extensions: [policyConstraints({ explicit: 0 })] }),
  'any-policy-where-it-is-inhibited': under(
    'policies',
    { extensions: [policyConstraints({ explicit: 0 }), inhibitAnyPolicy(0), writeExtension.policies(['1.2.3'])] },
    'C3',
    { extensions: [writeExtension.policies(['2.5.29.32.0'])] },
  ),
};

const uses: Cases = {
  'card-is-a-ca': refusedFor(
    'leafIsNoCa',
    leaf({
      extensions: [
        writeExtension.basicConstraints(true),
        ...usedFor(['digitalSignature', 'keyCertSign'], [clientAuth]),
      ],
    }),
    'C5',
  ),
  'for-signing-documents': refusedFor(
    'digitalSignature',
    leaf({ extensions: usedFor(['nonRepudiation'], [clientAuth]) }),
  ),
  'without-key-usage': refusedFor('digitalSignature', leaf({ without: [extensionOids.keyUsage] })),
  'key-usage-not-critical-and-wrong': refusedFor(
    'digitalSignature',
    leaf({ extensions: [{ ...writeExtension.keyUsage(['keyEncipherment']), critical: false }] }),
  ),
  'for-a-server-too': refusedFor(
    'notServer',
    leaf({ extensions: usedFor(['digitalSignature'], [clientAuth, serverAuth]) }),
    'C5',
  ),
  'without-client-authentication': refusedFor(
    'clientAuthentication',
    leaf({ extensions: usedFor(['digitalSignature'], ['1.3.6.1.5.5.7.3.4']) }),
  ),
  'for-any-use-and-no-login-by-name': refusedFor(
    'clientAuthentication',
    leaf({ extensions: usedFor(['digitalSignature'], ['2.5.29.37.0']) }),
  ),
  'authority-for-servers': under(
    'authoritiesMayIssueForClients',
    { extensions: [writeExtension.extendedKeyUsage([serverAuth])] },
    'C5',
  ),
  'authority-without-key-usage': under('authoritiesStateUse', { without: [extensionOids.keyUsage] }),
  'names-no-key-of-its-issuer': refusedFor(
    'keyIdentifiers',
    leaf({ without: [extensionOids.authorityKeyIdentifier] }),
    'C4',
  ),
  'authority-names-no-key': under('keyIdentifiers', { without: [extensionOids.subjectKeyIdentifier] }),
  'authority-key-identifier-critical': refusedFor(
    'criticality',
    leaf({ extensions: [{ ...writeExtension.authorityKeyId(publicKeyDer(issuing.key)), critical: true }] }),
  ),
  'name-constraints-not-critical': under('criticality', {
    extensions: [nameConstraints({ permitted: [general.directory(writeName([['2.5.4.6', 'SE']]))] }, false)],
  }),
  'may-sign-certificates-and-is-no-ca': refusedFor(
    'authorityUse',
    leaf({ extensions: usedFor(['digitalSignature', 'keyCertSign'], [clientAuth]) }),
  ),
  'without-a-name': refusedFor('subjects', leaf({ subject: writeName([]) }), 'C2'),
  'dns-name-with-nul': refusedFor('alternativeNames', leaf(dns(general.dns('anna.example\0.evil.example'))), 'C2'),
  'dns-name-with-space': refusedFor('alternativeNames', leaf(dns(general.dns('anna. example'))), 'C2'),
  'e-mail-without-at': refusedFor('alternativeNames', leaf(dns(general.email('anna.example'))), 'C2'),
  'e-mail-of-two': refusedFor('alternativeNames', leaf(dns(general.email('anna@a.example@b.example'))), 'C2'),
  'address-of-five-octets': refusedFor('alternativeNames', leaf(dns(general.ip([127, 0, 0, 1, 1]))), 'C2'),
};

const listDer = (...lists: readonly Buffer[]) => lists.map((bytes) => bytes.toString('base64'));
const revocations: Cases = {
  revoked: refusedFor('notRevoked', card, 'C4', [], {
    crls: listDer(listDerBy(issuing, { revoked: [revoked(card)] }), listDerBy(root)),
  }),
  'authority-revoked': refusedFor('notRevoked', card, 'C4', [], {
    crls: listDer(listDerBy(issuing), listDerBy(root, { revoked: [revoked(issuing, 2)] })),
  }),
  'no-list-of-its-authority': refusedFor('revocationKnown', card, 'C4', [], { crls: listDer(listDerBy(issuing)) }),
  'no-list-at-all': refusedFor('revocationKnown', card, 'C4', [], { crls: [] }),
};

export const refusedCertificates: Cases = { ...encodings, ...paths, ...uses, ...revocations };

export const validCertificates: Cases = {
  usual: { blocks: [good], attack: 'C2' },
  'with-lists': { blocks: [good], attack: 'C4', asked: { crls: listDer(listDerBy(issuing), listDerBy(root)) } },
  'issuer-in-other-letter-case-and-spaces': {
    blocks: [leaf({ issuer: commonName('  CORPUS  issuing ') }).certificate.der],
    attack: 'C2',
  },
  'issuer-as-printable-string': {
    blocks: [leaf({ issuer: commonName(der(0x13, Buffer.from('Corpus Issuing'))) }).certificate.der],
    attack: 'C2',
  },
  'rsa-2048': { blocks: [leaf({ key: keyOf('RSA-2048') }).certificate.der], attack: 'C4' },
  'p-384': { blocks: [leaf({ key: keyOf('P-384') }).certificate.der], attack: 'C4' },
  ed25519: { blocks: [leaf({ key: keyOf('ed25519') }).certificate.der], attack: 'C4' },
  'extension-that-nobody-knows-and-is-not-critical': {
    blocks: [leaf({ extensions: [{ ...unknownCritical, critical: false }] }).certificate.der],
    attack: 'C3',
  },
  'namesake-of-the-issuer-shown-along': { blocks: [good, namesake.certificate.der], attack: 'C4' },
  'dns-name-that-its-authority-may-name': (() => {
    const changed = issuingWith({ extensions: [nameConstraints({ permitted: [general.dns('fjord.example')] })] });
    const party = leaf({ extensions: [alternativeNames(general.dns('anna.fjord.example'))] }, changed);
    return { blocks: [party.certificate.der, changed.certificate.der], attack: 'C4', asked: { alone: true } };
  })(),
  'ends-this-very-moment': { blocks: [leaf({ notAfter: now }).certificate.der], attack: 'C3' },
};

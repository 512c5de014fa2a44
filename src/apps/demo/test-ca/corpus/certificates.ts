// Certificates that must be refused for what they are, each named by its fault.
import {
  attributeOids,
  der,
  derSequence,
  extensionOids,
  writeExtension,
  writeName,
} from '../../../../base/x509/index.ts';
import { createAuthority, newKey } from '../authority.ts';
import { holderName, issueCard, usages } from '../cards.ts';
import { crlUrl } from '../pki.ts';
import {
  anna,
  bmp,
  type Case,
  caExtensions,
  card,
  dayMs,
  hsa,
  identifier,
  leaf,
  leafExtensions,
  namesUnder,
  now,
  otherPki,
  pki,
  policyRequired,
  populations,
  serial,
  strangerRoot,
  subjectWith,
  under,
  variantAuthority,
  withPopulation,
  withSubject,
} from './ground.ts';

const subAuthority = createAuthority(
  { name: 'hsa-id-3', parent: 'hsa-id-3', subject: [[attributeOids.commonName, 'Sub CA']], policies: [] },
  hsa,
  { now, crlUrl: (name) => crlUrl(pki.crlBaseUrl, name) },
);
const person = card();
const stranger = strangerRoot('Stranger');
const rsaKey = card({ rsaBits: 2048 }).key;

/** Another person's number in a signed certificate: the last digit of the HSA-ID is changed. */
function flipLastDigit(original: Buffer): Buffer {
  const changed = Buffer.from(original);
  const at = changed.indexOf('SE5560000001-TA01') + 'SE5560000001-TA0'.length;
  changed[at] = '2'.charCodeAt(0);
  return changed;
}

export const refusedCertificates: Record<string, Case> = {
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
    chain: [strangerRoot('Nobody').der],
  },
  'unknown-issuer': {
    code: 'card.unknownIssuer',
    check: 'pathToAnchor',
    chain: [leaf({ issuer: stranger.subject, signer: stranger.key })],
  },
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
  'sha1-signature': { code: 'card.weak', check: 'algorithms', chain: [leaf({ signer: rsaKey, hash: 'sha1' })] },
  'rsa-1024': { code: 'card.weak', check: 'keySizes', chain: card({ rsaBits: 1024 }).chain },
  'issuer-is-a-person': {
    code: 'card.unknownIssuer',
    check: 'authoritiesAreCas',
    chain: [
      leaf({
        issuer: holderName(anna),
        signer: person.key,
        subject: holderName({ ...anna, serialNumber: 'SE5560000001-CHEF' }),
      }),
      person.der,
    ],
    populations: withPopulation('hsa-id-3', { issuers: ['Anna Ek'] }),
  },
  'authority-without-basic-constraints': {
    code: 'card.unknownIssuer',
    check: 'authoritiesAreCas',
    ...under(variantAuthority({ extensions: caExtensions().slice(1) })),
  },
  'path-longer-than-allowed': {
    code: 'card.unknownIssuer',
    check: 'pathLength',
    chain: [leaf({ issuer: subAuthority.subject, signer: subAuthority.key }), subAuthority.der],
    populations: withPopulation('hsa-id-3', { issuers: ['Sub CA'] }),
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
    check: 'authoritiesStateUse',
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
        extensions: caExtensions({ extra: [{ oid: '1.3.6.1.4.1.32473.9', critical: true, value: derSequence() }] }),
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
  'name-outside-of-what-its-authority-may-name': {
    code: 'card.unknownIssuer',
    check: 'nameConstraints',
    ...under(
      variantAuthority({
        extensions: caExtensions({ extra: [namesUnder(writeName([[attributeOids.country, 'NO']]))] }),
      }),
    ),
  },
  'authority-asks-for-a-policy-that-holds-nowhere': {
    code: 'card.wrongPolicy',
    check: 'policies',
    ...under(
      variantAuthority({
        extensions: caExtensions({
          extra: [writeExtension.policies(['1.2.752.74.8.999.77']), policyRequired(0)],
        }),
      }),
    ),
  },
  'leaf-is-a-ca': {
    code: 'card.wrongPurpose',
    check: 'leafIsNoCa',
    chain: [leaf({ extensions: [writeExtension.basicConstraints(true), ...leafExtensions()] })],
  },
  'signature-certificate': {
    code: 'card.wrongPurpose',
    check: 'digitalSignature',
    chain: card({ usage: 'signature', instead: { extendedKeyUsage: [usages.clientAuthentication] } }).chain,
  },
  'without-key-usage': {
    code: 'card.wrongPurpose',
    check: 'digitalSignature',
    chain: [leaf({ extensions: leafExtensions().slice(1) })],
  },
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
  'card-as-certificate-of-a-device': {
    code: 'card.otherPopulation',
    check: 'populationOfDevices',
    chain: card().chain,
    populations: withPopulation('hsa-id-3', {
      derived: {
        from: ['simple'],
        profile: 'derived',
        fields: ['serialNumber'],
        identifier: 'hsa-id',
        country: 'SE',
        hours: 12,
      },
    }),
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
};

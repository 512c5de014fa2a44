// Reads a composed certificate back with the strict reader and holds it against what was meant, before anybody signs it.
import {
  type Certificate,
  der,
  derOid,
  extensionOids,
  readCertificate,
  signedDer,
  writeExtension,
} from '../../base/x509/index.ts';
import type { Composition } from './compose.ts';
import { deviceUri, dnsNames, subjectOf } from './holder.ts';

export interface LintFacts {
  readonly meant: Composition;
  readonly made: Certificate;
}

export interface LintCheck {
  readonly name: string;
  readonly clause: string;
  readonly test: (facts: LintFacts) => string | undefined;
}

const sameSet = (one: Iterable<string>, other: Iterable<string>): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
const given = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);
const unless = (holds: boolean, fault: string): string | undefined => (holds ? undefined : fault);

export const lintChecks: readonly LintCheck[] = [
  {
    name: 'serial',
    clause: 'RFC 5280 4.1.2.2; CA/B Forum BR 7.1 (at least 64 random bits)',
    test: ({ made, meant }) =>
      unless(
        made.serial === meant.serial.toString('hex') && made.serial.length >= 32 && made.serial.length <= 40,
        'the serial number is not the one of 16 to 20 octets that was drawn',
      ),
  },
  {
    name: 'algorithm',
    clause: 'RFC 5280 4.1.1.2',
    test: ({ made, meant }) =>
      unless(
        made.algorithm.method !== undefined && made.algorithm.der.equals(meant.authority.signer.algorithm),
        'the signature algorithm is not the issuer’s, or not on the list',
      ),
  },
  {
    name: 'issuer',
    clause: 'RFC 5280 4.1.2.4 (the issuer’s subject, byte for byte)',
    test: ({ made, meant }) =>
      unless(made.issuer.der.equals(meant.authority.certificate.subject.der), 'the issuer’s name is another'),
  },
  {
    name: 'validity',
    clause: 'RFC 5280 4.1.2.5',
    test: ({ made: { notBefore, notAfter }, meant: { authority, now, minutes } }) => {
      const { certificate } = authority;
      const inside = notBefore >= certificate.notBefore && notAfter <= certificate.notAfter;
      const life = notAfter - notBefore;
      return unless(
        inside && notBefore <= now && notAfter > now && life > 0 && life <= minutes * 60_000,
        'it is valid at other times than it should be',
      );
    },
  },
  {
    name: 'subject',
    clause: 'RFC 5280 4.1.2.6',
    test: ({ made, meant }) =>
      unless(
        made.subject.der.equals(subjectOf(meant.holder)) &&
          made.subject.rdns.length > 0 &&
          made.subject.rdns.every((rdn) => rdn.length === 1 && rdn[0]?.faults.length === 0),
        'the subject is not the holder, or has a faulty value',
      ),
  },
  {
    name: 'publicKey',
    clause: 'RFC 5280 4.1.2.7',
    test: ({ made, meant }) => unless(made.publicKey.der.equals(meant.publicKey), 'the key is another'),
  },
  {
    name: 'notAnAuthority',
    clause: 'RFC 5280 4.2.1.9',
    test: ({ made }) => unless(made.basicConstraints?.ca === false, 'it does not say that it is no authority'),
  },
  {
    name: 'keyUsage',
    clause: 'RFC 5280 4.2.1.3',
    test: ({ made, meant }) =>
      unless(sameSet(made.keyUsage ?? [], meant.profile.keyUsage), 'the key usage is not the profile’s'),
  },
  {
    name: 'extendedKeyUsage',
    clause: 'RFC 5280 4.2.1.12',
    test: ({ made, meant }) =>
      unless(
        sameSet(made.extendedKeyUsage ?? [], meant.profile.extendedKeyUsage),
        'the extended key usage is not the profile’s',
      ),
  },
  {
    name: 'policies',
    clause: 'RFC 5280 4.2.1.4',
    test: ({ made, meant }) => unless(sameSet(made.policies, meant.profile.policies), 'the policies are others'),
  },
  {
    name: 'keyIdentifiers',
    clause: 'RFC 5280 4.2.1.1 and 4.2.1.2',
    test: ({ made, meant }) =>
      unless(
        made.authorityKeyId !== undefined &&
          made.authorityKeyId === meant.authority.certificate.subjectKeyId &&
          made.subjectKeyId !== undefined &&
          made.der.includes(writeExtension.subjectKeyId(meant.publicKey).value),
        'a key identifier is not that of its key',
      ),
  },
  {
    name: 'addresses',
    clause: 'RFC 5280 4.2.1.13 and 4.2.2.1',
    test: ({ made, meant: { authority } }) =>
      unless(
        sameSet(made.crlUrls, [authority.urls.crl]) &&
          sameSet(made.ocspUrls, [authority.urls.ocsp]) &&
          sameSet(made.caIssuerUrls, [authority.urls.caIssuers]),
        'an address of list, responder or issuer is missing or another',
      ),
  },
  {
    name: 'alternativeNames',
    clause: 'RFC 5280 4.2.1.6',
    test: ({ made, meant: { holder } }) =>
      unless(
        sameSet(made.userPrincipalNames, given(holder.upn)) &&
          sameSet(made.emails, given(holder.email)) &&
          sameSet(made.dnsNames, dnsNames(holder)),
        'the alternative names are not the holder’s',
      ),
  },
  {
    name: 'securityIdentifier',
    clause: 'MS-WCCE 2.2.2.7.7.4 (exactly the holder’s)',
    test: ({ made, meant: { holder } }) =>
      unless(
        holder.sid === undefined
          ? !made.der.includes(derOid(extensionOids.securityIdentifier))
          : made.der.includes(writeExtension.securityIdentifier(holder.sid).value),
        'the security identifier is not the holder’s',
      ),
  },
  {
    name: 'device',
    clause: 'RFC 5280 4.2.1.6 (uniformResourceIdentifier); bound to one enrolled device (H8)',
    test: ({ made, meant: { holder } }) =>
      unless(
        holder.device === undefined
          ? !made.der.includes(deviceUri(''))
          : made.der.includes(der(0x86, Buffer.from(deviceUri(holder.device), 'latin1'))),
        'the device is another',
      ),
  },
  {
    name: 'cardNumber',
    clause: 'SS 61 43 31',
    test: ({ made, meant: { holder } }) => unless(made.cardNumber === holder.cardNumber, 'the card number is another'),
  },
  {
    name: 'criticalExtensions',
    clause: 'RFC 5280 4.2',
    test: ({ made }) => unless(made.unknownCritical.length === 0, 'it has a critical extension that is not known'),
  },
];

/** What is wrong with the bytes to sign; nothing when they are what was meant. */
export function lint(
  meant: Composition,
  toSign: Buffer,
  checks: readonly LintCheck[] = lintChecks,
): string | undefined {
  // Nothing is signed that was not read back: the signature's place is held by zeros meanwhile.
  const reading = readCertificate(signedDer(toSign, meant.authority.signer.algorithm, Buffer.alloc(64)));
  if (!reading.ok) return `it cannot be read: ${reading.reason}`;
  for (const { name, test } of checks) {
    const fault = test({ meant, made: reading.certificate });
    if (fault !== undefined) return `${name}: ${fault}`;
  }
  return undefined;
}

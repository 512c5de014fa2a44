// Composes a certificate from a profile, a holder and an authority; of a request it takes the public key and nothing else (C7).
import type { EpochMs } from '../../base/clock.ts';
import type { Random } from '../../base/ids.ts';
import { type CertificateToWrite, type ExtensionToWrite, writeExtension } from '../../base/x509/index.ts';
import { holderExtensions, subjectOf } from './holder.ts';
import type { IssuingAuthority } from './issuing-authority.ts';
import type { CertificateProfile, Holder } from './profile.ts';

/** 16 octets, 126 of their bits random; positive and of one length (RFC 5280 4.1.2.2; CA/B Forum BR 7.1: at least 64). */
export function newSerial(random: Random): Buffer {
  const serial = Buffer.from(random(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

/** Clocks of the machines that meet the certificate may be behind ours. */
const backdatedMs = 5 * 60_000;
const secondMs = 1000;

export interface Composition {
  readonly profile: CertificateProfile;
  readonly holder: Holder;
  readonly authority: IssuingAuthority;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  readonly serial: Buffer;
  readonly now: EpochMs;
  /** From the start of validity, which is a little before now. */
  readonly minutes: number;
  /** For a certificate of the authority's own. */
  readonly extra?: readonly ExtensionToWrite[];
}

/** Start and end of validity, whole seconds. */
export function validityOf(now: EpochMs, minutes: number): { readonly notBefore: EpochMs; readonly notAfter: EpochMs } {
  const notBefore = Math.floor((now - backdatedMs) / secondMs) * secondMs;
  return { notBefore, notAfter: notBefore + minutes * 60_000 };
}

/** The fields of the certificate. */
export function compose({ profile, holder, authority, publicKey, serial, now, minutes, extra = [] }: Composition) {
  const { urls, certificate } = authority;
  const fields: CertificateToWrite = {
    serial,
    issuer: certificate.subject.der,
    subject: subjectOf(holder),
    ...validityOf(now, minutes),
    publicKey,
    extensions: [
      writeExtension.basicConstraints(false),
      writeExtension.keyUsage(profile.keyUsage),
      ...(profile.extendedKeyUsage.length === 0 ? [] : [writeExtension.extendedKeyUsage(profile.extendedKeyUsage)]),
      ...(profile.policies.length === 0 ? [] : [writeExtension.policies(profile.policies)]),
      writeExtension.subjectKeyId(publicKey),
      writeExtension.authorityKeyId(authority.signer.publicKey),
      writeExtension.crlUrls([urls.crl]),
      writeExtension.authorityInfoAccess({ caIssuers: urls.caIssuers, ocsp: urls.ocsp }),
      ...holderExtensions(holder),
      ...extra,
    ],
  };
  return fields;
}

// One issuing authority: its certificate, the key that signs for it, and where what it publishes lies.
import { hash } from 'node:crypto';
import type { Certificate } from '../../base/x509/index.ts';
import type { CaSigner } from './ports.ts';

export interface IssuingAuthority {
  readonly id: string;
  readonly certificate: Certificate;
  /** DER of the authorities above it, the root left out. */
  readonly above: readonly Buffer[];
  readonly signer: CaSigner;
  readonly urls: PublishedUrls;
}

/** Plain HTTP: what is fetched is signed by itself, and a check of TLS would ask for a list first (RFC 5280 8). */
export interface PublishedUrls {
  readonly crl: string;
  readonly caIssuers: string;
  readonly ocsp: string;
}

/** Addresses under `base`, which has no trailing slash. */
export const publishedUrls = (base: string, id: string): PublishedUrls => ({
  crl: `${base}/crl/${id}.crl`,
  caIssuers: `${base}/aia/${id}.cer`,
  ocsp: `${base}/ocsp/${id}`,
});

/** What is wrong with an authority that is to sign; nothing when certificate and key go together. */
export function authorityFault({ certificate, signer }: Pick<IssuingAuthority, 'certificate' | 'signer'>) {
  if (!certificate.publicKey.der.equals(signer.publicKey)) return 'its certificate is of another key';
  if (certificate.basicConstraints?.ca !== true) return 'its certificate is not one of an authority';
  if (!certificate.keyUsage?.has('keyCertSign') || !certificate.keyUsage.has('cRLSign'))
    return 'its certificate does not let it sign certificates and lists';
  if (certificate.subjectKeyId === undefined) return 'its certificate has no subject key identifier';
  return undefined;
}

/** A name for a public key in the register. */
export const keyHash = (spki: Buffer): string => hash('sha256', spki, 'base64url');

// What a request for a certificate of a profile should be made with: its key and its signature (RFC 7030 4.5.2).
import { derInteger, derOid, derSequence, derSet } from '../../base/x509/index.ts';
import type { CertificateProfile, KeyKind } from './profile.ts';

const ecPublicKey = '1.2.840.10045.2.1';
const rsaEncryption = '1.2.840.113549.1.1.1';
const attribute = (oid: string, value: Buffer): Buffer => derSequence(derOid(oid), derSet(value));
const rsa = (bits: number): readonly Buffer[] => [
  attribute(rsaEncryption, derInteger(bits)),
  derOid('1.2.840.113549.1.1.11'),
];

const attributes: Readonly<Record<KeyKind, readonly Buffer[]>> = {
  'P-256': [attribute(ecPublicKey, derOid('1.2.840.10045.3.1.7')), derOid('1.2.840.10045.4.3.2')],
  'P-384': [attribute(ecPublicKey, derOid('1.3.132.0.34')), derOid('1.2.840.10045.4.3.3')],
  'RSA-2048': rsa(2048),
  'RSA-3072': rsa(3072),
};

/**
 * CsrAttrs, DER: the first kind of key that the profile names, since a list of several would read as a wish for all of them.
 * Names are not asked for: nothing of a request but its key is copied.
 */
export const csrAttributes = ({ keys: [first] }: Pick<CertificateProfile, 'keys'>): Buffer =>
  derSequence(...(first === undefined ? [] : attributes[first]));

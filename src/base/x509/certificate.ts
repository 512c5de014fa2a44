// One X.509 certificate as typed facts (RFC 5280 4.1); nothing is decided here and nothing is fetched.
import { createHash } from 'node:crypto';
import { Problem } from '../problem.ts';
import { DerCursor, encodingOf, malformed, onlyChildOf, readRoot, tags } from './der.ts';
import { readSerialHex, readSmallInteger, readTime } from './der-values.ts';
import { type CertificateExtensions, readExtensions, understandExtensions } from './extensions.ts';
import { type DistinguishedName, readName, sameName } from './name.ts';
import { type PublicKeyFacts, readPublicKey, readSignedParts, type SignedParts, verifySigned } from './signature.ts';

export interface Certificate extends CertificateExtensions, SignedParts {
  readonly der: Buffer;
  /** Lower-case hexadecimal SHA-256 of the whole certificate. */
  readonly fingerprint: string;
  /** Lower-case hexadecimal, without the sign octet. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** Milliseconds since 1970; the certificate is valid from and to these instants, both included. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKeyFacts;
}

export type CertificateReading =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly reason: string };

const mostBytes = 64 * 1024;

function parse(der: Buffer): Certificate {
  if (der.length > mostBytes) throw malformed('certificate too large');
  const outer = new DerCursor(readRoot(der, tags.sequence));
  const { content: cursor, parts } = readSignedParts(outer);
  outer.end();
  const version = cursor.optional(0xa0);
  if (version === undefined || readSmallInteger(onlyChildOf(version)) !== 2) throw malformed('not version 3');
  const serial = readSerialHex(cursor.next(tags.integer));
  // RFC 5280 4.1.1.2: both algorithm fields must be the same.
  if (!encodingOf(cursor.next(tags.sequence)).equals(parts.algorithm.der)) throw malformed('two signature algorithms');
  const issuer = readName(cursor.next());
  const validity = new DerCursor(cursor.next(tags.sequence));
  const notBefore = readTime(validity.next());
  const notAfter = readTime(validity.next());
  validity.end();
  const subject = readName(cursor.next());
  const publicKey = readPublicKey(cursor.next());
  cursor.optional(0x81);
  cursor.optional(0x82);
  const extensions = cursor.optional(0xa3);
  cursor.end();
  const raw = extensions === undefined ? [] : readExtensions(onlyChildOf(extensions));
  return {
    der,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    ...parts,
    ...understandExtensions(raw),
  };
}

/** Facts of one DER certificate; `reason` says for the log what is wrong with bytes that are none. Never throws for any bytes. */
export function readCertificate(der: Buffer): CertificateReading {
  try {
    return { ok: true, certificate: parse(Buffer.from(der)) };
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'x509.malformed')
      return { ok: false, reason: thrown.detail ?? thrown.code };
    throw thrown;
  }
}

/** Whether `issuer`'s key made the signature on `certificate`. Says nothing about names, times or the right to sign. */
export const signedBy = (certificate: Certificate, issuer: Certificate): boolean =>
  verifySigned(certificate, issuer.publicKey);

/** Whether subject and issuer are the same name (RFC 5280 3.2); the key may be another. */
export const isSelfIssued = ({ subject, issuer }: Certificate): boolean => sameName(subject, issuer);

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/** The DER of every block with this label in a PEM text (RFC 7468), in order. */
export const pemBlocks = (text: string, label = 'CERTIFICATE'): Buffer[] =>
  [...text.matchAll(pemBlock)]
    .filter((found) => found[1] === label)
    .map((found) => Buffer.from(found[2] ?? '', 'base64'));

/** PEM text of one block (RFC 7468). */
export const toPem = (der: Buffer, label = 'CERTIFICATE'): string =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

// One certification request, PKCS #10 (RFC 2986), as typed facts; what it wishes for beside its key is named and never copied.
import { Problem } from '../problem.ts';
import { childrenOf, DerCursor, type DerElement, malformed, readRoot, tags } from './der.ts';
import { readOid, readSmallInteger } from './der-values.ts';
import { type RawExtension, readExtensions } from './extensions.ts';
import { type DistinguishedName, readName } from './name.ts';
import { type PublicKeyFacts, readPublicKey, readSignedParts, type SignedParts, verifySigned } from './signature.ts';

export interface CertificationRequest extends SignedParts {
  readonly der: Buffer;
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKeyFacts;
  /** The extensions that it asks for (RFC 2985 5.4.2). */
  readonly askedExtensions: readonly RawExtension[];
}

export type CsrReading =
  | { readonly ok: true; readonly csr: CertificationRequest }
  | { readonly ok: false; readonly reason: string };

/** Room for an RSA key of 8192 bits and any sensible attributes. */
export const mostCsrBytes = 16 * 1024;
const extensionRequest = '1.2.840.113549.1.9.14';

function askedExtensions(attributes: DerElement): RawExtension[] {
  return childrenOf(attributes, 32).flatMap((attribute) => {
    const cursor = new DerCursor(attribute);
    const oid = readOid(cursor.next());
    const values = childrenOf(cursor.next(tags.set), 8);
    cursor.end();
    if (oid !== extensionRequest) return [];
    return values.flatMap(readExtensions);
  });
}

function parse(der: Buffer): CertificationRequest {
  if (der.length > mostCsrBytes) throw malformed('request too large');
  const outer = new DerCursor(readRoot(der, tags.sequence));
  const { content: cursor, parts } = readSignedParts(outer);
  outer.end();
  if (readSmallInteger(cursor.next()) !== 0) throw malformed('not version 1'); // RFC 2986 4.1
  const subject = readName(cursor.next());
  const publicKey = readPublicKey(cursor.next());
  // Some programs leave the empty set out.
  const attributes = cursor.optional(0xa0);
  cursor.end();
  return {
    der,
    subject,
    publicKey,
    askedExtensions: attributes === undefined ? [] : askedExtensions(attributes),
    ...parts,
  };
}

/** Facts of one DER request; `reason` says for the log what is wrong with bytes that are none. Never throws for any bytes. */
export function readCsr(der: Buffer): CsrReading {
  try {
    return { ok: true, csr: parse(Buffer.from(der)) };
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'x509.malformed')
      return { ok: false, reason: thrown.detail ?? thrown.code };
    throw thrown;
  }
}

/** Whether whoever made the request holds the private key of its public key (RFC 2986 4.2). */
export const provesPossession = (csr: CertificationRequest): boolean => verifySigned(csr, csr.publicKey);

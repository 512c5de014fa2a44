// One OCSP request (RFC 6960 4.1) as typed facts: which certificates are asked about, and the nonce to give back.
import { Problem } from '../problem.ts';
import {
  childrenOf,
  contentOf,
  DerCursor,
  type DerElement,
  encodingOf,
  malformed,
  onlyChildOf,
  readRoot,
  tags,
} from './der.ts';
import { readOid, readSerialHex, readSmallInteger } from './der-values.ts';
import { readExtensions } from './extensions.ts';

export interface AskedCertificate {
  /** The CertID as encoded: the answer repeats it. */
  readonly der: Buffer;
  /** Undefined for a hash that is not known here. */
  readonly hash: 'sha1' | 'sha256' | undefined;
  readonly issuerNameHash: Buffer;
  readonly issuerKeyHash: Buffer;
  /** Lower-case hexadecimal. */
  readonly serial: string;
}

export interface OcspRequest {
  readonly asked: readonly AskedCertificate[];
  /** 1 to 128 octets (RFC 9654 2.1). */
  readonly nonce: Buffer | undefined;
}

export type OcspRequestReading =
  | { readonly ok: true; readonly request: OcspRequest }
  | { readonly ok: false; readonly reason: string };

export const mostOcspRequestBytes = 4096;
const mostAsked = 16;
export const nonceOid = '1.3.6.1.5.5.7.48.1.2';
const hashes: Readonly<Record<string, 'sha1' | 'sha256'>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
};

function readAsked(element: DerElement): AskedCertificate {
  const cursor = new DerCursor(element);
  const id = cursor.next(tags.sequence);
  cursor.optional(0xa0);
  cursor.end();
  const parts = new DerCursor(id);
  const algorithm = new DerCursor(parts.next(tags.sequence));
  const hash = hashes[readOid(algorithm.next())];
  const issuerNameHash = contentOf(parts.next(tags.octetString));
  const issuerKeyHash = contentOf(parts.next(tags.octetString));
  const serial = readSerialHex(parts.next(tags.integer));
  parts.end();
  return { der: encodingOf(id), hash, issuerNameHash, issuerKeyHash, serial };
}

function readNonce(extensions: DerElement): Buffer | undefined {
  let nonce: Buffer | undefined;
  for (const { oid, critical, value } of readExtensions(onlyChildOf(extensions))) {
    if (oid === nonceOid) nonce = contentOf(readRoot(value, tags.octetString));
    else if (critical) throw malformed(`critical extension ${oid}`);
  }
  if (nonce !== undefined && (nonce.length === 0 || nonce.length > 128)) throw malformed('nonce length');
  return nonce;
}

function parse(der: Buffer): OcspRequest {
  if (der.length > mostOcspRequestBytes) throw malformed('request too large');
  const outer = new DerCursor(readRoot(der, tags.sequence));
  const cursor = new DerCursor(outer.next(tags.sequence));
  outer.optional(0xa0); // who signed it is of no interest: everybody may ask
  outer.end();
  const version = cursor.optional(0xa0);
  if (version !== undefined && readSmallInteger(onlyChildOf(version)) !== 0) throw malformed('not version 1');
  cursor.optional(0xa1);
  const asked = childrenOf(cursor.next(tags.sequence), mostAsked).map(readAsked);
  if (asked.length === 0) throw malformed('nothing is asked');
  const extensions = cursor.optional(0xa2);
  cursor.end();
  return { asked, nonce: extensions && readNonce(extensions) };
}

/** Facts of one DER request. Never throws for any bytes. */
export function readOcspRequest(der: Buffer): OcspRequestReading {
  try {
    return { ok: true, request: parse(Buffer.from(der)) };
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'x509.malformed')
      return { ok: false, reason: thrown.detail ?? thrown.code };
    throw thrown;
  }
}

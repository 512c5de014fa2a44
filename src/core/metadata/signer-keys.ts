// The keys that may sign a source's documents: pinned certificates, and those that a pinned fingerprint finds in the document.
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { MetadataSigner } from '../catalogue/index.ts';

/** A signature stands first in its document (SAML Metadata 2.3.1), and its certificates in it. */
const searchedBytes = 128 * 1024;
const mostCertificates = 10;
const inKeyInfo = /X509Certificate\s*>([A-Za-z0-9+/=\s]+)</g;

function keyOf(certificate: Buffer | string): readonly KeyObject[] {
  try {
    return [new X509Certificate(certificate).publicKey];
  } catch {
    return [];
  }
}

/** What fingerprints are compared as: 64 small hexadecimal digits. */
const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

/**
 * The keys that are pinned. A certificate in the document counts when its SHA-256 is pinned, wherever it stands: then it
 * is the very certificate that an administrator named, and the document said nothing of its own.
 */
export function signerKeys(signers: readonly MetadataSigner[], document: Buffer): readonly KeyObject[] {
  const given = signers.flatMap((signer) => ('certificate' in signer ? keyOf(signer.certificate) : []));
  const pinned = new Set(signers.flatMap((signer) => ('fingerprint' in signer ? [plain(signer.fingerprint)] : [])));
  if (pinned.size === 0) return given;
  const found = [...document.toString('latin1', 0, searchedBytes).matchAll(inKeyInfo)]
    .slice(0, mostCertificates)
    .map(([, text = '']) => Buffer.from(text, 'base64'))
    .filter((der) => pinned.has(createHash('sha256').update(der).digest('hex')));
  return [...given, ...found.flatMap(keyOf)];
}

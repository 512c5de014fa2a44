// Writes an OCSP request (RFC 6960 4.1) about one certificate, with a nonce (RFC 9654); nobody signs it.
import { createHash } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { derInteger, derNull, derOctets, derOid, derSequence } from './der-writer.ts';
import { nonceOid } from './ocsp-request.ts';
import { publicKeyBits } from './signature.ts';
import { writeExtensions } from './write.ts';

// SHA-1 is what every responder knows (RFC 5019 2.1.1). It picks a certificate and protects none: an answer counts by
// the serial number and by who signed it.
const digest = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();

/** OCSPRequest about `certificate`, which `issuer` made; `nonce` of 32 octets (RFC 9654 2.1). */
export function writeOcspRequest(given: {
  readonly certificate: Pick<Certificate, 'issuer' | 'serial'>;
  readonly issuer: Pick<Certificate, 'publicKey'>;
  readonly nonce: Buffer;
}): Buffer {
  const { certificate, issuer, nonce } = given;
  const asked = derSequence(
    derSequence(derOid('1.3.14.3.2.26'), derNull()),
    derOctets(digest(certificate.issuer.der)),
    derOctets(digest(publicKeyBits(issuer.publicKey.der))),
    derInteger(Buffer.from(certificate.serial, 'hex')),
  );
  const extensions = writeExtensions(0xa2, [{ oid: nonceOid, value: derOctets(nonce) }]);
  return derSequence(derSequence(derSequence(derSequence(asked)), extensions));
}

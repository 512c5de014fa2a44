// A self-signed certificate that only holds a key, for standards that pass keys around in certificates (SAML Metadata 2.4.1.1).
import { createHash, createPublicKey } from 'node:crypto';
import type { EpochMs } from '../clock.ts';
import { publicKeyDer, writeCertificate, writeExtension, writeName } from './write.ts';
import type { Rs256Signer } from './write-signed.ts';

export interface HeldKey extends Rs256Signer {
  readonly publicJwk: object;
}

/**
 * The certificate of an RS256 key. The same key, name and times give the same bytes, in every process: nothing has to be
 * stored. `notBefore` and `notAfter` are whole seconds.
 */
export function keyHolderCertificate(
  key: HeldKey,
  {
    commonName,
    notBefore,
    notAfter,
  }: { readonly commonName: string; readonly notBefore: EpochMs; readonly notAfter: EpochMs },
): Buffer {
  const publicKey = publicKeyDer(createPublicKey({ key: key.publicJwk as never, format: 'jwk' }));
  const name = writeName([['2.5.4.3', commonName]]);
  const serial = createHash('sha256').update(publicKey).digest().subarray(0, 16);
  return writeCertificate(
    {
      // A positive number of 16 octets without a leading zero (RFC 5280 4.1.2.2).
      serial: Buffer.concat([Buffer.from([((serial[0] ?? 0) & 0x7f) | 0x40]), serial.subarray(1)]),
      issuer: name,
      subject: name,
      notBefore,
      notAfter,
      publicKey,
      extensions: [writeExtension.basicConstraints(false), writeExtension.subjectKeyId(publicKey)],
    },
    key,
  );
}

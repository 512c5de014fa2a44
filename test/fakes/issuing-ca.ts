// A small certificate authority in a test's hands: requests from cards, certificates for them, and which of those still count.
import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  der,
  derBits,
  derInteger,
  derOid,
  derSequence,
  type NamePart,
  publicKeyDer,
  readCsr,
  writeCertificate,
  writeExtension,
  writeName,
} from '../../src/base/x509/index.ts';
import { certificate, newKey } from './certificates.ts';

/** A PKCS#10 request of this key (RFC 2986), DER. */
export function certificationRequest(
  key: KeyObject,
  subject: readonly NamePart[] = [['2.5.4.5', 'SE2000000081-NINA']],
  signer = key,
): Buffer {
  const toSign = derSequence(derInteger(0), writeName(subject), publicKeyDer(key), der(0xa0));
  return derSequence(toSign, derSequence(derOid('1.2.840.10045.4.3.2')), derBits(sign('sha256', toSign, signer)));
}

export interface IssueChanges {
  readonly key?: KeyObject;
  readonly subject?: readonly NamePart[];
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly ca?: boolean;
  readonly upn?: string;
  /** Hexadecimal. */
  readonly serial?: string;
  readonly signer?: ReturnType<typeof certificate>;
}

export type IssuingCa = ReturnType<typeof issuingCa>;

export function issuingCa(name = 'Outside CA') {
  const own = certificate(name, newKey(), undefined);
  const made = new Map<string, 'good' | 'revoked' | 'unconfirmed'>();
  return {
    ...own,
    made,
    /** Serials that count. */
    good: () => [...made].filter(([, state]) => state === 'good').map(([serial]) => serial),
    issue(request: Buffer, changes: IssueChanges = {}, state: 'good' | 'unconfirmed' = 'good') {
      const csr = readCsr(request);
      if (!csr.ok) throw new Error(csr.reason);
      const fresh = createHash('sha256').update(`${name} ${made.size}`).digest().subarray(0, 12);
      fresh[0] = 0x40 | ((fresh[0] as number) & 0x3f);
      const serial = changes.serial === undefined ? fresh : Buffer.from(changes.serial, 'hex');
      const signer = changes.signer ?? own;
      const issued = writeCertificate(
        {
          serial,
          issuer: signer.name,
          subject: changes.subject === undefined ? csr.csr.subject.der : writeName(changes.subject),
          notBefore: changes.notBefore ?? Date.now() - 60_000,
          notAfter: changes.notAfter ?? Date.now() + 86_400_000,
          publicKey: changes.key === undefined ? csr.csr.publicKey.der : publicKeyDer(changes.key),
          extensions: [
            writeExtension.basicConstraints(changes.ca === true),
            ...(changes.upn === undefined ? [] : [writeExtension.subjectAltName({ upn: changes.upn })]),
          ],
        },
        signer.key,
      );
      made.set(serial.toString('hex'), state);
      return { der: issued, serial: serial.toString('hex') };
    },
  };
}

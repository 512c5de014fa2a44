// Certificates of authorities, as a ceremony makes them: a root over itself, and issuing authorities below it.
import type { EpochMs } from '../../base/clock.ts';
import type { Random } from '../../base/ids.ts';
import {
  attributeOids,
  type Certificate,
  certificateToSign,
  provesPossession,
  readCertificate,
  readCsr,
  signedBy,
  signedDer,
  writeExtension,
  writeName,
} from '../../base/x509/index.ts';
import { newSerial } from './compose.ts';
import type { PublishedUrls } from './issuing-authority.ts';
import type { CaSigner } from './ports.ts';

export interface AuthorityName {
  readonly country: string;
  readonly organization: string;
  readonly commonName: string;
}

export const authorityName = ({ country, organization, commonName }: AuthorityName): Buffer =>
  writeName([
    [attributeOids.country, country],
    [attributeOids.organization, organization],
    [attributeOids.commonName, commonName],
  ]);

/** What is signed of an authority, to be written down before it is. */
export interface AuthorityToSign {
  readonly serial: string;
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  readonly toSign: Buffer;
}

const yearMs = 365 * 86_400_000;
const whole = (at: EpochMs): EpochMs => Math.floor(at / 1000) * 1000;

interface Given {
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  readonly years: number;
  readonly now: EpochMs;
  readonly random: Random;
}

function toSign(given: Given, by: { issuer: Buffer; signer: CaSigner; end?: EpochMs; urls?: PublishedUrls }) {
  const { subject, publicKey, years, now, random } = given;
  const serial = newSerial(random);
  const notBefore = whole(now - 5 * 60_000);
  const notAfter = Math.min(notBefore + years * yearMs, by.end ?? Number.POSITIVE_INFINITY);
  const fields = {
    serial,
    issuer: by.issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions: [
      // A root has issuing authorities below it; those have nobody.
      writeExtension.basicConstraints(true, by.urls === undefined ? 1 : 0),
      writeExtension.keyUsage(['keyCertSign', 'cRLSign']),
      writeExtension.subjectKeyId(publicKey),
      writeExtension.authorityKeyId(by.signer.publicKey),
      ...(by.urls === undefined
        ? []
        : [
            writeExtension.crlUrls([by.urls.crl]),
            writeExtension.authorityInfoAccess({ caIssuers: by.urls.caIssuers }),
          ]),
    ],
  };
  return {
    serial: serial.toString('hex'),
    notBefore,
    notAfter,
    toSign: certificateToSign(fields, by.signer.algorithm),
  };
}

/** A root's own certificate. */
export const rootToSign = (
  signer: CaSigner,
  given: { readonly name: AuthorityName; readonly years: number; readonly now: EpochMs; readonly random: Random },
): AuthorityToSign => {
  const subject = authorityName(given.name);
  return toSign({ ...given, subject, publicKey: signer.publicKey }, { issuer: subject, signer });
};

export type CeremonyOutcome =
  | { readonly ok: true; readonly authority: AuthorityToSign; readonly subject: Certificate['subject'] }
  | { readonly ok: false; readonly because: string };

/** An issuing authority's certificate, from its request: of it the name and the key are taken, which the ceremony reads aloud. */
export function issuingToSign(
  root: { readonly certificate: Certificate; readonly signer: CaSigner; readonly urls: PublishedUrls },
  csr: Buffer,
  given: { readonly years: number; readonly now: EpochMs; readonly random: Random },
): CeremonyOutcome {
  const reading = readCsr(csr);
  if (!reading.ok) return { ok: false, because: `the request cannot be read: ${reading.reason}` };
  const { subject, publicKey } = reading.csr;
  if (!provesPossession(reading.csr)) return { ok: false, because: 'the request is not signed by its own key' };
  const { type, bits } = publicKey;
  if (!(type === 'ec' && bits >= 256) && !(type === 'rsa' && bits >= 3072))
    return { ok: false, because: 'an authority’s key is P-256, P-384 or RSA of 3072 bits or more' };
  if (publicKey.der.equals(root.signer.publicKey)) return { ok: false, because: 'the key is the root’s own' };
  if (subject.rdns.length === 0 || subject.rdns.flat().some(({ faults }) => faults.length > 0))
    return { ok: false, because: 'the name in the request is empty or faulty' };
  if (subject.der.equals(root.certificate.subject.der)) return { ok: false, because: 'the name is the root’s own' };
  const authority = toSign(
    { ...given, subject: subject.der, publicKey: publicKey.der },
    { issuer: root.certificate.subject.der, signer: root.signer, end: root.certificate.notAfter, urls: root.urls },
  );
  return { ok: true, authority, subject };
}

/** Signs what was written down; the signature is verified before anybody gets it. Throws when the key made none. */
export async function signAuthority(
  signer: CaSigner,
  toBeSigned: Buffer,
  issuer: Certificate | 'itself',
): Promise<Certificate> {
  const reading = readCertificate(signedDer(toBeSigned, signer.algorithm, await signer.sign(toBeSigned)));
  if (!reading.ok || !signedBy(reading.certificate, issuer === 'itself' ? reading.certificate : issuer))
    throw new Error('the key made no good signature');
  return reading.certificate;
}

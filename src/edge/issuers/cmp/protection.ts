// Protection of CMP messages: by a MAC from a shared secret (RFC 4210 5.1.3.1), or by a signature (5.1.3.3).
import { createHash, createHmac, type KeyObject, randomBytes, sign, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../../base/secret.ts';
import {
  type Certificate,
  contentOf,
  DerCursor,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  readCertificate,
  readOid,
  readSignatureAlgorithm,
  readSmallInteger,
  signedBy,
  tags,
  verifySigned,
} from '../../../base/x509/index.ts';
import { type CmpMessage, readOrReason } from './message.ts';

/** How this side protects what it sends, and what it believes. */
export interface Protection {
  /** Name of the sender, encoded; empty when a key identifier says who it is. */
  readonly sender: Buffer;
  readonly senderKid: Buffer | undefined;
  /** AlgorithmIdentifier. */
  readonly algorithm: Buffer;
  readonly certificates: readonly Buffer[];
  readonly protect: (part: Buffer) => Buffer;
  /** Why an answer is not believed; undefined = it is. */
  readonly fault: (message: CmpMessage) => string | undefined;
}

const passwordBasedMac = '1.2.840.113533.7.66.13';
const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** HMAC with SHA-1 has two names; it is what OpenSSL answers with, and no weakness of SHA-1 reaches it. */
const macs: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.8.1.2': 'sha1',
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
/** RFC 4210 5.1.3.1 names no upper end; a stranger must not make us count. */
const mostIterations = 100_000;
const ownIterations = 10_000;

interface PbmParameters {
  readonly salt: Buffer;
  readonly hash: string;
  readonly iterations: number;
  readonly mac: string;
}

function baseKey(secret: Buffer, { salt, hash, iterations }: PbmParameters): Buffer {
  let key = createHash(hash).update(secret).update(salt).digest();
  for (let round = 1; round < iterations; round++) key = createHash(hash).update(key).digest();
  return key;
}

/** Undefined: another algorithm than a MAC with known parts. Throws `x509.malformed`. */
function readPbm(message: CmpMessage): PbmParameters | undefined {
  if (message.protectionAlgorithm === undefined) return undefined;
  const cursor = new DerCursor(message.protectionAlgorithm);
  if (readOid(cursor.next()) !== passwordBasedMac) return undefined;
  const parameters = new DerCursor(cursor.next(tags.sequence));
  cursor.end();
  const salt = contentOf(parameters.next(tags.octetString));
  const hash = hashes[readOid(new DerCursor(parameters.next(tags.sequence)).next())];
  const iterations = readSmallInteger(parameters.next());
  const mac = macs[readOid(new DerCursor(parameters.next(tags.sequence)).next())];
  parameters.end();
  if (hash === undefined || mac === undefined || iterations < 1 || iterations > mostIterations || salt.length > 128)
    return undefined;
  return { salt, hash, iterations, mac };
}

/** A secret that both sides know, by the name that the issuer gave it (`reference`). */
export function passwordProtection(reference: string, secret: Secret<string>): Protection {
  const parameters: PbmParameters = { salt: randomBytes(16), hash: 'sha256', iterations: ownIterations, mac: 'sha256' };
  const bytes = () => Buffer.from(secret.reveal(), 'utf8');
  let own: Buffer | undefined;
  return {
    sender: derSequence(),
    senderKid: Buffer.from(reference, 'utf8'),
    algorithm: derSequence(
      derOid(passwordBasedMac),
      derSequence(
        derOctets(parameters.salt),
        derSequence(derOid('2.16.840.1.101.3.4.2.1')),
        derInteger(parameters.iterations),
        derSequence(derOid('1.2.840.113549.2.9')),
      ),
    ),
    certificates: [],
    protect(part) {
      own ??= baseKey(bytes(), parameters);
      return createHmac(parameters.mac, own).update(part).digest();
    },
    fault(message) {
      const read = readOrReason(() => readPbm(message));
      if (!read.ok || read.value === undefined || message.protection === undefined)
        return 'it is not protected by the shared secret';
      const expected = createHmac(read.value.mac, baseKey(bytes(), read.value)).update(message.protectedPart).digest();
      return expected.length === message.protection.length && timingSafeEqual(expected, message.protection)
        ? undefined
        : 'its protection is not of the shared secret';
    },
  };
}

export interface SigningParty {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}

/** AlgorithmIdentifier and hash of what a key of ours signs with (RFC 9481 3). */
function signsWith({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly [Buffer, string | null] {
  if (asymmetricKeyType === 'rsa') return [derSequence(derOid('1.2.840.113549.1.1.11'), derNull()), 'sha256'];
  if (asymmetricKeyType === 'ed25519') return [derSequence(derOid('1.3.101.112')), null];
  return asymmetricKeyDetails?.namedCurve === 'secp384r1'
    ? [derSequence(derOid('1.2.840.10045.4.3.3')), 'sha384']
    : [derSequence(derOid('1.2.840.10045.4.3.2')), 'sha256'];
}

/** Who may sign an issuer's answers beside the CA itself (RFC 9480 2.2). */
const cmcRegistrationAuthority = '1.3.6.1.5.5.7.3.28';
const cmcAuthority = '1.3.6.1.5.5.7.3.27';

/** Our certificate and key; answers by the CA's key, or by one that the CA made for this and that is valid at `now`. */
export function signatureProtection(own: SigningParty, signer: Certificate, now: () => number): Protection {
  const mayAnswer = (certificate: Certificate): boolean =>
    certificate.der.equals(signer.der) ||
    (signedBy(certificate, signer) &&
      certificate.notBefore <= now() &&
      now() < certificate.notAfter &&
      [cmcRegistrationAuthority, cmcAuthority].some((usage) => certificate.extendedKeyUsage?.includes(usage)));
  const [algorithm, hash] = signsWith(own.key);
  return {
    sender: own.certificate.subject.der,
    senderKid:
      own.certificate.subjectKeyId === undefined ? undefined : Buffer.from(own.certificate.subjectKeyId, 'hex'),
    algorithm,
    certificates: [own.certificate.der],
    protect: (part) => sign(hash, part, own.key),
    fault({ protection, protectionAlgorithm, protectedPart, extraCertificates }) {
      if (protection === undefined || protectionAlgorithm === undefined) return 'it is not signed';
      const method = readOrReason(() => readSignatureAlgorithm(protectionAlgorithm));
      if (!method.ok) return 'its signature cannot be read';
      const given = { signed: protectedPart, signature: protection, algorithm: method.value };
      const candidates = [
        signer,
        ...extraCertificates.flatMap((der) => {
          const reading = readCertificate(der);
          return reading.ok && mayAnswer(reading.certificate) ? [reading.certificate] : [];
        }),
      ];
      return candidates.some(({ publicKey }) => verifySigned(given, publicKey))
        ? undefined
        : 'nobody whom the CA lets answer for it signed it';
    },
  };
}

// What every signed structure of X.509 has in common: an algorithm, the bytes that are signed, and the signature over them.
import { type KeyObject, sign } from 'node:crypto';
import { derBits, derNull, derOid, derSequence } from './der-writer.ts';

/** A key that signs with RSASSA-PKCS1-v1_5 and SHA-256, and shows nothing else of itself. */
export interface Rs256Signer {
  readonly alg: 'RS256';
  readonly sign: (data: Buffer) => Buffer;
}

export interface KeyAlgorithm {
  /** The AlgorithmIdentifier. */
  readonly identifier: Buffer;
  /** What node:crypto is told; null for Ed25519, which hashes by itself. */
  readonly hash: 'sha1' | 'sha256' | 'sha384' | null;
}

const rsaOids = { sha1: '1.2.840.113549.1.1.5', sha256: '1.2.840.113549.1.1.11' } as const;
const rsaIdentifier = (hash: 'sha1' | 'sha256'): Buffer => derSequence(derOid(rsaOids[hash]), derNull());

export const rs256Identifier: Buffer = rsaIdentifier('sha256');

/** ECDSA with the hash of the curve's strength (RFC 5758), RSA with SHA-256, Ed25519 as itself (RFC 8410); of a public or private key. */
export function keyAlgorithm(key: KeyObject, hash: 'sha1' | 'sha256' = 'sha256'): KeyAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return { identifier: rsaIdentifier(hash), hash };
  if (key.asymmetricKeyType === 'ed25519') return { identifier: derSequence(derOid('1.3.101.112')), hash: null };
  if (key.asymmetricKeyDetails?.namedCurve === 'secp384r1')
    return { identifier: derSequence(derOid('1.2.840.10045.4.3.3')), hash: 'sha384' };
  return { identifier: derSequence(derOid('1.2.840.10045.4.3.2')), hash: 'sha256' };
}

/** The signed bytes, the algorithm and the signature, as certificates, lists and requests have them (RFC 5280 4.1.1). */
export const signedDer = (signed: Buffer, algorithm: Buffer, signature: Buffer): Buffer =>
  derSequence(signed, algorithm, derBits(signature));

/** Makes the bytes for a key's algorithm and signs them with it. */
export function signedWith(
  key: KeyObject,
  toSign: (algorithm: Buffer) => Buffer,
  hash: 'sha1' | 'sha256' = 'sha256',
): Buffer {
  const algorithm = keyAlgorithm(key, hash);
  const bytes = toSign(algorithm.identifier);
  return signedDer(bytes, algorithm.identifier, sign(algorithm.hash, bytes, key));
}

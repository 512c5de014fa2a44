// Signatures on certificates and revocation lists: a closed list of algorithms, verified by node:crypto.
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { childrenOf, contentOf, DerCursor, type DerElement, encodingOf, malformed, readRoot, tags } from './der.ts';
import { readOctetBits, readOid, readSmallInteger } from './der-values.ts';

export interface SignatureAlgorithm {
  readonly oid: string;
  /** The AlgorithmIdentifier as encoded. */
  readonly der: Buffer;
  /** Undefined for an algorithm outside the closed list (SHA-1, MD5, DSA, unknown): it verifies nothing. */
  readonly method: SignatureMethod | undefined;
}

export interface SignatureMethod {
  readonly name: string;
  readonly keyType: 'rsa' | 'ec' | 'ed25519';
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  /** RSASSA-PSS salt length in octets; absent for other methods. */
  readonly saltLength?: number;
}

export interface PublicKeyFacts {
  readonly type: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'other';
  /** RSA modulus or curve size in bits; 0 when unknown. */
  readonly bits: number;
  readonly curve: string | undefined;
  /** Undefined when node:crypto cannot use the key. */
  readonly key: KeyObject | undefined;
  /** SubjectPublicKeyInfo as encoded. */
  readonly der: Buffer;
}

const rsa = (hash: 'sha256' | 'sha384' | 'sha512'): SignatureMethod => ({ name: `rsa-${hash}`, keyType: 'rsa', hash });
const ec = (hash: 'sha256' | 'sha384' | 'sha512'): SignatureMethod => ({ name: `ecdsa-${hash}`, keyType: 'ec', hash });

const methods = new Map<string, SignatureMethod>([
  ['1.2.840.113549.1.1.11', rsa('sha256')],
  ['1.2.840.113549.1.1.12', rsa('sha384')],
  ['1.2.840.113549.1.1.13', rsa('sha512')],
  ['1.2.840.10045.4.3.2', ec('sha256')],
  ['1.2.840.10045.4.3.3', ec('sha384')],
  ['1.2.840.10045.4.3.4', ec('sha512')],
  ['1.3.101.112', { name: 'ed25519', keyType: 'ed25519', hash: null }],
]);
const pssOid = '1.2.840.113549.1.1.10';
const mgf1Oid = '1.2.840.113549.1.1.8';
const hashOids = new Map<string, 'sha256' | 'sha384' | 'sha512'>([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

// RFC 4055 3.1: the defaults mean SHA-1, so hash and mask must both be stated, and be the same.
function readPss(parameters: DerElement | undefined): SignatureMethod | undefined {
  if (parameters?.tag !== tags.sequence) return undefined;
  let hash: string | undefined;
  let mask: string | undefined;
  let saltLength = 20;
  for (const field of childrenOf(parameters, 8)) {
    const inside = new DerCursor(field).next();
    if (field.tag === 0xa0) hash = readOid(new DerCursor(inside).next());
    else if (field.tag === 0xa1) {
      const cursor = new DerCursor(inside);
      if (readOid(cursor.next()) !== mgf1Oid) return undefined;
      mask = readOid(new DerCursor(cursor.next(tags.sequence)).next());
    } else if (field.tag === 0xa2) saltLength = readSmallInteger(inside);
    else if (field.tag !== 0xa3 || readSmallInteger(inside) !== 1) return undefined;
  }
  const known = hash === undefined ? undefined : hashOids.get(hash);
  return known === undefined || hash !== mask
    ? undefined
    : { name: `rsa-pss-${known}`, keyType: 'rsa', hash: known, saltLength };
}

/** An AlgorithmIdentifier. Throws `x509.malformed`. */
export function readSignatureAlgorithm(element: DerElement): SignatureAlgorithm {
  const cursor = new DerCursor(element);
  const oid = readOid(cursor.next());
  const parameters = cursor.done ? undefined : cursor.next();
  cursor.end();
  const method = oid === pssOid ? readPss(parameters) : methods.get(oid);
  // RFC 3279 and 5758: NULL for RSA, absent for ECDSA and EdDSA; anything else is not that algorithm.
  const stray = oid !== pssOid && parameters !== undefined && parameters.tag !== tags.null;
  return { oid, der: encodingOf(element), method: stray ? undefined : method };
}

/** The public key of a SubjectPublicKeyInfo; a key that node:crypto cannot use is kept as `other`. */
export function readPublicKey(element: DerElement): PublicKeyFacts {
  if (element.tag !== tags.sequence) throw malformed('expected a public key');
  const der = encodingOf(element);
  // Whatever node:crypto makes of it, it is an algorithm and octets: others take hashes of them (RFC 5280 4.1.2.7).
  const parts = new DerCursor(element);
  parts.next(tags.sequence);
  parts.next(tags.bitString);
  parts.end();
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const details = key.asymmetricKeyDetails ?? {};
    const curve = details.namedCurve;
    const type = key.asymmetricKeyType;
    if (type === 'rsa' || type === 'rsa-pss')
      return { type, bits: details.modulusLength ?? 0, curve: undefined, key, der };
    if (type === 'ec') return { type, bits: curveBits.get(curve ?? '') ?? 0, curve, key, der };
    if (type === 'ed25519') return { type, bits: 256, curve: undefined, key, der };
    return { type: 'other', bits: 0, curve: undefined, key: undefined, der };
  } catch {
    return { type: 'other', bits: 0, curve: undefined, key: undefined, der };
  }
}

/**
 * Whether a key is encoded in the one usual way: a named curve, its point not compressed, NULL beside RSA (RFC 5480 2.1.1
 * and 2.2, RFC 3279 2.3.1). Any other encoding is the same key under another hash.
 */
export function isUsuallyEncoded({ key, der }: PublicKeyFacts): boolean {
  if (key === undefined) return false;
  try {
    const again = createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
    return again.export({ format: 'der', type: 'spki' }).equals(der);
  } catch {
    return false;
  }
}

/** The octets of the key itself in a SubjectPublicKeyInfo, without its algorithm: what key identifiers are hashes of. */
export function publicKeyBits(spki: Buffer): Buffer {
  const cursor = new DerCursor(readRoot(spki, tags.sequence));
  cursor.next();
  return contentOf(cursor.next(tags.bitString)).subarray(1);
}

const curveBits = new Map([
  ['prime256v1', 256],
  ['secp384r1', 384],
  ['secp521r1', 521],
]);

/** What certificates, requests, lists and answers have in common (RFC 5280 4.1.1). */
export interface SignedParts {
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly algorithm: SignatureAlgorithm;
}

/** Reads these three from the outer SEQUENCE, and leaves the content of the first to be walked. Throws `x509.malformed`. */
export function readSignedParts(outer: DerCursor): { readonly content: DerCursor; readonly parts: SignedParts } {
  const signed = outer.next(tags.sequence);
  const algorithm = readSignatureAlgorithm(outer.next(tags.sequence));
  const signature = readOctetBits(outer.next());
  return { content: new DerCursor(signed), parts: { signed: encodingOf(signed), signature, algorithm } };
}

/** Whether `signature` over `signed` was made by `by` with this algorithm; false for any algorithm outside the list. */
export function verifySigned(given: SignedParts, by: PublicKeyFacts): boolean {
  const { method } = given.algorithm;
  if (method === undefined || by.key === undefined) return false;
  const pss = method.saltLength !== undefined;
  if (by.type !== method.keyType && !(by.type === 'rsa-pss' && pss)) return false;
  try {
    return verify(
      method.hash,
      given.signed,
      pss
        ? { key: by.key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: method.saltLength ?? 0 }
        : { key: by.key, dsaEncoding: 'der' },
      given.signature,
    );
  } catch {
    return false;
  }
}

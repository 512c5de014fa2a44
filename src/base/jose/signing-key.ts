// Keys of our own to sign with, in this process or behind an external sign function (HSM).
import { createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Problem } from '../problem.ts';
import { type Algorithm, type AlgorithmName, algorithmNamed } from './algorithms.ts';
import { importPublicJwk, type PublicJwk, thumbprint } from './jwk.ts';

/** Signs; the private key cannot be reached through it. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: AlgorithmName;
  readonly publicJwk: PublicJwk;
  /** The signature in JWS form (r‖s for ECDSA). Synchronous. */
  readonly sign: (data: Buffer) => Buffer;
}

/** A public JWK as it stands in our JWK Set. */
export type PublishedJwk = PublicJwk & { readonly kid: string; readonly alg: AlgorithmName; readonly use: 'sig' };

/** A signing key from a private KeyObject. `kid` is its thumbprint unless given. Throws a Problem when key and algorithm do not fit. */
export function signingKeyOf(given: { alg: AlgorithmName; privateKey: KeyObject; kid?: string }): SigningKey {
  const algorithm = rowOf(given.alg);
  if (given.privateKey.type !== 'private') throw unfit('not a private key');
  const publicJwk = checkedPublicJwk(createPublicKey(given.privateKey).export({ format: 'jwk' }), algorithm);
  const { privateKey } = given;
  return {
    kid: given.kid ?? thumbprint(publicJwk),
    alg: given.alg,
    publicJwk,
    sign: (data) => algorithm.sign(data, privateKey),
  };
}

/** A signing key whose private side is elsewhere: `sign` answers in JWS form; its length is checked at every use. */
export function externalSigningKey(given: {
  alg: AlgorithmName;
  publicJwk: unknown;
  kid?: string;
  sign: (data: Buffer) => Buffer;
}): SigningKey {
  const algorithm = rowOf(given.alg);
  const publicJwk = checkedPublicJwk(given.publicJwk, algorithm);
  const bytes = algorithm.signatureBytes ?? modulusBytes(publicJwk);
  return {
    kid: given.kid ?? thumbprint(publicJwk),
    alg: given.alg,
    publicJwk,
    sign: (data) => {
      const signature = given.sign(data);
      if (signature.length !== bytes) throw unfit(`signature of ${signature.length} bytes, ${bytes} due`);
      return signature;
    },
  };
}

/** A new key pair for an algorithm (RSA: 3072 bits unless given) and the private key for whoever keeps it. */
export function generateSigningKey(
  alg: AlgorithmName,
  options: { kid?: string; modulusBits?: number } = {},
): { readonly key: SigningKey; readonly privateKey: KeyObject } {
  const { privateKey } = generatePair(rowOf(alg), options.modulusBits ?? rsaBits);
  return {
    key: signingKeyOf({ alg, privateKey, ...(options.kid === undefined ? {} : { kid: options.kid }) }),
    privateKey,
  };
}

/** The same without holding up whatever else the process does: an RSA pair takes a second or two to find. */
export async function findSigningKey(alg: AlgorithmName): Promise<ReturnType<typeof generateSigningKey>> {
  if (rowOf(alg).kty !== 'RSA') return generateSigningKey(alg);
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits });
  return { key: signingKeyOf({ alg, privateKey }), privateKey };
}

const rsaBits = 3072;

/** The JWK Set entry of a signing key: public members, kid, alg, use. */
export function publishedJwk(key: SigningKey): PublishedJwk {
  return { ...key.publicJwk, kid: key.kid, alg: key.alg, use: 'sig' };
}

function generatePair(algorithm: Algorithm, modulusLength: number): { privateKey: KeyObject } {
  switch (algorithm.crv) {
    case undefined:
      return generateKeyPairSync('rsa', { modulusLength });
    case 'Ed25519':
      return generateKeyPairSync('ed25519');
    default:
      return generateKeyPairSync('ec', { namedCurve: algorithm.crv });
  }
}

function rowOf(alg: AlgorithmName): Algorithm {
  const algorithm = algorithmNamed(alg);
  if (algorithm === undefined) throw unfit('unknown algorithm');
  return algorithm;
}

function checkedPublicJwk(jwk: unknown, algorithm: Algorithm): PublicJwk {
  const result = importPublicJwk(jwk);
  if (!result.ok) throw unfit(result.reason);
  const found = result.key.jwk;
  if (found.kty !== algorithm.kty || ('crv' in found ? found.crv : undefined) !== algorithm.crv) {
    throw unfit(`key does not go with ${algorithm.name}`);
  }
  return found;
}

function modulusBytes(jwk: PublicJwk): number {
  return jwk.kty === 'RSA' ? Buffer.from(jwk.n, 'base64url').length : 0;
}

function unfit(detail: string): Problem {
  return new Problem({ kind: 'internal', code: 'jose.unfitSigningKey', detail });
}

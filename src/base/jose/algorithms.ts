// The signature algorithms there are, one row each (RFC 7518 section 3.1, RFC 8037, RFC 9864). `none` and HMAC
// are not switched off: they do not exist, so no header can ask for them.
import { constants, type KeyObject, sign, verify } from 'node:crypto';
import { Problem } from '../problem.ts';
import { derToRaw, type EcdsaCurve, ecdsaCurves, rawToDer } from './ecdsa-signature.ts';
import { type PssHash, pssKeyOf } from './rsa-pss-key.ts';

export type CurveName = 'P-256' | 'P-384' | 'P-521' | 'Ed25519';
export type AlgorithmName =
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'EdDSA'
  | 'Ed25519';

export interface Algorithm {
  readonly name: AlgorithmName;
  readonly kty: 'EC' | 'RSA' | 'OKP';
  /** The only curve it goes with; undefined for RSA. */
  readonly crv: CurveName | undefined;
  /** Length of each signature in bytes; undefined for RSA, where the key decides. */
  readonly signatureBytes: number | undefined;
  /** Signs with a private key of this type. The result is in JWS form. */
  readonly sign: (data: Buffer, privateKey: KeyObject) => Buffer;
  /** Whether a signature in JWS form is right. Never throws: what cannot be verified is false. */
  readonly verify: (data: Buffer, publicKey: KeyObject, signature: Buffer) => boolean;
}

/** The row of a name, or undefined. */
export function algorithmNamed(name: string): Algorithm | undefined {
  return rows.get(name);
}

/** Whether two names mean the same thing: `EdDSA` here is always Ed25519 (RFC 9864 section 2.2). */
export function sameAlgorithm(one: string, other: string): boolean {
  return one === other || (isEd25519(one) && isEd25519(other));
}

/** FAPI 2.0 Security Profile 5.4.1: what its parties may sign with. */
export const fapiAlgorithms: ReadonlySet<AlgorithmName> = new Set<AlgorithmName>([
  'ES256',
  'PS256',
  'EdDSA',
  'Ed25519',
]);

/** Every name in the table. */
export const allAlgorithms: ReadonlySet<AlgorithmName> = new Set<AlgorithmName>([
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
  'EdDSA',
  'Ed25519',
]);

const rows: ReadonlyMap<string, Algorithm> = new Map<string, Algorithm>([
  row(ecdsa('ES256', 'sha256', 'P-256')),
  row(ecdsa('ES384', 'sha384', 'P-384')),
  row(ecdsa('ES512', 'sha512', 'P-521')),
  row(rsaPss('PS256', 'sha256', 32)),
  row(rsaPss('PS384', 'sha384', 48)),
  row(rsaPss('PS512', 'sha512', 64)),
  row(rsaPkcs1('RS256', 'sha256')),
  row(rsaPkcs1('RS384', 'sha384')),
  row(rsaPkcs1('RS512', 'sha512')),
  row(ed25519('EdDSA')),
  row(ed25519('Ed25519')),
]);

function row(algorithm: Algorithm): [AlgorithmName, Algorithm] {
  return [algorithm.name, algorithm];
}

function isEd25519(name: string): boolean {
  return name === 'EdDSA' || name === 'Ed25519';
}

function ecdsa(name: AlgorithmName, hash: string, crv: keyof typeof ecdsaCurves): Algorithm {
  const curve: EcdsaCurve = ecdsaCurves[crv];
  return {
    name,
    kty: 'EC',
    crv,
    signatureBytes: 2 * curve.coordinateBytes,
    sign: (data, privateKey) => {
      const raw = derToRaw(sign(hash, data, privateKey), curve);
      if (raw === undefined) throw new Problem({ kind: 'internal', code: 'jose.badSignatureMade', detail: name });
      return raw;
    },
    verify: (data, publicKey, signature) => {
      const der = rawToDer(signature, curve);
      return der !== undefined && orFalse(() => verify(hash, data, publicKey, der));
    },
  };
}

/** RFC 7518 3.5: MGF1 with the same hash, salt as long as the hash; any other salt length is refused. */
function rsaPss(name: AlgorithmName, hash: PssHash, saltLength: number): Algorithm {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return {
    name,
    kty: 'RSA',
    crv: undefined,
    signatureBytes: undefined,
    sign: (data, key) => sign(hash, data, { key, padding, saltLength }),
    verify: (data, key, signature) =>
      fillsModulus(signature, key) && orFalse(() => verify(hash, data, pssKeyOf(key, hash), signature)),
  };
}

function rsaPkcs1(name: AlgorithmName, hash: string): Algorithm {
  return {
    name,
    kty: 'RSA',
    crv: undefined,
    signatureBytes: undefined,
    sign: (data, key) => sign(hash, data, key),
    verify: (data, key, signature) => orFalse(() => verify(hash, data, key, signature)),
  };
}

function ed25519(name: AlgorithmName): Algorithm {
  return {
    name,
    kty: 'OKP',
    crv: 'Ed25519',
    signatureBytes: 64,
    sign: (data, key) => sign(null, data, key),
    verify: (data, key, signature) => signature.length === 64 && orFalse(() => verify(null, data, key, signature)),
  };
}

/**
 * RFC 8017 8.1.2 step 1: a signature is exactly as long as the modulus. OpenSSL's PSS verification takes a shorter
 * one whose leading zero was cut off, which would give one token two texts. (For PKCS #1 v1.5 it checks this itself.)
 */
function fillsModulus(signature: Buffer, key: KeyObject): boolean {
  return signature.length === Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

function orFalse(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

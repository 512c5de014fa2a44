// Public keys of others as JWKs (RFC 7517, RFC 7518 section 6, RFC 8037): what is accepted, and their thumbprints.
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { decodeBase64url } from './base64url.ts';
import { isSafeEd25519Point } from './ed25519-point.ts';
import { isJsonObject, type JsonObject } from './strict-json.ts';

/** The required members alone: what makes one key different from another (RFC 7638 3.2). */
export type PublicJwk =
  | { readonly kty: 'EC'; readonly crv: 'P-256' | 'P-384' | 'P-521'; readonly x: string; readonly y: string }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };

/** A public key to verify with, and what its owner said it is for. */
export interface VerifyKey {
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
  readonly keyOps?: readonly string[];
  readonly jwk: PublicJwk;
  /** RFC 7638 SHA-256 thumbprint, base64url. */
  readonly jkt: string;
  readonly keyObject: KeyObject;
}

export type JwkFault = 'notAnObject' | 'privateMember' | 'unsupported' | 'malformed' | 'weak' | 'invalidKey';
export type JwkImport =
  | { readonly ok: true; readonly key: VerifyKey }
  | { readonly ok: false; readonly reason: JwkFault };

/**
 * Imports a public JWK: EC P-256, P-384, P-521; RSA of 2048 to 8192 bits; Ed25519. A JWK with any private or
 * symmetric member is refused: who publishes a private key must hear of it. Never throws.
 */
export function importPublicJwk(jwk: unknown): JwkImport {
  if (!isJsonObject(jwk)) return { ok: false, reason: 'notAnObject' };
  if (hasPrivateMember(jwk)) return { ok: false, reason: 'privateMember' };
  return importPublicMembers(jwk);
}

/** Whether a JWK carries anything that must stay with its owner (RFC 7518 6.2.2, 6.3.2, 6.4.1). */
export function hasPrivateMember(jwk: JsonObject): boolean {
  return privateMembers.some((name) => jwk[name] !== undefined);
}

/** The public side of a JWK, without looking for private members. For callers that check those as a step of their own. */
export function importPublicMembers(jwk: JsonObject): JwkImport {
  const { kid, alg, use, key_ops: keyOps } = jwk;
  if (!isTextOrAbsent(kid) || !isTextOrAbsent(alg) || !isTextOrAbsent(use)) return { ok: false, reason: 'malformed' };
  if (keyOps !== undefined && !isTextArray(keyOps)) return { ok: false, reason: 'malformed' };
  const material = materialOf(jwk);
  if (typeof material === 'string') return { ok: false, reason: material };
  return {
    ok: true,
    key: {
      ...material,
      ...(kid === undefined ? {} : { kid }),
      ...(alg === undefined ? {} : { alg }),
      ...(use === undefined ? {} : { use }),
      ...(keyOps === undefined ? {} : { keyOps }),
    },
  };
}

/** RFC 7638 thumbprint (SHA-256, base64url) of a public key: its required members in lexical order. */
export function thumbprint(jwk: PublicJwk): string {
  return hash('sha256', requiredMembers(jwk), 'base64url');
}

interface Material {
  readonly jwk: PublicJwk;
  readonly jkt: string;
  readonly keyObject: KeyObject;
}

/**
 * Importing costs up to 70 µs, a verification about as much, and the same clients come again and again. The key
 * of this memo is the key material itself, so what it holds never depends on who came first.
 */
const imported = new LRUCache<string, Material>({ max: 4096 });

function materialOf(jwk: JsonObject): Material | JwkFault {
  const memoKey = memoKeyOf(jwk);
  const known = memoKey === undefined ? undefined : imported.get(memoKey);
  if (known !== undefined) return known;
  const checked = readPublicJwk(jwk);
  if (typeof checked === 'string') return checked;
  let keyObject: KeyObject;
  try {
    keyObject = toKeyObject(checked);
  } catch {
    return 'invalidKey';
  }
  const material = { jwk: checked, jkt: thumbprint(checked), keyObject };
  if (memoKey !== undefined) imported.set(memoKey, material);
  return material;
}

/**
 * EC and Ed25519 keys go in as PEM: on Node 24 that takes 17 µs where a JWK takes 48 µs (every option object is first
 * tried as a key, which throws and catches inside Node). OpenSSL checks on either way that an EC point is on its curve.
 */
function toKeyObject(jwk: PublicJwk): KeyObject {
  if (jwk.kty === 'RSA') return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const coordinates = jwk.kty === 'EC' ? [jwk.x, jwk.y] : [jwk.x];
  const point = coordinates.map((coordinate) => Buffer.from(coordinate, 'base64url'));
  const spki = Buffer.concat([spkiHeads[jwk.crv], ...point]);
  return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`);
}

/** SubjectPublicKeyInfo up to the point (RFC 5480 2, uncompressed; RFC 8410 4). */
const spkiHeads = {
  'P-256': Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
  'P-384': Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex'),
  'P-521': Buffer.from('30819b301006072a8648ce3d020106052b810400230381860004', 'hex'),
  Ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
} as const;

/** What was imported holds no full stop in any part, so a key with parts shifted against each other has more of them and misses. */
function memoKeyOf(jwk: JsonObject): string | undefined {
  const { kty, crv, x, y, n, e } = jwk;
  if (kty === 'EC') return isText(crv) && isText(x) && isText(y) ? `EC.${crv}.${x}.${y}` : undefined;
  if (kty === 'RSA') return isText(n) && isText(e) ? `RSA.${n}.${e}` : undefined;
  return kty === 'OKP' && isText(crv) && isText(x) ? `OKP.${crv}.${x}` : undefined;
}

function readPublicJwk(jwk: JsonObject): PublicJwk | JwkFault {
  switch (jwk.kty) {
    case 'EC':
      return readEc(jwk);
    case 'RSA':
      return readRsa(jwk);
    case 'OKP':
      return readOkp(jwk);
    default:
      return 'unsupported';
  }
}

const coordinateBytes = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;

/** RFC 7518 6.2.1.2: each coordinate has the full length of the curve. That the point is on it, createPublicKey checks. */
function readEc({ crv, x, y }: JsonObject): PublicJwk | JwkFault {
  if (crv !== 'P-256' && crv !== 'P-384' && crv !== 'P-521') return 'unsupported';
  if (typeof x !== 'string' || typeof y !== 'string') return 'malformed';
  const size = coordinateBytes[crv];
  if (decodeBase64url(x)?.length !== size || decodeBase64url(y)?.length !== size) return 'malformed';
  return { kty: 'EC', crv, x, y };
}

/** RFC 7518 6.3.1 and 2 (no leading zeros); at least 2048 bits (3.3); e odd and 2^16 < e < 2^32 (FIPS 186-5 5.4). */
function readRsa({ n, e }: JsonObject): PublicJwk | JwkFault {
  if (typeof n !== 'string' || typeof e !== 'string' || n.length > 1366 || e.length > 6) return 'malformed';
  const modulus = decodeBase64url(n);
  const exponent = decodeBase64url(e);
  if (modulus === undefined || exponent === undefined || !modulus[0] || !exponent[0]) return 'malformed';
  const bits = modulus.length * 8 - (Math.clz32(modulus[0]) - 24);
  const lastBitOdd = (buffer: Buffer) => ((buffer.at(-1) ?? 0) & 1) === 1;
  if (bits < 2048 || bits > 8192 || !lastBitOdd(modulus)) return 'weak';
  const size = exponent.readUIntBE(0, exponent.length);
  if (size < 65537 || !lastBitOdd(exponent)) return 'weak';
  return { kty: 'RSA', n, e };
}

function readOkp({ crv, x }: JsonObject): PublicJwk | JwkFault {
  if (crv !== 'Ed25519') return 'unsupported';
  if (typeof x !== 'string') return 'malformed';
  const point = decodeBase64url(x);
  if (point?.length !== 32) return 'malformed';
  return isSafeEd25519Point(point) ? { kty: 'OKP', crv, x } : 'weak';
}

/** Every member is base64url or a fixed word here, so none needs JSON escapes. */
function requiredMembers(jwk: PublicJwk): string {
  switch (jwk.kty) {
    case 'EC':
      return `{"crv":"${jwk.crv}","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`;
    case 'RSA':
      return `{"e":"${jwk.e}","kty":"RSA","n":"${jwk.n}"}`;
    case 'OKP':
      return `{"crv":"${jwk.crv}","kty":"OKP","x":"${jwk.x}"}`;
  }
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

function isTextArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

// Signatures over bytes with an algorithm named by URI: the Redirect binding (SAML Bindings 3.4.4.1).
import type { KeyObject } from 'node:crypto';
import type { SigningKey } from '../jose/index.ts';
import { Problem } from '../problem.ts';
import {
  allSignatures,
  isStrong,
  keyThatMade,
  type SignatureName,
  signatureByName,
  signatureByUri,
} from './algorithms.ts';

export interface DetachedSignature {
  /** The URI in `SigAlg`. */
  readonly algorithm: string;
  readonly signature: Uint8Array;
}

export interface DetachedExpected {
  /** From configuration or trusted metadata. */
  readonly keys: readonly KeyObject[];
  readonly algorithms?: ReadonlySet<SignatureName>;
}

export type DetachedVerification =
  | { readonly ok: true; readonly key: KeyObject; readonly algorithm: SignatureName }
  | { readonly ok: false; readonly reason: 'signature.algorithm' | 'signature.key' | 'signature.value' };

/** The algorithm's URI: a part of what the Redirect binding signs, so it is asked for before signing. */
export function signatureUri(key: SigningKey): string {
  const row = signatureByName.get(key.alg);
  if (row === undefined) throw new Problem({ kind: 'internal', code: 'xml.unfitToSign', detail: key.alg });
  return row.uri;
}

/** Signs bytes; ECDSA values are r and s beside one another, as in XML Signature. */
export function signDetached(bytes: Uint8Array, key: SigningKey): DetachedSignature {
  return { algorithm: signatureUri(key), signature: key.sign(Buffer.from(bytes)) };
}

/** The first of the given keys (eight at most are tried) that made the signature. */
export function verifyDetached(
  bytes: Uint8Array,
  given: DetachedSignature,
  { keys, algorithms = allSignatures }: DetachedExpected,
): DetachedVerification {
  const row = signatureByUri.get(given.algorithm);
  if (row === undefined || !algorithms.has(row.name)) return { ok: false, reason: 'signature.algorithm' };
  const key = keyThatMade(row, Buffer.from(bytes), Buffer.from(given.signature), keys);
  if (key === undefined) return { ok: false, reason: 'signature.value' };
  return isStrong(key) ? { ok: true, key, algorithm: row.name } : { ok: false, reason: 'signature.key' };
}

// Signatures over bytes with an algorithm named by URI: the Redirect binding (SAML Bindings 3.4.4.1).
import type { KeyObject } from 'node:crypto';
import type { SigningKey } from '../jose/index.ts';
import { Problem } from '../problem.ts';
import type { SignatureName } from './algorithms.ts';

export interface DetachedSignature {
  /** The URI for `SigAlg`. */
  readonly algorithm: string;
  readonly signature: Buffer;
}

export type DetachedVerification =
  | { readonly ok: true; readonly key: KeyObject; readonly algorithm: SignatureName }
  | { readonly ok: false; readonly reason: 'signature.algorithm' | 'signature.key' | 'signature.value' };

/** The algorithm's URI, for it is a part of what is signed: ask for it first, then sign. */
export function signatureUri(_key: SigningKey): string {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

export function signDetached(_bytes: Uint8Array, _key: SigningKey): DetachedSignature {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

/** The first of the given keys that made the signature. */
export function verifyDetached(
  _bytes: Uint8Array,
  _given: DetachedSignature,
  _expected: { readonly keys: readonly KeyObject[]; readonly algorithms?: ReadonlySet<SignatureName> },
): DetachedVerification {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

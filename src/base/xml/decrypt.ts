// Decrypting an element: AES-GCM, or AES-CBC inside of what a verified signature covers; one answer for all failures.
import type { KeyObject } from 'node:crypto';
import { Problem } from '../problem.ts';
import type { XmlDocument, XmlLimits } from './document.ts';
import type { XmlElement } from './element.ts';
import type { Verified } from './verify-signature.ts';

export interface DecryptionOptions {
  /** Our private keys, the present one first. */
  readonly keys: readonly KeyObject[];
  /** What the encrypted element stands in, when its signature has verified: the only thing that lets CBC through (S10). */
  readonly enclosing?: Verified;
  readonly limits?: XmlLimits;
}

/** `unsupported` is judged on the public text alone; all that a private key has touched fails as `failed`. */
export type EncryptionFault = 'encryption.unsupported' | 'encryption.failed';

export type Decryption =
  | { readonly ok: true; readonly document: XmlDocument }
  | { readonly ok: false; readonly reason: EncryptionFault };

/**
 * Decrypts what `holder` (`saml:EncryptedAssertion`) holds: one `EncryptedData`, its keys inside or beside it. The
 * result is a document whose root is the one element that was encrypted; its own signature is not yet verified.
 */
export function decryptElement(_holder: XmlElement, _options: DecryptionOptions): Decryption {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

// Verifying an enveloped XML signature by a narrow profile (SAML Core 5.4): what is returned is what was digested.
import type { KeyObject } from 'node:crypto';
import { Problem } from '../problem.ts';
import type { SignatureName } from './algorithms.ts';
import type { XmlDocument } from './document.ts';
import type { XmlElement, XmlName } from './element.ts';

/** Made by `verifySignature` alone. */
declare const verified: unique symbol;

/** An element that one of the given keys signed. Its tree is exactly what the digest covers, without the signature. */
export interface Verified {
  readonly [verified]: true;
  readonly element: XmlElement;
  /** The key that verified: one of those given. */
  readonly key: KeyObject;
  readonly algorithm: SignatureName;
}

export type SignatureFault =
  | 'signature.key'
  | 'signature.algorithm'
  | 'signature.missing'
  | 'signature.several'
  | 'signature.structure'
  | 'signature.comment'
  | 'signature.object'
  | 'signature.canonicalization'
  | 'signature.id'
  | 'signature.duplicateId'
  | 'signature.reference'
  | 'signature.transforms'
  | 'signature.digestAlgorithm'
  | 'signature.digest'
  | 'signature.value'
  /** The element to verify is not there, or there are several. */
  | 'signature.target';

export interface SignatureExpected {
  /** From configuration or trusted metadata. What a document says of keys is never read. */
  readonly keys: readonly KeyObject[];
  /** The root, or its one child of this name (Assertion in Response). */
  readonly which: 'root' | XmlName;
  /** What may sign; unless given, all in the table of algorithms. */
  readonly algorithms?: ReadonlySet<SignatureName>;
}

export type SignatureVerification =
  | { readonly ok: true; readonly verified: Verified }
  | { readonly ok: false; readonly reason: SignatureFault };

/** Verifies the signature directly inside the root or inside its one child of a name. */
export function verifySignature(_document: XmlDocument, _expected: SignatureExpected): SignatureVerification {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

/** Whether an element has a signature directly inside: the question before "must it be signed". */
export function isSigned(_element: XmlElement): boolean {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

// Verifying an enveloped XML signature by a narrow profile (SAML Core 5.4): what is returned is what was digested.
import { createHash, type KeyObject } from 'node:crypto';
import { type Check, firstFailed } from '../jose/check.ts';
import {
  allDigests,
  allSignatures,
  type DigestName,
  digestByUri,
  isStrong,
  keyThatMade,
  type SignatureName,
  signatureByUri,
} from './algorithms.ts';
import type { XmlDocument } from './document.ts';
import { attributeOf, childrenOf, elementsIn, onlyChild, type XmlElement, type XmlName } from './element.ts';
import { envelopedTransform, exclusiveCanonical, signatureNamespace } from './names.ts';
import { type NamespaceScope, scopeOf } from './scope.ts';
import {
  digestedOctets,
  hasDuplicateIds,
  mostPrefixes,
  outlineOf,
  partsOf,
  type SignatureParts,
  signatureName,
  signedOctets,
  type Transform,
} from './signature-parts.ts';

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

export type SignatureCheckName =
  | 'signature.several'
  | 'signature.structure'
  | 'signature.object'
  | 'signature.comment'
  | 'signature.canonicalization'
  | 'signature.algorithm'
  | 'signature.duplicateId'
  | 'signature.reference'
  | 'signature.transforms'
  | 'signature.digestAlgorithm'
  | 'signature.digest'
  | 'signature.value'
  | 'signature.key';

export type SignatureFault =
  | SignatureCheckName
  /** The element to verify is not there, or there are several. */
  | 'signature.target'
  | 'signature.missing';

export interface SignatureExpected {
  /** From configuration or trusted metadata (S2). What a document says of keys is never read. */
  readonly keys: readonly KeyObject[];
  /** The root, or its one child of this name (Assertion in Response). */
  readonly which: 'root' | XmlName;
  /** What may sign; unless given, all in the table of algorithms. */
  readonly algorithms?: ReadonlySet<SignatureName>;
  readonly digests?: ReadonlySet<DigestName>;
}

export type SignatureVerification =
  | { readonly ok: true; readonly verified: Verified }
  | { readonly ok: false; readonly reason: SignatureFault };

/** What was verified here, and the prefixes that its canonical form keeps though no name uses them. */
const made = new WeakMap<object, readonly string[]>();

/**
 * Verifies the signature directly inside the root or inside its one child of a name. Keys come from the argument.
 * `checks` is the list below; tests hand in a shorter one to see that each entry counts.
 */
export function verifySignature(
  document: XmlDocument,
  expected: SignatureExpected,
  checks = signatureChecks,
): SignatureVerification {
  const target = targetOf(document.root, expected.which);
  if (target === undefined) return { ok: false, reason: 'signature.target' };
  const parts = partsOf(document, target);
  if (parts === undefined) return { ok: false, reason: 'signature.missing' };
  const subject = { ...parts, keyBy: keyFinder(parts) };
  const failed = firstFailed(checks, subject, expected);
  if (failed !== undefined) return { ok: false, reason: failed };
  const algorithm = signatureByUri.get(parts.method ?? '')?.name;
  const key = subject.keyBy(expected) ?? expected.keys[0];
  if (algorithm === undefined || key === undefined) return { ok: false, reason: 'signature.algorithm' };
  const result = Object.freeze({ element: parts.signed, key, algorithm }) as Verified;
  made.set(result, parts.transforms.at(-1)?.inclusivePrefixes ?? []);
  return { ok: true, verified: result };
}

/** Whether an element has a signature directly inside: the question before "must it be signed". */
export function isSigned(element: XmlElement): boolean {
  return childrenOf(element, signatureName).length > 0;
}

/** Whether an element stands inside of what was verified, and a verification said so. */
export function isInside(element: XmlElement, proof: Verified): boolean {
  if (!made.has(proof)) return false;
  for (const each of elementsIn(proof.element)) if (each === element) return true;
  return false;
}

/**
 * The namespaces in force at an element that the digest covers: those that a name of it or of an ancestor uses, and
 * those that the signer listed (xml-exc-c14n 2.1, 3). Any other declaration could have been changed on the way.
 */
export function coveredScope(element: XmlElement, proof: Verified): NamespaceScope {
  const kept = made.get(proof);
  const path = kept === undefined ? [] : pathTo(element, proof.element);
  const covered = new Map<string, string>();
  for (const each of path) {
    const scope = scopeOf(each);
    const used = [each.prefix, ...each.attributes.map(({ prefix }) => prefix).filter((prefix) => prefix !== '')];
    for (const prefix of [...used, ...(kept ?? [])]) {
      const namespace = scope.get(prefix);
      if (namespace === undefined) covered.delete(prefix);
      else covered.set(prefix, namespace);
    }
  }
  // A nearer declaration that no name uses is in force and not covered: then the prefix means nothing here.
  return new Map([...covered].filter(([prefix, namespace]) => scopeOf(element).get(prefix) === namespace));
}

/** An element and all above it, from `root` down; empty when it is not below. */
function pathTo(element: XmlElement, root: XmlElement): readonly XmlElement[] {
  if (root === element) return [root];
  for (const child of childrenOf(root)) {
    const path = pathTo(element, child);
    if (path.length > 0) return [root, ...path];
  }
  return [];
}

interface SignatureSubject extends SignatureParts {
  /** The first key that made the signature; asked once, because asking costs most of a verification. */
  readonly keyBy: (expected: SignatureExpected) => KeyObject | undefined;
}

const outline =
  /^Signature\(SignedInfo\(CanonicalizationMethod\((Prefixes\(\))?\)SignatureMethod\(\)Reference\(Transforms\((Transform\((Prefixes\(\))?\))+\)DigestMethod\(\)DigestValue\(\)\)\)SignatureValue\(\)(KeyInfo )?(Object )*\)$/;

/** In the order in which they are asked: cheap before dear, and the digest before the key. */
export const signatureChecks: readonly Check<SignatureSubject, SignatureExpected, SignatureCheckName>[] = [
  { name: 'signature.several', clause: 'SAML Core 5.4.2', test: ({ signatures }) => signatures === 1 },
  {
    name: 'signature.object',
    clause: 'SAML Core 5.4.2: one Reference, to the element itself',
    test: ({ signature }) => childrenOf(signature, { namespace: signatureNamespace, local: 'Object' }).length === 0,
  },
  {
    name: 'signature.structure',
    clause: 'xmldsig-core 4.1 to 4.5: one SignedInfo, Reference, DigestValue and SignatureValue (S4)',
    test: ({ signature }) => outline.test(outlineOf(signature)),
  },
  {
    name: 'signature.comment',
    clause: 'no comment divides what is signed or digested (S4)',
    test: ({ signature, document: { commented } }) => {
      if (commented.size > 0) for (const each of elementsIn(signature)) if (commented.has(each)) return false;
      return true;
    },
  },
  {
    name: 'signature.canonicalization',
    clause: 'SAML Core 5.4.3',
    test: ({ canonicalization }) => isExclusive(canonicalization),
  },
  {
    name: 'signature.algorithm',
    clause: 'RFC 9231; no SHA-1 (Sweden Connect deployment profile 8)',
    test: ({ method }, { algorithms = allSignatures }) => {
      const row = signatureByUri.get(method ?? '');
      return row !== undefined && algorithms.has(row.name);
    },
  },
  {
    name: 'signature.duplicateId',
    clause: 'XML 1.0 3.3.1 (ID): an identifier is one element (S1)',
    test: ({ document: { root } }) => !hasDuplicateIds(root),
  },
  {
    name: 'signature.reference',
    clause: 'SAML Core 5.4.2: the Reference is to the ID of the element that the signature is in (S1)',
    test: ({ uri, target }) => {
      const id = attributeOf(target, 'ID') ?? '';
      return id !== '' && uri === `#${id}`;
    },
  },
  {
    name: 'signature.transforms',
    clause: 'SAML Core 5.4.4',
    test: ({ transforms: [enveloped, canonical, ...others] }) =>
      enveloped?.algorithm === envelopedTransform &&
      enveloped.inclusivePrefixes.length === 0 &&
      isExclusive(canonical) &&
      others.length === 0,
  },
  {
    name: 'signature.digestAlgorithm',
    clause: 'RFC 9231; no SHA-1',
    test: ({ digestMethod }, { digests = allDigests }) => {
      const name = digestByUri.get(digestMethod ?? '');
      return name !== undefined && digests.has(name);
    },
  },
  {
    name: 'signature.digest',
    clause: 'xmldsig-core 3.2.1',
    test: (parts) => {
      const hash = digestByUri.get(parts.digestMethod ?? '');
      if (hash === undefined || parts.digest === undefined) return false;
      return createHash(hash).update(digestedOctets(parts)).digest().equals(parts.digest);
    },
  },
  {
    name: 'signature.value',
    clause: 'xmldsig-core 3.2.2, with one of the given keys (S2, S5)',
    test: ({ keyBy }, expected) => keyBy(expected) !== undefined,
  },
  {
    name: 'signature.key',
    clause: 'Sweden Connect deployment profile 8: RSA of at least 2048 bits, P-256, P-384 or P-521',
    test: ({ keyBy }, expected) => {
      const key = keyBy(expected);
      return key === undefined || isStrong(key);
    },
  },
];

function isExclusive(transform: Transform | undefined): boolean {
  return transform?.algorithm === exclusiveCanonical && transform.inclusivePrefixes.length <= mostPrefixes;
}

function targetOf(root: XmlElement, which: 'root' | XmlName): XmlElement | undefined {
  return which === 'root' ? root : onlyChild(root, which);
}

function keyFinder(parts: SignatureParts): SignatureSubject['keyBy'] {
  let answer: { readonly key: KeyObject | undefined } | undefined;
  return ({ keys }) => {
    const row = signatureByUri.get(parts.method ?? '');
    const { value } = parts;
    answer ??= {
      key: row === undefined || value === undefined ? undefined : keyThatMade(row, signedOctets(parts), value, keys),
    };
    return answer.key;
  };
}

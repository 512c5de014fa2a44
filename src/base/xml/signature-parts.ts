// The parts of the signature directly inside an element, as the document says them: nothing is judged here.
import { decodeBase64 } from './base64.ts';
import type { XmlDocument } from './document.ts';
import {
  attributeOf,
  childrenOf,
  elementsIn,
  hasElementsOnly,
  isNamed,
  textOf,
  withContent,
  type XmlElement,
  type XmlName,
} from './element.ts';
import { messageLimits } from './limits.ts';
import { exclusiveCanonical, signatureNamespace, xmlNamespace } from './names.ts';
import { inScope, scopeOf } from './scope.ts';
import { canonicalXml } from './write.ts';

const ds = (local: string): XmlName => ({ namespace: signatureNamespace, local });
export const signatureName = ds('Signature');
const inclusiveNamespaces: XmlName = { namespace: exclusiveCanonical, local: 'InclusiveNamespaces' };

export interface Transform {
  readonly algorithm: string | undefined;
  readonly inclusivePrefixes: readonly string[];
}

export interface SignatureParts {
  readonly document: XmlDocument;
  /** What is to be verified, as it stands in the document. */
  readonly target: XmlElement;
  /** The same without its signature (the enveloped transform). */
  readonly signed: XmlElement;
  /** How many signatures stand directly inside. The parts are of the first. */
  readonly signatures: number;
  readonly signature: XmlElement;
  readonly signedInfo: XmlElement | undefined;
  readonly value: Buffer | undefined;
  readonly canonicalization: Transform | undefined;
  readonly method: string | undefined;
  readonly uri: string | undefined;
  readonly transforms: readonly Transform[];
  readonly digestMethod: string | undefined;
  readonly digest: Buffer | undefined;
}

/** The parts, or undefined when no signature stands directly inside of the target. */
export function partsOf(document: XmlDocument, target: XmlElement): SignatureParts | undefined {
  const signatures = childrenOf(target, signatureName);
  const [signature] = signatures;
  if (signature === undefined) return undefined;
  const signedInfo = first(signature, ds('SignedInfo'));
  const reference = first(signedInfo, ds('Reference'));
  const canonicalization = first(signedInfo, ds('CanonicalizationMethod'));
  return {
    document,
    target,
    signed: inScope(withoutNode(target, signature), scopeOf(target)),
    signatures: signatures.length,
    signature,
    signedInfo,
    value: bytesOf(first(signature, ds('SignatureValue'))),
    canonicalization: canonicalization && transformOf(canonicalization),
    method: algorithmOf(first(signedInfo, ds('SignatureMethod'))),
    uri: reference && attributeOf(reference, 'URI'),
    transforms: transformsOf(first(reference, ds('Transforms'))),
    digestMethod: algorithmOf(first(reference, ds('DigestMethod'))),
    digest: bytesOf(first(reference, ds('DigestValue'))),
  };
}

function withoutNode(element: XmlElement, taken: XmlElement): XmlElement {
  return withContent(
    element,
    element.content.filter((node) => node !== taken),
  );
}

/** Canonical form looks at each prefix for each element, so a list has no more of them than could be in force. */
export const mostPrefixes = messageLimits.namespaces;

/** The octets that the digest covers. */
export function digestedOctets(parts: SignatureParts): Buffer {
  return Buffer.from(canonicalXml(parts.signed, parts.transforms.at(-1)?.inclusivePrefixes));
}

/** The octets that the signature value covers. */
export function signedOctets({ signedInfo, canonicalization }: SignatureParts): Buffer {
  return Buffer.from(signedInfo === undefined ? '' : canonicalXml(signedInfo, canonicalization?.inclusivePrefixes));
}

/** How the signature is put together, as names in order: `Signature(SignedInfo(…)SignatureValue)`. */
export function outlineOf(element: XmlElement): string {
  const name =
    element.namespace === signatureNamespace ? element.local : isNamed(element, inclusiveNamespaces) ? 'Prefixes' : '?';
  if (name === 'KeyInfo' || name === 'Object') return `${name} `;
  const children = childrenOf(element);
  const loose = children.length > 0 && !hasElementsOnly(element);
  return `${name}${loose ? '?' : ''}(${children.map(outlineOf).join('')})`;
}

/** Whether any two attributes that are identifiers by name have one value, anywhere in the document. */
export function hasDuplicateIds(root: XmlElement): boolean {
  const seen = new Set<string>();
  for (const { attributes } of elementsIn(root)) {
    for (const { namespace, local, value } of attributes) {
      if (namespace !== '' && namespace !== xmlNamespace) continue;
      if (local.length !== 2 || local.toLowerCase() !== 'id') continue;
      if (seen.has(value)) return true;
      seen.add(value);
    }
  }
  return false;
}

function first(element: XmlElement | undefined, name: XmlName): XmlElement | undefined {
  return element && childrenOf(element, name)[0];
}

function algorithmOf(element: XmlElement | undefined): string | undefined {
  return element && attributeOf(element, 'Algorithm');
}

function bytesOf(element: XmlElement | undefined): Buffer | undefined {
  const text = element && textOf(element);
  return text === undefined ? undefined : decodeBase64(text);
}

function transformsOf(element: XmlElement | undefined): readonly Transform[] {
  return element === undefined ? [] : childrenOf(element, ds('Transform')).map(transformOf);
}

function transformOf(element: XmlElement): Transform {
  const inclusive = first(element, inclusiveNamespaces);
  const list = (inclusive && attributeOf(inclusive, 'PrefixList')) ?? '';
  const prefixes = list.split(/[ \t\r\n]+/).filter((prefix) => prefix !== '');
  return {
    algorithm: algorithmOf(element),
    inclusivePrefixes: prefixes.map((prefix) => (prefix === '#default' ? '' : prefix)),
  };
}

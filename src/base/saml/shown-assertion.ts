// An assertion as somebody shows it long after, alone or in its Response: what it says, and which key signed it.
import type { KeyObject } from 'node:crypto';
import type { EpochMs } from '../clock.ts';
import {
  childrenOf,
  isNamed,
  isSigned,
  onlyChild,
  readXml,
  verifySignature,
  withContent,
  writeXml,
  type XmlDocument,
  type XmlElement,
  type XmlName,
} from '../xml/index.ts';
import type { Assertion } from './assertion.ts';
import { ns } from './names.ts';
import { readAssertion } from './read-assertion.ts';
import { malformed, namesOf, reading, required, type StructureReading } from './read-element.ts';
import { type ResponseEnvelope, readResponse } from './response.ts';
import { assertionsIn } from './response-checks.ts';

const saml = namesOf(ns.saml);
const samlp = namesOf(ns.samlp);
const signatureName: XmlName = { namespace: ns.ds, local: 'Signature' };

/** `changed`: something is not as it was signed. `foreign`: no given key made the signature. */
export type ShownSignature = { readonly key: KeyObject } | { readonly fault: 'unsigned' | 'changed' | 'foreign' };

export type ShownAssertion =
  | {
      readonly encrypted: false;
      readonly assertion: Assertion;
      /** Its canonical text without its signature: what a signature of it digests. */
      readonly text: string;
      readonly signature: ShownSignature;
    }
  /** Only the Response around it can be read. */
  | {
      readonly encrypted: true;
      readonly id: string;
      readonly issuer: string;
      readonly issueInstant: EpochMs;
      readonly signature: ShownSignature;
    };

/**
 * Reads an Assertion, or a Response with one, and verifies each signature that it bears (SAML Core 5.4) with the keys of
 * the issuer that it names. Times, audience and use are not judged: they are long over. Never throws on what is shown.
 */
export function readShownAssertion(
  xml: Buffer,
  keysOf: (issuer: string) => readonly KeyObject[],
): StructureReading<ShownAssertion> {
  const read = readXml(xml);
  if (!read.ok) return { ok: false, because: `XML that is refused (${read.reason})` };
  const { document } = read;
  return reading(() => {
    if (isNamed(document.root, saml('Assertion'))) return assertionAlone(document, keysOf);
    if (!isNamed(document.root, samlp('Response'))) throw malformed('neither a Response nor an Assertion');
    return assertionWithin(document, keysOf);
  });
}

type KeysOf = (issuer: string) => readonly KeyObject[];

function assertionAlone(document: XmlDocument, keysOf: KeysOf): ShownAssertion {
  if (assertionsIn(document.root) !== 1) throw several();
  const assertion = readAssertion(document.root);
  return {
    encrypted: false,
    assertion,
    text: writeXml(unsigned(document.root)),
    signature: signatureOf(document, document.root, 'root', keysOf(assertion.issuer)),
  };
}

function assertionWithin(document: XmlDocument, keysOf: KeysOf): ShownAssertion {
  const response = readResponse(document.root);
  const element = onlyAssertion(document.root, response);
  if (element === undefined) {
    const issuer = required(response.issuer, 'Issuer of the Response');
    const { id, issueInstant } = response;
    const signature = signatureOf(document, document.root, 'root', keysOf(issuer));
    return { encrypted: true, id, issuer, issueInstant, signature };
  }
  const assertion = readAssertion(element);
  const keys = keysOf(assertion.issuer);
  const own = signatureOf(document, element, saml('Assertion'), keys);
  const around = signatureOf(document, document.root, 'root', keys);
  return { encrypted: false, assertion, text: writeXml(unsigned(element)), signature: both(own, around) };
}

/** The assertion of a Response that has exactly one; undefined when that is encrypted. */
function onlyAssertion(root: XmlElement, response: ResponseEnvelope): XmlElement | undefined {
  const held = response.assertions.length + response.encryptedAssertions.length;
  if (held === 0) throw malformed('a Response without an assertion');
  if (held > 1 || assertionsIn(root) !== 1) throw several();
  return response.assertions.length === 0 ? undefined : onlyChild(root, saml('Assertion'));
}

const several = () => malformed('more than one assertion');

/** One signature is enough, but none may be wrong. */
function both(own: ShownSignature, around: ShownSignature): ShownSignature {
  const faulty = [own, around].find((each) => 'fault' in each && each.fault !== 'unsigned');
  return faulty ?? ('key' in own ? own : around);
}

/** What is signed is the element itself (SAML Core 5.4.2), so what was read of it is what the key signed. */
function signatureOf(
  document: XmlDocument,
  element: XmlElement,
  which: 'root' | XmlName,
  keys: readonly KeyObject[],
): ShownSignature {
  if (!isSigned(element)) return { fault: 'unsigned' };
  const result = verifySignature(document, { keys, which });
  if (result.ok) return { key: result.verified.key };
  const { reason } = result;
  const foreign = reason === 'signature.value' || reason === 'signature.algorithm' || reason === 'signature.key';
  return { fault: foreign ? 'foreign' : 'changed' };
}

const unsigned = (element: XmlElement): XmlElement => {
  const signatures: readonly unknown[] = childrenOf(element, signatureName);
  return withContent(
    element,
    element.content.filter((node) => !signatures.includes(node)),
  );
};

// From a Response to its assertion: decrypted where it is encrypted, and read only from bytes that a key signed.
import {
  decryptElement,
  elementsIn,
  isSigned,
  onlyChild,
  textOf,
  type Verified,
  verifySignature,
  type XmlDocument,
  type XmlElement,
  type XmlName,
} from '../xml/index.ts';
import type { Assertion } from './assertion.ts';
import { ns } from './names.ts';
import { readAssertion } from './read-assertion.ts';
import { namesOf, reading } from './read-element.ts';
import { assertionsIn, type ResponseFacts } from './response-checks.ts';
import type { ResponseExpected } from './response-expected.ts';

const saml = namesOf(ns.saml);

/** The one assertion of a Response, and how it is protected. */
export interface AssertionInHand {
  readonly assertion: Assertion;
  readonly encrypted: boolean;
  readonly signed: boolean;
  /** Why its own signature does not hold. */
  readonly fault?: string | undefined;
  /** Whether something signed it: itself or the Response around it. What nobody signed is never accepted. */
  readonly believed: boolean;
  /** Assertions in the tree that was read, itself included. */
  readonly inside: number;
  /** Whether a comment divides a value of it. We read values whole; who comments in them hopes that somebody does not. */
  readonly commented: boolean;
}

export type AssertionOpening =
  | { readonly ok: true; readonly opened: AssertionInHand }
  | { readonly ok: false; readonly reason: 'decryption' | 'structure'; readonly because: string };

/** A document, where in it the assertion stands, and whether the signature around it holds. */
interface Place {
  readonly document: XmlDocument;
  readonly which: 'root' | XmlName;
  /** The assertion as the Response's signature covers it, or, without one, as it came. */
  readonly element: XmlElement;
  readonly around: boolean;
}

/** Call it when `responseChecks` hold: there is one assertion then, and the Response's signature is right or absent. */
export function openAssertion(
  facts: ResponseFacts,
  document: XmlDocument,
  expected: ResponseExpected,
): AssertionOpening {
  const [plain] = facts.response.assertions;
  const [holder] = facts.response.encryptedAssertions;
  const encrypted = holder !== undefined;
  if (!encrypted && plain === undefined) return { ok: false, reason: 'structure', because: 'no assertion' };
  const place = encrypted ? decrypted(holder, facts, expected) : inTheClear(plain as XmlElement, facts, document);
  if (typeof place === 'string') return { ok: false, reason: 'decryption', because: place };
  const own = ownSignature(place, expected);
  const read = reading(() => readAssertion(own.verified?.element ?? place.element));
  if (!read.ok) return { ok: false, reason: 'structure', because: read.because };
  const { signed, fault, verified } = own;
  const believed = verified !== undefined || place.around;
  const inside = assertionsIn(place.element);
  const commented = hasDividedText(place);
  return { ok: true, opened: { assertion: read.value, encrypted, signed, fault, believed, inside, commented } };
}

function inTheClear(element: XmlElement, { signature }: ResponseFacts, document: XmlDocument): Place {
  return {
    document,
    which: saml('Assertion'),
    element,
    around: signature.verified !== undefined,
  };
}

/** CBC is let through only inside of what the Response's signature covers (S10), which `base/xml` holds to by type. */
function decrypted(holder: XmlElement, { signature }: ResponseFacts, { encryption }: ResponseExpected): Place | string {
  if (encryption === undefined) return 'we have no key to decrypt with';
  const { verified } = signature;
  const result = decryptElement(holder, {
    keys: encryption.keys,
    ...(verified === undefined ? {} : { enclosing: verified }),
  });
  if (!result.ok) return result.reason;
  const { document } = result;
  return { document, which: 'root', element: document.root, around: verified !== undefined };
}

/** The assertion in the document as it came: what a signature around covers is the same, but another tree. */
const asItCame = ({ document, which, element }: Place): XmlElement =>
  which === 'root' ? document.root : (onlyChild(document.root, which) ?? element);

function hasDividedText(place: Place): boolean {
  const { commented } = place.document;
  return [...elementsIn(asItCame(place))].some((each) => commented.has(each) && textOf(each) !== undefined);
}

function ownSignature(
  place: Place,
  { provider }: ResponseExpected,
): { readonly signed: boolean; readonly fault?: string; readonly verified?: Verified } {
  const { document, which } = place;
  if (!isSigned(asItCame(place))) return { signed: false };
  const result = verifySignature(document, { keys: provider.keys, which });
  return result.ok ? { signed: true, verified: result.verified } : { signed: true, fault: result.reason };
}

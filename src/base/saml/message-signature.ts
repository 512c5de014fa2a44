// The signature of a message, inside it or beside it, verified with given keys; and its element as those bytes say it.
import { isSigned, type Verified, verifyDetached, verifySignature, type XmlElement } from '../xml/index.ts';
import type { OpenMessage } from './open-message.ts';
import type { Peer } from './verdict.ts';

export interface SignatureFacts {
  readonly present: boolean;
  /** Why it does not hold: a code of `base/xml`, which holds nothing of the message. */
  readonly fault?: string | undefined;
  /** The message: what the signature covers, and where there is none, what was read. */
  readonly element: XmlElement;
  /** For a signature inside. */
  readonly verified?: Verified | undefined;
}

/**
 * Verifies what there is; whether there must be one is a check's to say. A message without a signature of its own inside of
 * one that its issuer signed is as good as signed (SAML Core 5.3).
 */
export function messageSignature({ document, received, around }: OpenMessage, { keys }: Peer): SignatureFacts {
  const { root } = document;
  const { detached } = received;
  if (detached !== undefined) {
    const { algorithm, value, octets } = detached;
    const result = verifyDetached(octets, { algorithm, signature: value }, { keys });
    return { present: true, element: root, fault: result.ok ? undefined : result.reason };
  }
  if (!isSigned(root)) return around === undefined ? { present: false, element: root } : { present: true, ...around };
  const result = verifySignature(document, { keys, which: 'root' });
  return result.ok
    ? { present: true, element: result.verified.element, verified: result.verified }
    : { present: true, element: root, fault: result.reason };
}

/** A check's words on a signature that does not hold. */
export const brokenSignature = ({ fault }: SignatureFacts): string | undefined => fault;

/** SAML Bindings 3.4.5.2, 3.5.5.2: a signed message names its destination, and no message names another's. */
export function wrongDestination(
  destination: string | undefined,
  { present }: SignatureFacts,
  ownUrl: string,
): string | undefined {
  if (destination === undefined) return present ? 'signed, and for no destination' : undefined;
  return destination === ownUrl ? undefined : 'for another destination';
}

// Opens a received message so that its issuer can be looked up: read once, of a known kind, and not yet believed.
import type { XmlDocument, XmlFault } from '../xml/index.ts';
import type { ReceivedMessage } from './received-message.ts';

export type MessageKind =
  | 'AuthnRequest'
  | 'Response'
  | 'LogoutRequest'
  | 'LogoutResponse'
  | 'ArtifactResolve'
  | 'ArtifactResponse';

/** A message that was read. What is called claimed stands in it, and anybody may have written it. */
export interface OpenMessage {
  readonly kind: MessageKind;
  readonly claimedId: string;
  readonly claimedIssuer?: string | undefined;
  readonly claimedInResponseTo?: string | undefined;
  readonly received: ReceivedMessage;
  readonly document: XmlDocument;
}

/** `structure`: XML that the schema or we forbid. `wrongMessage`: no message, or none of its binding's parameter. */
export type OpeningFault = XmlFault | 'structure' | 'wrongMessage';

export type Opening =
  | { readonly ok: true; readonly message: OpenMessage }
  | { readonly ok: false; readonly reason: OpeningFault; readonly because: string };

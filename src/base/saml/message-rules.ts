// Rules for messages that a party must sign (logout, artifacts), each written once for the lists that they stand in.
import type { EpochMs } from '../clock.ts';
import type { XmlElement } from '../xml/index.ts';
import { type Freshness, wrongInstant } from './freshness.ts';
import { brokenSignature, messageSignature, type SignatureFacts } from './message-signature.ts';
import type { MessageKind, OpeningFault, OpenMessage } from './open-message.ts';
import { reading } from './read-element.ts';
import { type Peer, type Refused, refuse, type SamlCheck } from './verdict.ts';

/** A message as it was read, and what of its signature. */
export interface MessageFacts<Message> {
  readonly message: Message;
  readonly signature: SignatureFacts;
}

interface Common {
  readonly issuer?: string | undefined;
  readonly issueInstant: EpochMs;
}

export interface PeerExpected extends Freshness {
  readonly peer: Peer;
}

type Rule<Name extends string> = SamlCheck<MessageFacts<Common>, PeerExpected, Name>;

export const issuerRule: Rule<'issuer'> = {
  name: 'issuer',
  clause: 'SAML Profiles 4.4.4.1, 4.4.4.2, 5.4.1, 5.4.2',
  test: ({ message }, { peer }) => (message.issuer === peer.entityId ? undefined : 'of another issuer'),
};

export const signatureRule: Rule<'signature'> = {
  name: 'signature',
  clause: 'SAML Core 5.4; SAML Bindings 3.4.4.1',
  test: ({ signature }) => brokenSignature(signature),
};

export const signedRule: Rule<'signed'> = {
  name: 'signed',
  clause: 'SAML Profiles 4.4.3.1, 4.4.4.2, 5.3.1',
  test: ({ signature }) => (signature.present ? undefined : 'not signed'),
};

export const instantRule: Rule<'instant'> = {
  name: 'instant',
  clause: 'SAML Core 3.2.1, 3.2.2: of the present',
  test: ({ message: { issueInstant } }, expected) => wrongInstant(issueInstant, expected),
};

export const inResponseToRule: SamlCheck<
  { readonly message: { readonly inResponseTo?: string | undefined } },
  { readonly requestId: string },
  'inResponseTo'
> = {
  name: 'inResponseTo',
  clause: 'SAML Core 3.2.2',
  test: ({ message }, { requestId }) => (message.inResponseTo === requestId ? undefined : 'answers another request'),
};

/** The facts of a message of this kind, read from what its signature covers where it has one. */
export function messageFacts<Message>(
  message: OpenMessage,
  peer: Peer,
  kind: MessageKind,
  read: (element: XmlElement) => Message,
): MessageFacts<Message> | Refused<OpeningFault> {
  if (message.kind !== kind) return refuse('wrongMessage', `${message.kind} where a ${kind} is due`);
  const signature = messageSignature(message, peer);
  const found = reading(() => read(signature.element));
  return found.ok ? { message: found.value, signature } : refuse('structure', found.because);
}

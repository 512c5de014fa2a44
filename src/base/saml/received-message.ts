// A message as a binding delivered it: its bytes, and what came beside them. Nothing of it is believed yet.
import type { MessageParameter } from './message-encoding.ts';
import type { BindingName } from './names.ts';

/** The signature of a message by HTTP-Redirect, which stands beside it (SAML Bindings 3.4.4.1). */
export interface DetachedSignature {
  /** URI of `SigAlg`. */
  readonly algorithm: string;
  readonly value: Buffer;
  /** What is signed: the octets exactly as they were received, in the order that the standard fixes. */
  readonly octets: Buffer;
}

export interface ReceivedMessage {
  readonly binding: BindingName;
  /** Not for SOAP, which names no parameter. */
  readonly parameter?: MessageParameter | undefined;
  readonly xml: Buffer;
  readonly relayState?: string | undefined;
  readonly detached?: DetachedSignature | undefined;
}

/** Why a binding's parameters are no message. */
export type BindingFault =
  | 'noMessage'
  | 'twoMessages'
  | 'repeatedParameter'
  | 'encodedName'
  | 'notEncoded'
  | 'unknownEncoding'
  | 'tooLarge'
  | 'relayState'
  | 'halfSigned';

export type BindingReading =
  | { readonly ok: true; readonly received: ReceivedMessage }
  | { readonly ok: false; readonly reason: BindingFault };

// Judges the AuthnRequest of a service provider: pure, with all that it depends on as arguments.
import type { AuthnRequest } from './authn-request.ts';
import type { IndexedEndpoint } from './metadata.ts';
import type { OpeningFault } from './open-message.ts';
import type { Instant, OneUse, Peer, Refused } from './verdict.ts';

export interface AuthnRequestExpected extends Instant {
  /** Where the message came in: our endpoint, as we have it published. */
  readonly endpointUrl: string;
  /** Registered under the claimed issuer. */
  readonly serviceProvider: Peer & {
    /** By either side's wish (AuthnRequestsSigned, WantAuthnRequestsSigned). */
    readonly mustSign: boolean;
    readonly assertionConsumer: readonly IndexedEndpoint[];
    /** Indexes of its AttributeConsumingServices. */
    readonly attributeConsuming: readonly number[];
  };
  /** URIs of the bindings by which we answer. Default: HTTP-POST alone. */
  readonly answers?: readonly string[] | undefined;
  /** How old a request may be. Default 300. */
  readonly maxAgeSeconds?: number | undefined;
}

export type AuthnRequestCheckName =
  | 'version'
  | 'issuer'
  | 'signature'
  | 'signed'
  | 'destination'
  | 'instant'
  | 'assertionConsumer'
  | 'answerBinding'
  | 'attributeConsuming'
  | 'conditions';

export type AuthnRequestReason = OpeningFault | AuthnRequestCheckName;

export type AuthnRequestVerdict =
  | {
      readonly accepted: true;
      readonly request: AuthnRequest;
      /** Where the answer goes: registered, never what the message alone says. */
      readonly answerTo: IndexedEndpoint;
      readonly signed: boolean;
      readonly oneUse: OneUse;
    }
  | Refused<AuthnRequestReason>;

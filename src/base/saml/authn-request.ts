// AuthnRequest: an application's wish that somebody be authenticated, as a typed value.
import type { EpochMs } from '../clock.ts';
import type { NameId } from './name-id.ts';

/** SAML Core 3.3.2.2.1. */
export type AuthnContextComparison = 'exact' | 'minimum' | 'maximum' | 'better';

/** Either classes or declarations, never both, at least one. */
export interface RequestedAuthnContext {
  /** `exact` when the message does not say. */
  readonly comparison: AuthnContextComparison;
  readonly classRefs: readonly string[];
  readonly declRefs: readonly string[];
}

/** SAML Core 3.4.1.1. */
export interface NameIdPolicy {
  readonly format?: string | undefined;
  readonly spNameQualifier?: string | undefined;
  readonly allowCreate: boolean;
}

/** SAML Core 3.4.1.3.1. */
export interface IdpEntry {
  readonly providerId: string;
  readonly name?: string | undefined;
  readonly loc?: string | undefined;
}

/** SAML Core 3.4.1.2. */
export interface Scoping {
  readonly proxyCount?: number | undefined;
  readonly idpList: readonly IdpEntry[];
  readonly requesterIds: readonly string[];
}

/** Sweden Connect, Principal Selection 2: a hint about who is to be authenticated. */
export interface MatchValue {
  readonly name: string;
  readonly nameFormat?: string | undefined;
  readonly value: string;
}

/** Sweden Connect, User Message 2: text that the provider shows while the person authenticates. */
export interface UserMessage {
  readonly mimeType: 'text/plain' | 'text/markdown';
  readonly messages: readonly { readonly language: string; readonly text: string }[];
}

/** SAML Core 3.4.1. */
export interface AuthnRequest {
  readonly id: string;
  readonly issueInstant: EpochMs;
  /** Entity ID of the service provider. Required here (SAML Profiles 4.1.4.1). */
  readonly issuer: string;
  readonly destination?: string | undefined;
  readonly consent?: string | undefined;
  /** At most one of URL and index; with an index there is no `protocolBinding`. */
  readonly assertionConsumerServiceUrl?: string | undefined;
  readonly assertionConsumerServiceIndex?: number | undefined;
  /** URI of the binding for the answer. */
  readonly protocolBinding?: string | undefined;
  readonly attributeConsumingServiceIndex?: number | undefined;
  readonly providerName?: string | undefined;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  /** Who is asked about (SAML Core 3.4.1 Subject, without confirmations). */
  readonly subject?: NameId | undefined;
  readonly nameIdPolicy?: NameIdPolicy | undefined;
  readonly requestedAuthnContext?: RequestedAuthnContext | undefined;
  readonly scoping?: Scoping | undefined;
  readonly principalSelection: readonly MatchValue[];
  readonly userMessage?: UserMessage | undefined;
}

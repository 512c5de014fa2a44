// Judges the Response of an identity provider: pure, with all that it depends on as arguments.
import type { KeyObject } from 'node:crypto';
import type { EpochMs } from '../clock.ts';
import type { Attribute } from './assertion.ts';
import type { NameId } from './name-id.ts';
import type { OpeningFault } from './open-message.ts';
import type { Status } from './response.ts';
import type { Instant, OneUse, Peer, Refused } from './verdict.ts';

/** What a provider must sign. What it signs without having to must be right too. */
export type SignatureRule = 'response' | 'assertion' | 'both';

export interface ResponseExpected extends Instant {
  readonly ownEntityId: string;
  /** Where the message came in: our endpoint, as we have it registered. */
  readonly acsUrl: string;
  readonly provider: Peer & { readonly signs: SignatureRule };
  readonly encryption?: {
    /** Our private keys, the present one first. */
    readonly keys: readonly KeyObject[];
    /** An assertion in the clear is refused. Default false. */
    readonly required?: boolean | undefined;
  };
  /** The request that this may answer; undefined when there is none. */
  readonly request?: {
    readonly id: string;
    readonly at: EpochMs;
    readonly forceAuthn: boolean;
    /** Given when the comparison was `exact`: the answer must be one of them (SAML Core 3.3.2.2.1). */
    readonly exactly?: readonly string[] | undefined;
  };
  /** Without a request: whether that may be. Default false (S12). */
  readonly unsolicitedAllowed?: boolean | undefined;
}

export type ResponseCheckName =
  | 'version'
  | 'status'
  | 'responseSignature'
  | 'responseSigned'
  | 'destination'
  | 'responseIssuer'
  | 'unsolicited'
  | 'inResponseTo'
  | 'responseInstant'
  | 'oneAssertion'
  | 'strayAssertion'
  | 'encrypted';

export type AssertionCheckName =
  | 'assertionSignature'
  | 'assertionSigned'
  | 'assertionIssuer'
  | 'assertionInstant'
  | 'subject'
  | 'holderOfKey'
  | 'bearer'
  | 'recipient'
  | 'confirmationInResponseTo'
  | 'confirmationBegun'
  | 'confirmationEnd'
  | 'conditions'
  | 'conditionsOrder'
  | 'conditionsBegun'
  | 'conditionsEnd'
  | 'unknownCondition'
  | 'audience'
  | 'proxyRestriction'
  | 'authnStatement'
  | 'attributeStatements'
  | 'authnContext'
  | 'requestedContext'
  | 'authnInstant'
  | 'forcedAuthn'
  | 'sessionEnd';

export type ResponseReason =
  | OpeningFault
  | ResponseCheckName
  /** The assertion could not be decrypted, or not by the rules. */
  | 'decryption'
  | AssertionCheckName;

/** What an accepted Response says, all of it from bytes that the provider's key signed. */
export interface AssertionFacts {
  readonly issuer: string;
  readonly nameId?: NameId | undefined;
  readonly attributes: readonly Attribute[];
  readonly authnContextClassRef: string;
  readonly authnInstant: EpochMs;
  readonly sessionIndex?: string | undefined;
  readonly sessionNotOnOrAfter?: EpochMs | undefined;
  /** Providers behind the provider. */
  readonly authenticatingAuthorities: readonly string[];
  readonly oneTimeUse: boolean;
  readonly oneUse: OneUse;
  /** How it was protected, for the audit. */
  readonly protection: {
    readonly responseSigned: boolean;
    readonly assertionSigned: boolean;
    readonly encrypted: boolean;
  };
}

export type ResponseVerdict =
  | { readonly accepted: true; readonly assertion: AssertionFacts }
  /** `status` is there when the reason is `status`: the provider's words, signed only if it signs such answers. */
  | (Refused<ResponseReason> & { readonly status?: Status | undefined });

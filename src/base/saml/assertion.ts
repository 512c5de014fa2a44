// Assertion: what an identity provider says about one person, as a typed value.
import type { EpochMs } from '../clock.ts';
import type { NameId } from './name-id.ts';

/** SAML Core 2.4.1.2. */
export interface SubjectConfirmationData {
  readonly notBefore?: EpochMs | undefined;
  readonly notOnOrAfter?: EpochMs | undefined;
  readonly recipient?: string | undefined;
  readonly inResponseTo?: string | undefined;
  readonly address?: string | undefined;
}

/** SAML Core 2.4.1.1. */
export interface SubjectConfirmation {
  readonly method: string;
  readonly data?: SubjectConfirmationData | undefined;
}

/** SAML Core 2.5.1. */
export interface Conditions {
  readonly notBefore?: EpochMs | undefined;
  readonly notOnOrAfter?: EpochMs | undefined;
  /** One list an AudienceRestriction: a reader must be named in every one of them (SAML Core 2.5.1.4). */
  readonly audienceRestrictions: readonly (readonly string[])[];
  readonly oneTimeUse: boolean;
  /** SAML Core 2.5.1.6: whether, how often and to whom the answer may be passed on by assertions of others. */
  readonly proxyRestriction?:
    | { readonly count?: number | undefined; readonly audiences: readonly string[] }
    | undefined;
  /** How many conditions there are that we do not know; one is enough to refuse (SAML Core 2.5.1.1 item 2). */
  readonly notUnderstood: number;
}

/** SAML Core 2.7.2. */
export interface AuthnStatement {
  readonly authnInstant: EpochMs;
  readonly sessionIndex?: string | undefined;
  readonly sessionNotOnOrAfter?: EpochMs | undefined;
  readonly classRef?: string | undefined;
  readonly declRef?: string | undefined;
  /** Providers that were involved before the issuer, nearest to the person last. */
  readonly authenticatingAuthorities: readonly string[];
}

/** SAML Core 2.7.3.1. Each value is text, or that of a NameID inside (eduPersonTargetedID); others are left out. */
export interface Attribute {
  readonly name: string;
  readonly nameFormat?: string | undefined;
  readonly friendlyName?: string | undefined;
  readonly values: readonly string[];
}

/** SAML Core 2.3.3. */
export interface Assertion {
  readonly id: string;
  readonly issueInstant: EpochMs;
  readonly issuer: string;
  readonly subject?:
    | { readonly nameId?: NameId | undefined; readonly confirmations: readonly SubjectConfirmation[] }
    | undefined;
  readonly conditions?: Conditions | undefined;
  readonly authnStatements: readonly AuthnStatement[];
  /** One list a statement. */
  readonly attributeStatements: readonly (readonly Attribute[])[];
}

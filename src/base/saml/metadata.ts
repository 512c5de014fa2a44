// Metadata: what an entity says about itself and the roles that it plays, as typed values.
import type { EpochMs } from '../clock.ts';

export interface LocalizedText {
  /** `xml:lang`. */
  readonly language: string;
  readonly text: string;
}

/** SAML Metadata 2.2.2. */
export interface Endpoint {
  /** URI. */
  readonly binding: string;
  readonly location: string;
  readonly responseLocation?: string | undefined;
}

/** SAML Metadata 2.2.3. */
export interface IndexedEndpoint extends Endpoint {
  readonly index: number;
  readonly isDefault?: boolean | undefined;
}

/** SAML Metadata 2.4.1.1, XML Encryption 3.2. */
export interface EncryptionMethod {
  readonly algorithm: string;
  readonly digest?: string | undefined;
  readonly mgf?: string | undefined;
}

/** SAML Metadata 2.4.1.1. Only certificates are read; each is a holder of a key, whatever its dates say. */
export interface KeyDescriptor {
  /** Neither named: the key is for both (SAML Metadata 2.4.1.1). */
  readonly use?: 'signing' | 'encryption' | undefined;
  /** DER. */
  readonly certificates: readonly Buffer[];
  readonly encryptionMethods: readonly EncryptionMethod[];
}

/** mdui:UIInfo (SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1). */
export interface UiInfo {
  readonly displayNames: readonly LocalizedText[];
  readonly descriptions: readonly LocalizedText[];
  readonly informationUrls: readonly LocalizedText[];
  readonly privacyStatementUrls: readonly LocalizedText[];
  readonly keywords: readonly LocalizedText[];
  readonly logos: readonly {
    readonly url: string;
    readonly width: number;
    readonly height: number;
    readonly language?: string | undefined;
  }[];
}

/** shibmd:Scope. A pattern is told apart and never tried by us: it matches nothing. */
export interface Scope {
  readonly value: string;
  readonly regexp: boolean;
}

/** One saml:Attribute of metadata. */
export interface MetadataAttribute {
  readonly name: string;
  readonly nameFormat?: string | undefined;
  readonly friendlyName?: string | undefined;
  readonly values: readonly string[];
}

export interface RequestedAttribute extends MetadataAttribute {
  readonly isRequired: boolean;
}

/** SAML Metadata 2.4.4.1. */
export interface AttributeConsumingService {
  readonly index: number;
  readonly isDefault?: boolean | undefined;
  readonly names: readonly LocalizedText[];
  readonly descriptions: readonly LocalizedText[];
  readonly requestedAttributes: readonly RequestedAttribute[];
}

/** What both roles have (SAML Metadata 2.4.1, 2.4.2). */
export interface SsoRole {
  readonly validUntil?: EpochMs | undefined;
  readonly cacheDurationMs?: number | undefined;
  readonly errorUrl?: string | undefined;
  readonly keys: readonly KeyDescriptor[];
  readonly uiInfo?: UiInfo | undefined;
  readonly scopes: readonly Scope[];
  readonly nameIdFormats: readonly string[];
  readonly singleLogout: readonly Endpoint[];
  readonly artifactResolution: readonly IndexedEndpoint[];
}

/** SAML Metadata 2.4.3. */
export interface IdpRole extends SsoRole {
  readonly wantAuthnRequestsSigned: boolean;
  readonly singleSignOn: readonly Endpoint[];
  readonly attributes: readonly MetadataAttribute[];
  /** Sweden Connect, Principal Selection 3: attributes by which the provider can be told whom to authenticate. */
  readonly requestedPrincipalSelection: readonly { readonly name: string; readonly nameFormat?: string | undefined }[];
}

/** SAML Metadata 2.4.4. */
export interface SpRole extends SsoRole {
  readonly authnRequestsSigned: boolean;
  readonly wantAssertionsSigned: boolean;
  readonly assertionConsumer: readonly IndexedEndpoint[];
  readonly attributeConsuming: readonly AttributeConsumingService[];
  /** Identity Provider Discovery Service Protocol and Profile 2.5. */
  readonly discoveryResponse: readonly IndexedEndpoint[];
}

export interface ContactPerson {
  readonly type: 'technical' | 'support' | 'administrative' | 'billing' | 'other';
  readonly company?: string | undefined;
  readonly givenName?: string | undefined;
  readonly surName?: string | undefined;
  readonly emails: readonly string[];
  readonly telephones: readonly string[];
}

export interface Organization {
  readonly names: readonly LocalizedText[];
  readonly displayNames: readonly LocalizedText[];
  readonly urls: readonly LocalizedText[];
}

/** mdrpi:RegistrationInfo. */
export interface RegistrationInfo {
  readonly authority: string;
  readonly instant?: EpochMs | undefined;
  readonly policies: readonly LocalizedText[];
}

/** SAML Metadata 2.3.2. Roles that do not speak SAML 2.0, and kinds of roles that are neither of the two, are left out. */
export interface EntityDescriptor {
  readonly entityId: string;
  readonly id?: string | undefined;
  /** The earliest of its own and those of the groups around it. */
  readonly validUntil?: EpochMs | undefined;
  /** The shortest of its own and those of the groups around it. */
  readonly cacheDurationMs?: number | undefined;
  readonly idp?: IdpRole | undefined;
  readonly sp?: SpRole | undefined;
  readonly entityAttributes: readonly MetadataAttribute[];
  readonly registration?: RegistrationInfo | undefined;
  readonly organization?: Organization | undefined;
  readonly contacts: readonly ContactPerson[];
}

// What is configured, as one immutable snapshot with a revision: every decision stores the revision it used.
import type { Assurance, ConnectorKind, DeviceKind, LocalizedText } from '../../wire/codes/index.ts';
import type { AccountRule } from './account-rule.ts';
import type { AccountTarget } from './account-target.ts';
import type { Api } from './api.ts';
import type { Application, OidcApplication } from './application.ts';
import type { AssignmentConflict } from './assignment-conflict.ts';
import type { CardProfile } from './card-profile.ts';
import type { CertificateIssuer } from './certificate-issuer.ts';
import type { ClientSystem } from './client-system.ts';
import type { DerivedRule } from './derived-rule.ts';
import type { EnrolmentRule } from './enrolment-rule.ts';
import type { Federation } from './federation.ts';
import type { MetadataSource } from './metadata-source.ts';
import type { MethodCutoff } from './method-cutoff.ts';
import type { PasswordDomain } from './password-domain.ts';
import type { PersonSourceRecord } from './person-source-record.ts';
import type { PolicyRule } from './policy-rule.ts';
import type { Precondition } from './precondition.ts';
import type { SamlApplication } from './saml-application.ts';
import type { SamlMembers, SamlUpstream } from './saml-provider.ts';

export type { Api } from './api.ts';
export * from './application.ts';
export type { Federation, FederationMember } from './federation.ts';
export * from './saml-application.ts';
export * from './saml-entity.ts';
export * from './saml-provider.ts';

/** Where an issuer's endpoints lie: our own short paths, or those that clients of HelseID expect. */
export type EndpointLayout = 'plain' | 'helseid';

/** Who we are towards applications: found by configured URL, never by Host. The URL may have a path. */
export interface Issuer {
  readonly id: string;
  /** Without a trailing slash, for example `https://hub.example/helse`. */
  readonly url: string;
  /** Where the endpoints lie below the URL; absent = `plain`. */
  readonly endpoints?: EndpointLayout | undefined;
  readonly brand: string;
  /** National names of levels that the hub is approved to say of its own logins; it says no other by itself. */
  readonly approvedLevels?: readonly string[] | undefined;
  /** Domain names and organisation numbers that its SAML metadata says it speaks for (shibmd:Scope). */
  readonly scopes?: readonly string[] | undefined;
  /** SAML is spoken before the first application or provider of it: keys and metadata are there for partners. */
  readonly saml?: boolean | undefined;
  /** It speaks for itself in federations: who vouches for it (OpenID Federation 1.0, `authority_hints`). */
  readonly federation?: { readonly authorityHints: readonly string[] } | undefined;
}

/** One way in: an instance of a connector. */
export interface Provider {
  readonly id: string;
  readonly connector: ConnectorKind;
  readonly name: LocalizedText;
  /** The highest assurance that it is approved for, whatever its evidence says. */
  readonly maximumAssurance: Assurance;
  /** Certificate populations that a smart-card provider accepts. */
  readonly populations: readonly string[];
  readonly order: number;
  /** Evidence that is `high` may be reused this long for single sign-on, seconds. */
  readonly highReuseSeconds?: number | undefined;
  /** Who is asked, with connector `oidc`. */
  readonly upstream?: Upstream | undefined;
  /** Who is asked, with connector `saml`. */
  readonly saml?: SamlUpstream | undefined;
  /** Instead of it: a provider for each member that the source lists; nobody is asked by this record itself. */
  readonly samlMembers?: SamlMembers | undefined;
  /** The record with `samlMembers` that this provider was made by. */
  readonly madeBy?: string | undefined;
  /** Who is asked, with connector `directoryPassword`. */
  readonly domain?: PasswordDomain | undefined;
  /** What one login costs, for the report; a decimal text, so that sums are exact. */
  readonly price?: { readonly amount: string; readonly currency: string } | undefined;
}

/** How we prove to an upstream provider that we are who we are. */
export type UpstreamAuthentication =
  /** With the hub's own key, which it publishes. */
  | { readonly method: 'private_key_jwt'; readonly algorithm: 'ES256' | 'PS256' | 'RS256' }
  /** For providers that have nothing else; shown as weaker. The secret is sealed with the hub's master key. */
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly sealedSecret: string };

/** An OpenID provider that proves people to us. What it is like comes from its preset; what it may do, from here. */
export interface Upstream {
  readonly issuer: string;
  readonly clientId: string;
  readonly authentication: UpstreamAuthentication;
  readonly preset: ProviderPresetName;
  /** National and register namespaces that it may assert, beside its own. */
  readonly namespaces: readonly string[];
  /** The organisation whose own people it proves; such a provider asserts nothing but its own namespace (A2). */
  readonly organisation?: string | undefined;
  /** The claim that is its own name for a person; absent = the preset's. */
  readonly subjectClaim?: string | undefined;
  /** Names of levels (`acr`) and methods (`amr`) beside the preset's, and what each is worth. */
  readonly levels: Readonly<Record<string, Assurance>>;
  readonly methodLevels: Readonly<Record<string, Assurance>>;
  /** What it calls the ways in that applications wish for, beside the preset's. */
  readonly methods?: Readonly<Record<string, string>> | undefined;
  /** Scopes to ask for beside the preset's. */
  readonly scopes: readonly string[];
  /** How its answer comes back through the browser. */
  readonly responseMode: 'query' | 'form_post';
  readonly testNumbers: boolean;
  /** Its addresses may be private ones, of this machine or the organisation's network. */
  readonly privateNetwork: boolean;
  /** Our logout goes on to it. */
  readonly passLogout: boolean;
  /** Its logout ends sessions here: by its server (logout tokens), and in the browser where it has nothing better. */
  readonly backchannelLogout: boolean;
  readonly frontchannelLogout: boolean;
}

/** Presets that there are (`provider-preset.ts`). */
export const providerPresetNames = [
  'idporten',
  'bankid-no',
  'buypass',
  'commfides',
  'entra',
  'adfs',
  'freja',
  'helseid',
  'generic',
] as const;
export type ProviderPresetName = (typeof providerPresetNames)[number];

/** How a certificate tells who its holder is. */
export interface IdentifierRule {
  /** Attribute of the subject, dotted OID; `2.5.4.5` is serialNumber. */
  readonly attribute: string;
  readonly pattern: 'hsaId' | 'swedishPersonalNumber' | 'issuerScoped' | 'custom';
  /** Anchored regular expression, only with `custom`. */
  readonly custom?: string | undefined;
  /** Namespace of the subject that is asserted, for example `hsa-id`. */
  readonly namespace: string;
}

/** Certificates of one kind: anchors, policy, key usage, identifier rule, assurance. PEM texts. */
export interface Population {
  readonly id: string;
  readonly name: LocalizedText;
  readonly certificateClass: 'simple' | 'advanced' | 'siths' | 'other';
  readonly anchors: readonly string[];
  readonly intermediates: readonly string[];
  /** Issuer common names (leaf issuer) that belong to it; absent = any below the anchors. */
  readonly issuers?: readonly string[] | undefined;
  /** A leaf must carry one of these policies; absent = not looked at. */
  readonly policyOids?: readonly string[] | undefined;
  /** Policy OID -> level; the population's own level is the fallback and the ceiling. */
  readonly assuranceByPolicy?: Readonly<Record<string, Assurance>> | undefined;
  readonly extendedKeyUsages: readonly string[];
  readonly identifiers: readonly IdentifierRule[];
  readonly assurance: Assurance;
  /** Certificates of enrolled devices, made here after a card login for one shift (H8); absent = cards. */
  readonly derived?: DerivedRule | undefined;
  readonly revocation: {
    /** Lists, OCSP answers, whichever of them speaks, or both of them; unknown is refused in each. */
    readonly mode: 'crl' | 'ocsp' | 'either' | 'both';
    /** In mode `either`: what is asked first; the other only when that leaves the status open. Absent = lists. */
    readonly first?: 'crl' | 'ocsp' | undefined;
    /** Whether a whole list clears nobody while the delta list that is named cannot be had; absent = it does. */
    readonly deltas?: 'preferred' | 'required' | undefined;
    /** Lists that another authority signs, for certificates that name it (RFC 5280 5.2.5). */
    readonly indirectLists?: boolean | undefined;
    /** URL that certificates name, of a list or a responder -> URL to ask instead. */
    readonly overrides: Readonly<Record<string, string>>;
    /** Hosts (`host:port`) that lists and answers may come from. */
    readonly allowedHosts: readonly string[];
    /** Written permission to let cards in while their status cannot be had: until when, and why. */
    readonly grace?: { readonly until: string; readonly reason: string } | undefined;
  };
}

/** A range of addresses, and what is known of the machines in it. */
export interface Network {
  readonly id: string;
  readonly name: string;
  /** CIDR blocks, IPv4 or IPv6. */
  readonly cidrs: readonly string[];
  readonly deviceKind?: DeviceKind | undefined;
  /** A registered organisation range: address limits are × 100 there. */
  readonly organisation?: string | undefined;
  /** It is a part of the health sector's closed network (Helsenettet): tickets of profile helseid say so. */
  readonly healthNetwork?: boolean | undefined;
}

export interface Brand {
  readonly id: string;
  readonly name: string;
  /** `data:image/svg+xml;base64,…` or `data:image/png;base64,…`; absent = the name alone. */
  readonly logo?: string | undefined;
  /** `#rrggbb`; contrast with white text is checked on save (WCAG 2.2 1.4.3). */
  readonly primary: string;
  readonly accent: string;
  readonly contact: string;
}

/** Times of the hub, all seconds. */
export interface Lifetimes {
  readonly sessionIdle: number;
  readonly sessionAbsolute: number;
  readonly journey: number;
  readonly handoff: number;
  readonly accessToken: number;
  readonly refresh: number;
  readonly clientAssertion: number;
  readonly dpopPast: number;
  readonly dpopFuture: number;
  readonly code: number;
  readonly pushedRequest: number;
  readonly highReuse: number;
  readonly cardRecheck: number;
  /** How old the proof may be that a login is added or removed with. */
  readonly linkProof: number;
}

export const defaultLifetimes: Lifetimes = {
  sessionIdle: 3600,
  sessionAbsolute: 36_000,
  journey: 900,
  handoff: 60,
  accessToken: 600,
  refresh: 36_000,
  clientAssertion: 60,
  dpopPast: 60,
  dpopFuture: 10,
  code: 60,
  pushedRequest: 90,
  highReuse: 14_400,
  cardRecheck: 900,
  linkProof: 300,
};

/** Settings of the whole hub. */
export interface HubSettings {
  readonly lifetimes: Lifetimes;
  /** CIDR blocks of proxies whose `Client-Cert` (RFC 9440) and `Forwarded` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** What must be proven to add or remove a login. */
  readonly linkAssurance: Assurance;
  /** What counts as a sign that an account is shared; it is only told of. */
  readonly sharedSignals: {
    readonly withinMinutes: number;
    readonly networks: boolean;
    readonly devices: boolean;
  };
  /** What each system requires from when is a page for everybody (G4); else only for those who are logged in. */
  readonly publishSystems: boolean;
  readonly demo: boolean;
}

/** All that is configured, at one revision. Never changed after it is made. */
export interface CatalogueSnapshot {
  readonly revision: number;
  readonly issuers: ReadonlyMap<string, Issuer>;
  /** All of them, whichever protocol they speak. */
  readonly applications: ReadonlyMap<string, Application>;
  /** Those that speak OpenID Connect, by client_id. */
  readonly clients: ReadonlyMap<string, OidcApplication>;
  /** Those that speak SAML, by their id here. */
  readonly samlApplications: ReadonlyMap<string, SamlApplication>;
  readonly apis: ReadonlyMap<string, Api>;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly populations: ReadonlyMap<string, Population>;
  readonly federations: ReadonlyMap<string, Federation>;
  readonly networks: ReadonlyMap<string, Network>;
  readonly brands: ReadonlyMap<string, Brand>;
  readonly rules: ReadonlyMap<string, PolicyRule>;
  readonly clientSystems: ReadonlyMap<string, ClientSystem>;
  readonly metadataSources: ReadonlyMap<string, MetadataSource>;
  readonly certificateIssuers: ReadonlyMap<string, CertificateIssuer>;
  readonly cardProfiles: ReadonlyMap<string, CardProfile>;
  readonly accountTargets: ReadonlyMap<string, AccountTarget>;
  readonly accountRules: ReadonlyMap<string, AccountRule>;
  readonly personSources: ReadonlyMap<string, PersonSourceRecord>;
  readonly preconditions: ReadonlyMap<string, Precondition>;
  readonly enrolmentRules: ReadonlyMap<string, EnrolmentRule>;
  readonly assignmentConflicts: ReadonlyMap<string, AssignmentConflict>;
  readonly methodCutoffs: ReadonlyMap<string, MethodCutoff>;
  readonly settings: HubSettings;
}

/** Kinds of catalogue item, as stored and as sections of the applied file. */
export const catalogueKinds = [
  'issuer',
  'application',
  'samlApplication',
  'api',
  'provider',
  'population',
  'federation',
  'network',
  'brand',
  'rule',
  'clientSystem',
  'metadataSource',
  'certificateIssuer',
  'cardProfile',
  'accountTarget',
  'accountRule',
  'personSource',
  'precondition',
  'enrolmentRule',
  'assignmentConflict',
  'methodCutoff',
  'settings',
] as const;
export type CatalogueKind = (typeof catalogueKinds)[number];

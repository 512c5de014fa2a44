// Upstream SAML 2.0 identity providers: their place and keys, and what they may assert.
import type { Assurance } from '../../wire/codes/index.ts';
import type { SamlSignatures } from './saml-application.ts';
import type { FromMetadata, SamlAnswerBinding, SamlEndpoint, SamlKeys } from './saml-entity.ts';

/** Presets that there are (`saml-provider-preset.ts`). */
export const samlPresetNames = [
  'sweden-connect',
  'inera',
  'sambi',
  'adfs',
  'entra',
  'simplesamlphp',
  'generic',
] as const;
export type SamlPresetName = (typeof samlPresetNames)[number];

/**
 * Every identity provider of a metadata source, one record for all: each stands in the catalogue as a provider of its own
 * while its scopes are those of one member of the source's federation, whose own people it proves.
 */
export type SamlMembers = Pick<
  SamlUpstream,
  | 'preset'
  | 'subjectAttribute'
  | 'levels'
  | 'signs'
  | 'mustEncrypt'
  | 'allowCbc'
  | 'answerBinding'
  | 'scoping'
  | 'passive'
  | 'testNumbers'
  | 'passLogout'
> &
  FromMetadata;

/** An identity provider that proves people to us. What it is like comes from its preset; what it may do, from here. */
export interface SamlUpstream {
  readonly entityId: string;
  /** Where its places, its keys and, unless they are written here, its scopes come from. Absent = from here. */
  readonly metadata?: FromMetadata | undefined;
  readonly preset: SamlPresetName;
  readonly singleSignOn: readonly SamlEndpoint[];
  readonly singleLogout: readonly SamlEndpoint[];
  /** Where it resolves its artifacts, each by its index (SAML Bindings 3.6). */
  readonly artifactResolution?: readonly SamlEndpoint[] | undefined;
  /** How its answers come. Absent = by POST. */
  readonly answerBinding?: SamlAnswerBinding | undefined;
  readonly keys: SamlKeys;
  /** National and register namespaces that it may assert, beside its own. */
  readonly namespaces: readonly string[];
  /** The organisation whose own people it proves; such a provider asserts nothing but its own namespace (A2). */
  readonly organisation?: string | undefined;
  /** Scopes (shibmd:Scope) and organisation numbers that its values may carry; others are refused (K3). */
  readonly scopes: readonly string[];
  /** Its own name for a person: `NameID`, or the name of an attribute. Absent = the preset's. */
  readonly subjectAttribute?: string | undefined;
  /** AuthnContextClassRefs beside the preset's, and what each is worth. */
  readonly levels: Readonly<Record<string, Assurance>>;
  /** What it must sign. Absent = the preset's. */
  readonly signs?: SamlSignatures | undefined;
  /** Assertions in the clear are refused. Absent = the preset's. */
  readonly mustEncrypt?: boolean | undefined;
  /** It may encrypt by AES-CBC, inside of a Response that it signs (S10). Absent = the preset's. */
  readonly allowCbc?: boolean | undefined;
  /** It shows a text of ours, as its metadata says (Sweden Connect, User Message). Absent = the preset's. */
  readonly userMessage?: boolean | undefined;
  /** It takes the name of the application that a login is for (SAML Core 3.4.1.2). Absent = the preset's. */
  readonly scoping?: boolean | undefined;
  /** It may be asked whether somebody is logged in there without anybody being asked (IsPassive; decision 0019). */
  readonly passive?: boolean | undefined;
  /** The application that a login begins for when it sends somebody whom we did not ask about (decision 0019). */
  readonly unsolicitedTo?: string | undefined;
  readonly testNumbers: boolean;
  /** Our logout goes on to it. */
  readonly passLogout: boolean;
}

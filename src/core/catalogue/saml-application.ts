// Applications that speak SAML 2.0: who they are, where answers go, and what their assertions say.
import type { Application } from './application.ts';
import type { FromMetadata, SamlEndpoint, SamlKeys } from './saml-entity.ts';

/** Presets that there are (`saml-application-preset.ts`). */
export const samlApplicationPresetNames = [
  'shibboleth',
  'mellon',
  'simplesamlphp',
  'netscaler',
  'sweden-connect',
  'generic',
] as const;
export type SamlApplicationPresetName = (typeof samlApplicationPresetNames)[number];

/** Short names of the NameID formats that we make (SAML Core 8.3). */
export const nameIdFormatNames = ['persistent', 'transient', 'unspecified', 'emailAddress'] as const;
export type NameIdFormatName = (typeof nameIdFormatNames)[number];

/** What can be told of the commission at a source (HSA) that the assignment was made of. */
export const commissionReleasable = [
  'commissionHsaId',
  'commissionName',
  'commissionPurpose',
  'commissionRights',
  'healthCareUnitHsaId',
  'healthCareUnitName',
  'healthCareProviderHsaId',
  'healthCareProviderName',
  'healthCareProviderOrgNo',
] as const;
export type CommissionReleasable = (typeof commissionReleasable)[number];

/** What can be told of a person, in the words of the catalogue. `person.<name>`: an attribute of the directory's. */
export const releasable = [
  'personId',
  'name',
  'givenName',
  'familyName',
  'nationalNumber',
  'hsaId',
  'hprNumber',
  'organisationId',
  'organisationName',
  'organisationNumber',
  'organisationParent',
  'unitId',
  'unitName',
  'role',
  'roleTitle',
  'assignmentId',
  ...commissionReleasable,
  /** The principal name of the account that the application needs, else the directory's attribute upn. */
  'upn',
  /** Its login name. */
  'accountName',
  'assurance',
  'methods',
  'decision',
] as const;
export type Releasable = (typeof releasable)[number] | `person.${string}`;

/** One attribute of an assertion (SAML Core 2.7.3.1). */
export interface ReleasedAttribute {
  readonly name: string;
  readonly nameFormat: 'uri' | 'basic' | 'unspecified';
  readonly friendlyName?: string | undefined;
  readonly from: Releasable;
}

/** How the person is named. */
export interface NameIdRule {
  readonly format: NameIdFormatName;
  /** What of the person it is. A `persistent` and a `transient` one are made by us, and have none. */
  readonly from?: Releasable | undefined;
}

/** Which parts of an answer are signed. */
export type SamlSignatures = 'both' | 'response' | 'assertion';

/** A SAML service provider; its catalogue id is ours, its name among federations the entity ID. */
export interface SamlApplication extends Application {
  readonly entityId: string;
  /** Where its places and keys come from. Absent = from here. */
  readonly metadata?: FromMetadata | undefined;
  readonly preset: SamlApplicationPresetName;
  /** Where answers may go: never anywhere else, whatever a request says. By POST or by artifact. */
  readonly assertionConsumers: readonly SamlEndpoint[];
  readonly singleLogout: readonly SamlEndpoint[];
  /** Indexes of its AttributeConsumingServices that a request may name: each is answered by the rules of this record. */
  readonly attributeConsumers?: readonly number[] | undefined;
  readonly keys: SamlKeys;
  /** Absent = the preset's. */
  readonly nameId?: NameIdRule | undefined;
  /** Beside the preset's; one of the same name takes its place. */
  readonly attributes: readonly ReleasedAttribute[];
  readonly signs?: SamlSignatures | undefined;
  /** `whenPossible`: when it has a key for it. Absent = the preset's. */
  readonly encrypts?: 'always' | 'whenPossible' | 'never' | undefined;
  /** Its requests must be signed. */
  readonly requireSignedRequest: boolean;
  /** A login may begin here, without a request of the application's (IdP-initiated). */
  readonly unsolicited: boolean;
}

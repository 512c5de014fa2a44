// Public face of core/catalogue.

export * from './account-rule.ts';
export * from './account-target.ts';
export * from './account-template.ts';
export { adminApi, adminScopes } from './admin-api.ts';
export { type ApiLimits, approves, type ClientApproval, takesMachines } from './api.ts';
export * from './assignment-conflict.ts';
export {
  acrOf,
  acrValues,
  levelNamed,
  levelOfName,
  type RequestedAssurance,
  requestedAssurance,
} from './assurance-names.ts';
export { type SizedLogo, sizedLogo } from './brand-logo.ts';
export * from './card-profile.ts';
export {
  type CertificateIssuer as OutsideCertificateIssuer,
  type CertificateIssuerKind,
  certificateIssuerKinds,
  ownIssuer,
} from './certificate-issuer.ts';
export { type CatalogueProblem, checkCatalogue } from './checks.ts';
export { claimNames } from './claim-names.ts';
export * from './client-system.ts';
export { type Compiled, compileCatalogue, problemLine, type StoredItem } from './compile.ts';
export { type DerivedRule, longestDerivedHours } from './derived-rule.ts';
export * from './enrolment-rule.ts';
export * from './expiry.ts';
export * from './fed-people.ts';
export { isMember } from './federation.ts';
export { helseidClaimOf, helseidScopes } from './helseid-scopes.ts';
export { type Hours, hoursText, isWithinHours, type Weekday } from './hours.ts';
export { hubMachineScopes, usageScope } from './hub-machine-scopes.ts';
export { hubScopes } from './hub-scopes.ts';
export { type AskedLevel, type AskedNames, askedLevel, levelNameOut } from './level-name-out.ts';
export { type LiveCatalogue, openLiveCatalogue } from './live.ts';
export * from './metadata-source.ts';
export * from './method-cutoff.ts';
export { type NetworkFinder, networkFinder } from './network-finder.ts';
export { mayRotateKeys, ownKeyScopes, usualKeyDays } from './own-keys.ts';
export { type DomainIdentity, domainNamespace, type PasswordDomain } from './password-domain.ts';
export * from './person-source-record.ts';
export * from './policy-rule.ts';
export {
  type CompletedPopulation,
  completePopulation,
  type PopulationPresetName,
  type PopulationRecord,
  populationPresetNames,
  populationPresets,
} from './population-preset.ts';
export type { CatalogueSource } from './ports.ts';
export * from './precondition.ts';
export {
  accessTokenAlgorithmOf,
  idTokenAlgorithmOf,
  mustBind,
  mustPush,
  type ProfileRules,
  profileOf,
  protocolProfiles,
  rotatesRefresh,
} from './protocol-profile.ts';
export {
  assertedNamespaces,
  changeableClaims,
  ownNamespace,
  type ProviderPreset,
  presetOf,
  providerPresets,
} from './provider-preset.ts';
export { keyFault } from './public-keys.ts';
export { redirectUriFault, uriFaultTexts } from './redirect-uri.ts';
export { type MetadataMembers, type MetadataTaken, membersOfMetadata } from './saml-application-metadata.ts';
export { answerRulesOf, type SamlApplicationPreset } from './saml-application-preset.ts';
export { changeableAttributes, type SamlFact, samlAttributes } from './saml-attributes.ts';
export { applicationFromMetadata, type FilledIn, providerFromMetadata } from './saml-from-metadata.ts';
export { type ProviderMetadataMembers, plainScopes, providerMembersOf } from './saml-provider-metadata.ts';
export {
  canReach,
  namesToAsk,
  type SamlPreset,
  samlPresetOf,
  samlPresets,
} from './saml-provider-preset.ts';
export { id, idPattern, instant, instantOf, reference } from './schema-parts.ts';
export { catalogueSchemas } from './schemas.ts';
export { type ScimPath, scimPathOf } from './scim-path.ts';
export { scopeOf } from './scope-name.ts';
export { catalogueSections } from './sections.ts';
export * from './snapshot.ts';
export { isTestNumber } from './test-number.ts';
export {
  type ApiWeakness,
  type ApplicationWeakness,
  apiWeaknesses,
  applicationWeaknesses,
  type HubWeakness,
  hubWeaknesses,
  weaknesses,
  weaknessesOfApi,
} from './weaknesses.ts';

// Public face of base/saml: SAML 2.0 messages to typed values and back, bindings, and the judgement of what was received.
export {
  type Artifact,
  type ArtifactResolve,
  type ArtifactResponse,
  artifactText,
  parseArtifact,
  readArtifactResolve,
  readArtifactResponse,
  sourceIdOf,
  writeArtifactResolve,
  writeArtifactResponse,
} from './artifact.ts';
export { type ArtifactReading, artifactForm, readArtifactFields } from './artifact-binding.ts';
export type {
  Assertion,
  Attribute,
  AuthnStatement,
  Conditions,
  SubjectConfirmation,
  SubjectConfirmationData,
} from './assertion.ts';
export { type AssertionCheckName, assertionChecks } from './assertion-checks.ts';
export type {
  AuthnContextComparison,
  AuthnRequest,
  IdpEntry,
  MatchValue,
  NameIdPolicy,
  RequestedAuthnContext,
  Scoping,
  UserMessage,
} from './authn-request.ts';
export {
  type ArtifactCheckName,
  type ArtifactExpected,
  type ArtifactResolveCheckName,
  type ArtifactResolveExpected,
  type ArtifactResolveVerdict,
  type ArtifactResponseCheckName,
  type ArtifactResponseExpected,
  type ArtifactResponseVerdict,
  type ArtifactVerdict,
  artifactChecks,
  artifactResolveChecks,
  artifactResponseChecks,
  judgeArtifact,
  judgeArtifactResolve,
  judgeArtifactResponse,
} from './judge-artifact.ts';
export {
  type AuthnRequestCheckName,
  type AuthnRequestExpected,
  type AuthnRequestReason,
  type AuthnRequestVerdict,
  authnRequestChecks,
  judgeAuthnRequest,
} from './judge-authn-request.ts';
export {
  judgeLogoutRequest,
  judgeLogoutResponse,
  type LogoutCheckName,
  type LogoutExpected,
  type LogoutRequestVerdict,
  type LogoutResponseCheckName,
  type LogoutResponseExpected,
  type LogoutResponseVerdict,
  logoutRequestChecks,
  logoutResponseChecks,
} from './judge-logout.ts';
export {
  judgeMetadata,
  type MetadataCheckName,
  type MetadataExpected,
  type MetadataReason,
  type MetadataVerdict,
  metadataChecks,
  metadataLimits,
} from './judge-metadata.ts';
export { type AssertionFacts, judgeResponse, type ResponseReason, type ResponseVerdict } from './judge-response.ts';
export { type LogoutRequest, type LogoutResponse, writeLogoutRequest, writeLogoutResponse } from './logout.ts';
export { type MessageParameter, mostRelayStateBytes } from './message-encoding.ts';
export type {
  AttributeConsumingService,
  ContactPerson,
  EncryptionMethod,
  Endpoint,
  EntityDescriptor,
  IdpRole,
  IndexedEndpoint,
  KeyDescriptor,
  LocalizedText,
  MetadataAttribute,
  Organization,
  RegistrationInfo,
  RequestedAttribute,
  Scope,
  SpRole,
  SsoRole,
  UiInfo,
} from './metadata.ts';
export type { NameId } from './name-id.ts';
export {
  attributeNameFormats,
  authnContexts,
  type BindingName,
  bindingNamed,
  bindings,
  confirmationMethods,
  entityAttributeNames,
  logoutReasons,
  nameIdFormats,
  ns,
  statusCodes,
  supportsUserMessage,
} from './names.ts';
export {
  type MessageKind,
  type Opening,
  type OpeningCheckName,
  type OpeningFault,
  type OpenMessage,
  openArtifactContent,
  openingChecks,
  openMessage,
} from './open-message.ts';
export { type PostForm, postForm, readPost } from './post-binding.ts';
export {
  bucketOf,
  type MetadataPublisher,
  metadataPublisher,
  type PublishedMetadata,
} from './published-metadata.ts';
export { reading } from './read-element.ts';
export { type MetadataContent, readEntityDescriptor, readMetadata } from './read-metadata.ts';
export type { BindingFault, BindingReading, DetachedSignature, ReceivedMessage } from './received-message.ts';
export { readRedirect, redirectUrl } from './redirect-binding.ts';
export { checkedRelayState } from './relay-state.ts';
export { type Status, type StatusResponse, writeResponse } from './response.ts';
export { type ResponseCheckName, responseChecks } from './response-checks.ts';
export type { ResponseExpected, SignatureRule } from './response-expected.ts';
export { publicKeysOf } from './role-keys.ts';
export { readShownAssertion, type ShownAssertion, type ShownSignature } from './shown-assertion.ts';
export { signMessage } from './sign-message.ts';
export { soapContentType, soapEnvelope } from './soap.ts';
export { instantText, parseDuration, parseInstant } from './time-values.ts';
export type { Instant, OneUse, Peer, Refused, SamlCheck } from './verdict.ts';
export { writeAssertion } from './write-assertion.ts';
export { writeAuthnRequest } from './write-authn-request.ts';
export { writeEntitiesDescriptor, writeEntityDescriptor } from './write-metadata.ts';

// Public face of base/saml: SAML 2.0 messages to typed values and back, bindings, and the judgement of what was received.
export type { Artifact, ArtifactResolve } from './artifact.ts';
export type {
  Assertion,
  Attribute,
  AuthnStatement,
  Conditions,
  SubjectConfirmation,
  SubjectConfirmationData,
} from './assertion.ts';
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
export type {
  AuthnRequestCheckName,
  AuthnRequestExpected,
  AuthnRequestReason,
  AuthnRequestVerdict,
} from './judge-authn-request.ts';
export type {
  LogoutCheckName,
  LogoutExpected,
  LogoutReason,
  LogoutRequestVerdict,
  LogoutResponseExpected,
  LogoutResponseVerdict,
} from './judge-logout.ts';
export type { MetadataCheckName, MetadataExpected, MetadataReason, MetadataVerdict } from './judge-metadata.ts';
export type {
  AssertionCheckName,
  AssertionFacts,
  ResponseCheckName,
  ResponseExpected,
  ResponseReason,
  ResponseVerdict,
  SignatureRule,
} from './judge-response.ts';
export type { LogoutRequest, LogoutResponse } from './logout.ts';
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
} from './names.ts';
export type { MessageKind, Opening, OpeningFault, OpenMessage } from './open-message.ts';
export { type PostForm, postForm, readPost } from './post-binding.ts';
export type { BindingFault, BindingReading, DetachedSignature, ReceivedMessage } from './received-message.ts';
export { type DetachedSigner, readRedirect, redirectUrl } from './redirect-binding.ts';
export { checkedRelayState } from './relay-state.ts';
export type { Status, StatusResponse } from './response.ts';
export type { Instant, OneUse, Peer, Refused } from './verdict.ts';

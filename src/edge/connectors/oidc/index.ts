// Public face of edge/connectors/oidc.
export { type AnswerCheck, type AnswerChecks, answerChecks } from './checks.ts';
export { longestSession } from './claims-reading.ts';
export { oidcConnector } from './connector.ts';
export { type EndSessionAddress, endSessionAddress } from './end-session.ts';
export { type LogoutChecks, logoutChecks, logoutEvent } from './logout-checks.ts';
export { judgeLogoutToken, type LogoutVerdict, longestLogoutToken } from './logout-token.ts';
export type { OidcConnectorPorts, Outgoing, OutgoingAnswer, OutgoingRequest, UpstreamProvider } from './ports.ts';
export { createMetadataReader, type MetadataReader, type ProviderMetadata } from './provider-metadata.ts';

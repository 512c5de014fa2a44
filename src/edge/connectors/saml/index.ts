// Public face of edge/connectors/saml.
export { type PersonCheck, personChecks } from './checks.ts';
export { samlConnector } from './connector.ts';
export { ownMetadata } from './own-metadata.ts';
export type { OwnEntity, SamlConnectorPorts, SamlProvider } from './ports.ts';

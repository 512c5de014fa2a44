// Public face of edge/connectors/saml.
export { type PersonCheck, personChecks } from './checks.ts';
export { samlConnector } from './connector.ts';
export {
  type LogoutAnswer,
  type LogoutAsked,
  type LogoutDeparture,
  type LogoutInput,
  type LogoutMessage,
  type LogoutPorts,
  logoutAnswer,
  logoutDeparture,
  readLogout,
} from './logout.ts';
export { ownMetadata } from './own-metadata.ts';
export type { OwnEntity, SamlConnectorPorts, SamlProvider } from './ports.ts';
export { claimedByUnasked } from './unasked.ts';

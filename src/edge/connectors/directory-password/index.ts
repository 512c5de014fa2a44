// Public face of edge/connectors/directory-password.
export { standingChecks } from './account.ts';
export { checkDomain, type DomainFinding } from './check.ts';
export { directoryPasswordConnector } from './connector.ts';
export type { DirectoryPasswordPorts, LdapClient } from './ports.ts';
export { typedChecks } from './typed.ts';

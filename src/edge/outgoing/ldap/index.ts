// Public face of edge/outgoing/ldap.
export { type LdapsClients, type LdapsLimits, ldapsClients, usualLdapsLimits } from './ldaps-client.ts';

// Public face of edge/sources/hsa-ldap.
export { type HsaLdap, type HsaLdapSettings, hsaLdap } from './hsa-ldap.ts';

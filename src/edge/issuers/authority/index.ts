// Public face of edge/issuers/authority.
export { type AskAuthority, authorityIssuer } from './authority-issuer.ts';

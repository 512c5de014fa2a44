// Public face of edge/issuers/authority.
export { type AskAuthority, authorityClient } from './authority-client.ts';
export { authorityIssuer } from './certificate-issuer.ts';
export type { AuthorityClient, CertificateOrder, IssuedCertificate, OrderState } from './orders.ts';

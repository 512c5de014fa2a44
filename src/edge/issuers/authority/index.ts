// Public face of edge/issuers/authority.
export { type AskAuthority, authorityClient } from './authority-client.ts';
export type { AuthorityClient, CertificateOrder, IssuedCertificate, OrderState } from './orders.ts';

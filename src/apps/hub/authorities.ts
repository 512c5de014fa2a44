// Whom outgoing calls trust where the instance has certificates of its own.
import { getCACertificates, rootCertificates } from 'node:tls';

/** The system's authorities, those that the operator added (NODE_EXTRA_CA_CERTS), and the instance's own; undefined = the system's alone. */
export const outgoingAuthorities = (own: string | undefined): readonly string[] | undefined =>
  own === undefined ? undefined : [...rootCertificates, ...getCACertificates('extra'), own];

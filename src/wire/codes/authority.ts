// What is said of a certificate's holder, and why the certificate authority says no: closed unions, for whoever asks it and for its own trail.

/** What the directory may say of a holder in a certificate: the names of X.520 and Microsoft's two. */
export const certificateFields = [
  'country',
  'organization',
  'organizationIdentifier',
  'title',
  'commonName',
  'surname',
  'givenName',
  'serialNumber',
  /** User principal name, in the subject's alternative names. */
  'upn',
  /** Windows security identifier, in an extension of its own. */
  'sid',
  'email',
] as const;
export type CertificateField = (typeof certificateFields)[number];

export const authorityRefusals = [
  // an order
  'order.other',
  'order.ended',
  'caller.profile',
  'profile.known',
  'issuer.known',
  'csr.readable',
  'csr.possession',
  'csr.key',
  'key.own',
  'key.sound',
  'key.holder',
  'holder.fields',
  'holder.values',
  'holder.patterns',
  'proof.given',
  'proof.fresh',
  'life.profile',
  'life.issuer',
  'lint',
  // a system that asks by EST, with a permit or with the certificate that it renews
  'system.profile',
  'permit.right',
  'permit.open',
  'permit.inTime',
  'permit.profile',
  'renewal.shown',
  'renewal.own',
  'renewal.profile',
  'renewal.inTime',
  'renewal.state',
  'renewal.holder',
  'renewal.subject',
  'renewal.names',
  'renewal.few',
  // a change of a certificate's state
  'certificate.known',
  'state.reason',
  'state.final',
  'state.suspendable',
] as const;
export type AuthorityRefusal = (typeof authorityRefusals)[number];

/** What a certificate is: `held` is suspended and can be taken up again. */
export const certificateStates = ['good', 'held', 'revoked'] as const;
export type CertificateState = (typeof certificateStates)[number];

/** Reasons to revoke, by their names in RFC 5280 5.3.1; those that speak of authorities or lists are not for holders. */
export const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const;
export type RevocationReason = (typeof revocationReasons)[number];

// Why a certificate is not accepted: the closed union of what the lists of checks and the search can say.

export type PathReason =
  | 'malformed'
  | 'pathToAnchor'
  | 'searchBounds'
  | 'algorithms'
  | 'keySizes'
  | 'signatures'
  | 'authoritiesAreCas'
  | 'pathLength'
  | 'authoritiesMaySign'
  | 'criticalExtensions'
  | 'begun'
  | 'notEnded'
  | 'nameConstraints'
  | 'policies'
  // Of a person's certificate.
  | 'leafIsNoCa'
  | 'digitalSignature'
  | 'notServer'
  | 'clientAuthentication'
  | 'authoritiesMayIssueForClients'
  | 'authoritiesStateUse'
  // Of RFC 5280 section 4, what conforming CAs do.
  | 'keyIdentifiers'
  | 'criticality'
  | 'authorityUse'
  | 'subjects'
  | 'alternativeNames'
  // Of revocation.
  | 'notRevoked'
  | 'revocationKnown';

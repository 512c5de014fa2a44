// The closed catalogue of audit event kinds and the classes that retention and search go by.

export const auditKinds = [
  // logins
  'journey.started',
  'journey.proved',
  'journey.refused',
  'journey.linked',
  'journey.decided',
  'journey.cancelled',
  'journey.finished',
  'session.started',
  'session.steppedUp',
  'session.ended',
  'session.logoutSent',
  'session.logoutFailed',
  'session.logoutReceived',
  'session.logoutPassedOn',
  // links between identities and people
  'identity.linked',
  'identity.unlinked',
  'identity.restored',
  // tickets
  'ticket.pushed',
  'ticket.authorized',
  'ticket.issued',
  'ticket.fetched',
  'ticket.refreshed',
  'ticket.refused',
  'ticket.revoked',
  'ticket.introspected',
  'ticket.replayed',
  'ticket.disowned',
  // administration
  'admin.applied',
  'admin.recovered',
  'admin.exported',
  'admin.audited',
  'admin.retained',
  'admin.deviceSet',
  'admin.personSet',
  'admin.backup',
  'admin.clientKeyAdded',
  'admin.clientKeyRemoved',
  'admin.clientKeysRead',
  'admin.clientStatusRead',
  'admin.clientDrafted',
  'admin.clientConfirmed',
  'admin.clientRefused',
  'admin.administrationGranted',
  'admin.administrationEnded',
  'admin.metadataApproved',
  // certificates of our own authority, in the authority's own trail
  'certificate.ordered',
  'certificate.issued',
  'certificate.refused',
  'certificate.revoked',
  'certificate.suspended',
  'certificate.resumed',
  'certificate.listed',
  // the hub itself, and the authority
  'hub.started',
  'hub.stopped',
  'hub.keyRotated',
  'hub.expiryWarning',
  'hub.metadataTaken',
  'hub.alarm',
  'hub.authorityStarted',
  'hub.authorityStopped',
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** Classes of event, each with its retention (docs/privacy.md). */
export const auditClasses = ['login', 'ticket', 'admin', 'hub'] as const;
export type AuditClass = (typeof auditClasses)[number];

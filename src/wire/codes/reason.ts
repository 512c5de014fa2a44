// Every reason that a login can be refused, stepped up or broken off for: one closed union, with a text for each.

/** What a card or its certificate can be refused for. */
export const cardReasons = [
  'card.noCertificate',
  'card.expired',
  'card.notYetValid',
  'card.revoked',
  'card.notHandedOver',
  'card.suspended',
  'card.derivedEnded',
  'card.revocationUnknown',
  'card.unknownIssuer',
  'card.wrongPurpose',
  'card.wrongPolicy',
  'card.otherPopulation',
  'card.weak',
  'card.malformed',
  'card.identifier',
] as const;

/** What a password login can be refused for. */
export const passwordReasons = ['password.wrong', 'password.delayed', 'password.addressDelayed'] as const;

/** What the organisation's own directory can say to a right password, or of an account, or nothing at all. */
export const directoryReasons = [
  'directory.mustChange',
  'directory.notNow',
  'directory.notHere',
  'directory.disabled',
  'directory.accountExpired',
  'directory.locked',
  'directory.unavailable',
] as const;

/** What a login at another provider can be refused for. */
export const upstreamReasons = [
  'upstream.unavailable',
  'upstream.cancelled',
  'upstream.invalid',
  'upstream.levelTooLow',
  'upstream.tooOld',
  'upstream.noPassive',
  'upstream.subject',
  'upstream.testNumber',
  'upstream.loggedOut',
  'upstream.levelNotOffered',
  'upstream.unknownThere',
  'upstream.otherOrganisation',
  'upstream.noMetadata',
] as const;

/** What linking can be refused for. */
export const linkReasons = [
  'person.unknown',
  'person.closed',
  'person.otherThanSession',
  'link.taken',
  'link.already',
  'link.otherNumber',
  'link.noIdentity',
  'link.sessionChanged',
  'link.unknown',
  'link.given',
  'link.last',
] as const;

/** Why a source of people does not let somebody become or stay a person here. */
export const enrolReasons = [
  'source.notFound',
  'source.noCommission',
  'source.unavailable',
  'source.contradiction',
] as const;

/** What policy can refuse or ask more for. */
export const policyReasons = [
  'policy.denied',
  'policy.notLoggedIn',
  'policy.assuranceTooLow',
  'policy.methodNotAllowed',
  'policy.methodCutOff',
  'policy.tooOld',
  'policy.fresh',
  'policy.noWayToReach',
  'policy.noAssignment',
  'policy.sourceGone',
  'policy.sourceSilent',
  'policy.assignmentsConflict',
  'policy.notMember',
  'policy.providerNotMember',
  'policy.employerNotMember',
  'policy.applicationClosed',
  'policy.cardRecheckFailed',
  'policy.clientNotAllowed',
  'policy.organisationNotAllowed',
  'policy.roleNotAllowed',
  'policy.networkNotAllowed',
  'policy.outsideHours',
] as const;

/** Why an account that an application needs is not there. */
export const accountReasons = ['account.refused', 'account.late', 'account.others'] as const;

/** Why what must hold elsewhere does not. */
export const preconditionReasons = ['precondition.missing', 'precondition.silent', 'precondition.noKey'] as const;

/** What a journey itself can end with. */
export const journeyReasons = [
  'journey.unknown',
  'journey.expired',
  'journey.otherBrowser',
  'journey.alreadyUsed',
  'journey.cancelled',
  'journey.noCookie',
] as const;

/** What the application's own request can be refused for, where there is nobody to send the error to. */
export const requestReasons = [
  'request.unknownApplication',
  'request.redirectUri',
  'request.malformed',
  'request.expired',
  'request.noMetadata',
] as const;

/** General failures of a page. */
export const generalReasons = ['internal', 'notFound', 'tooMany', 'unavailable', 'forbidden', 'tooLarge'] as const;

export const reasonCodes = [
  ...cardReasons,
  ...passwordReasons,
  ...directoryReasons,
  ...upstreamReasons,
  ...linkReasons,
  ...enrolReasons,
  ...policyReasons,
  ...accountReasons,
  ...preconditionReasons,
  ...journeyReasons,
  ...requestReasons,
  ...generalReasons,
] as const;
export type CardReason = (typeof cardReasons)[number];
export type PasswordReason = (typeof passwordReasons)[number];
export type DirectoryReason = (typeof directoryReasons)[number];
export type UpstreamReason = (typeof upstreamReasons)[number];
export type LinkReason = (typeof linkReasons)[number];
export type EnrolReason = (typeof enrolReasons)[number];
export type PolicyReason = (typeof policyReasons)[number];
export type AccountReason = (typeof accountReasons)[number];
export type PreconditionReason = (typeof preconditionReasons)[number];
export type JourneyReason = (typeof journeyReasons)[number];
export type RequestReason = (typeof requestReasons)[number];
export type ReasonCode = (typeof reasonCodes)[number];

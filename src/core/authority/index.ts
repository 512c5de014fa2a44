// Public face of core/authority: profiles, the decision to issue, changes of state, lists and status answers.
export {
  type AuthorityName,
  type AuthorityToSign,
  authorityName,
  type CeremonyOutcome,
  issuingToSign,
  rootToSign,
  signAuthority,
} from './ceremony.ts';
export { type Composition, compose, newSerial, validityOf } from './compose.ts';
export { csrAttributes } from './csr-attributes.ts';
export { type EnrolPorts, enrolByPermit, estCaller, renew } from './enrol.ts';
export {
  type EnrolCheck,
  enrolRefusal,
  mostRenewals,
  mostWrongTries,
  type PermitFacts,
  permitChecks,
  type RenewalFacts,
  renewalChecks,
} from './enrol-checks.ts';
export { permitEndedEvent } from './events.ts';
export { holderHash, subjectOf, valueFault } from './holder.ts';
export {
  type AuthorityRules,
  finishInterrupted,
  type IssueOutcome,
  type IssuePorts,
  issue,
  issueOwn,
} from './issue.ts';
export {
  firstRefusal,
  type IssueCheck,
  type IssueFacts,
  type IssueRefusal,
  type IssueRequest,
  issueChecks,
} from './issue-checks.ts';
export {
  authorityFault,
  type IssuingAuthority,
  keyHash,
  type PublishedUrls,
  publishedUrls,
} from './issuing-authority.ts';
export { type LintCheck, lint, lintChecks } from './lint.ts';
export { longestPermitHours, newPermit, type PermitOutcome } from './permit.ts';
export type {
  CaSigner,
  CertificateToRegister,
  EnrolmentPermit,
  EnrolmentPermits,
  KeyUse,
  ListFacts,
  Register,
  RegisteredCertificate,
  RevokedCertificate,
  SignedList,
  StateChange,
} from './ports.ts';
export {
  type CertificateProfile,
  type Holder,
  type HolderField,
  holderFields,
  profileFault,
  profileSchema,
  systemFault,
} from './profile.ts';
export { takeInList } from './published-list.ts';
export {
  keepListCurrent,
  type ListSchedule,
  listIsDue,
  makeList,
  nextListNumber,
  usualSchedule,
} from './revocation-list.ts';
export { purposes, standardProfiles } from './standard-profiles.ts';
export {
  changeState,
  reasonCodes,
  type StateCheck,
  type StateFacts,
  type StateOutcome,
  type StateRequest,
  stateChecks,
  stateRefusal,
} from './state.ts';
export { answerStatus, makeResponder, type Responder } from './status-answer.ts';

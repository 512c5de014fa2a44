// Public face: RFC 5280 path building, path validation and revocation, without populations.
export { defaultAlgorithms } from './algorithms.ts';
export { candidatePaths, defaultBounds } from './candidate-paths.ts';
export {
  type CrlCheck,
  type CrlSettings,
  crlChecks,
  deltaChecks,
  type GivenCrl,
  isSameScope,
  numberOf,
  type RevocationStatus,
  skewMs,
  statusByCrls,
} from './crl-status.ts';
export { AuthorityIndex } from './find-paths.ts';
export { judgePath, type PathQuestion, type PathVerdict } from './judge-path.ts';
export { ListSigners } from './list-signers.ts';
export { type GivenOcsp, type OcspCheck, ocspChecks, statusByOcsp } from './ocsp-status.ts';
export { type PathCheck, type PathFacts, pathChecks } from './path-checks.ts';
export { clientAuthentication, personChecks, usageChecks } from './person-checks.ts';
export { anyPolicy, openPolicies, type PolicyInputs, policiesOf } from './policy-graph.ts';
export { profileChecks } from './profile-checks.ts';
export type { PathReason } from './reasons.ts';
export type { RevocationMaterial } from './revocation-status.ts';
export { SignatureWork } from './signature-work.ts';

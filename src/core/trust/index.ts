// Public face: whether a certificate is one of a population, and whether it is revoked.

export { type Candidate, type CertificateCheck, type CheckFailure, certificateChecks } from './checks.ts';
export {
  assuranceOf,
  type CertificateDecision,
  decideCertificate,
  type ExplainedCheck,
  type PresentedCertificate,
  type TrustCode,
  type ValidatedCertificate,
} from './decide.ts';
export { namedDevices } from './device-name.ts';
export type { StatusCaches } from './gather-status.ts';
export { isSwedishPersonalNumber, readIdentifier } from './identifier.ts';
export { judgeCertificate, readPresented, recheckCertificate } from './judge.ts';
export { type HolderNames, holderNames } from './names.ts';
export { OcspCache } from './ocsp-cache.ts';
export * from './pkix/index.ts';
export { namedAuthorities, type PreparedPopulation, preparePopulation } from './population.ts';
export { type PopulationStatus, revocationOf, type UsedGrace } from './population-status.ts';
export type { CrlFetch, CrlSource, CrlStore, OcspFetch, OcspSource, StoredCrl } from './ports.ts';
export { type OcspState, ocspKey } from './responders.ts';
export { type CrlFailure, type CrlState, crlKey, deltaKey } from './revocation.ts';
export { type CrlReport, RevocationCache } from './revocation-cache.ts';

// Public face: read and write certificates, requests, revocation lists and status answers, strictly; never fetch.
export {
  type Certificate,
  type CertificateReading,
  isSelfIssued,
  pemBlocks,
  readCertificate,
  signedBy,
  toPem,
} from './certificate.ts';
export { type CertsOnlyReading, mostCertsOnlyBytes, readCertsOnly } from './certs-only.ts';
export {
  clientCertValue,
  type ForwardedCertificates,
  mostStapledBytes,
  readClientCertHeaders,
  readStapledHeader,
  type StapledOcsp,
  withoutClientCertHeaders,
} from './client-cert.ts';
export type { NameConstraints, PolicyMapping } from './constraint-extensions.ts';
export { type Crl, type CrlFault, type CrlReading, crlSignedBy, type Revocation, readCrl } from './crl.ts';
export { type CertificationRequest, type CsrReading, mostCsrBytes, provesPossession, readCsr } from './csr.ts';
export { childrenOf, contentOf, DerCursor, type DerElement, encodingOf, malformed, readRoot, tags } from './der.ts';
export { readIntegerBytes, readNamedBits, readOctetBits, readOid, readSmallInteger } from './der-values.ts';
export * from './der-writer.ts';
export {
  type DistributionPoint,
  everyUrlOf,
  type IssuingPoint,
  type PointName,
  pointNames,
} from './distribution-point.ts';
export { type CertificateExtensions, extensionOids, type KeyUsage, type RawExtension } from './extensions.ts';
export { type GeneralName, generalNameKey, type NameKind, nameKey } from './general-name.ts';
export { type HeldKey, keyHolderCertificate } from './key-holder.ts';
export {
  attributeOids,
  attributesOf,
  comparableName,
  comparableRdns,
  comparableText,
  type DistinguishedName,
  type NameAttribute,
  nameText,
  sameName,
  type TextFault,
} from './name.ts';
export {
  isAnswerAbout,
  isResponder,
  type OcspAnswer,
  type OcspFault,
  type OcspReading,
  type OcspResponse,
  readOcspResponse,
} from './ocsp.ts';
export {
  type AskedCertificate,
  mostOcspRequestBytes,
  type OcspRequest,
  type OcspRequestReading,
  readOcspRequest,
} from './ocsp-request.ts';
export {
  isUsuallyEncoded,
  type PublicKeyFacts,
  publicKeyBits,
  readSignatureAlgorithm,
  type SignatureAlgorithm,
  type SignatureMethod,
  type SignedParts,
  verifySigned,
} from './signature.ts';
export { windowsNameText } from './windows-name.ts';
export {
  type CertificateToWrite,
  certificateToSign,
  type ExtensionToWrite,
  keyIdentifier,
  type NamePart,
  publicKeyDer,
  writeCertificate,
  writeExtension,
  writeName,
} from './write.ts';
export { writeCertsOnly } from './write-certs-only.ts';
export { type CrlToWrite, crlToSign, writeCrl } from './write-crl.ts';
export { type CsrToWrite, csrToSign, writeCsr } from './write-csr.ts';
export {
  type OcspAnswersToWrite,
  type OcspStatus,
  ocspAnswersToSign,
  writeOcspFailure,
  writeOcspResponse,
} from './write-ocsp.ts';
export { writeOcspRequest } from './write-ocsp-request.ts';
export { type CertifiedKey, writePkcs12 } from './write-pkcs12.ts';
export { type KeyAlgorithm, keyAlgorithm, signedDer } from './write-signed.ts';

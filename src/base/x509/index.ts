// Public face: read and write certificates and revocation lists, strictly; never fetch.
export {
  type Certificate,
  type CertificateReading,
  pemBlocks,
  readCertificate,
  signedBy,
  toPem,
} from './certificate.ts';
export {
  clientCertValue,
  type ForwardedCertificates,
  readClientCertHeaders,
  withoutClientCertHeaders,
} from './client-cert.ts';
export { type Crl, type CrlFault, type CrlReading, crlSignedBy, type Revocation, readCrl } from './crl.ts';
export * from './der-writer.ts';
export { type CertificateExtensions, extensionOids, type KeyUsage } from './extensions.ts';
export { type HeldKey, keyHolderCertificate } from './key-holder.ts';
export {
  attributeOids,
  attributesOf,
  comparableName,
  comparableText,
  type DistinguishedName,
  type NameAttribute,
  nameText,
  sameName,
  type TextFault,
} from './name.ts';
export type { PublicKeyFacts, SignatureAlgorithm, SignatureMethod } from './signature.ts';
export {
  type CertificateToWrite,
  type CrlToWrite,
  type ExtensionToWrite,
  keyIdentifier,
  type NamePart,
  publicKeyDer,
  writeCertificate,
  writeCrl,
  writeExtension,
  writeName,
} from './write.ts';

// Public face of base/xml: read, write, sign, verify, encrypt and decrypt XML, with given keys only.
export type { ContentCipher, DigestName, KeyTransport, SignatureName } from './algorithms.ts';
export {
  type Decryption,
  type DecryptionOptions,
  decryptElement,
  type EncryptionFault,
} from './decrypt.ts';
export {
  type DetachedSignature,
  type DetachedVerification,
  signatureUri,
  signDetached,
  verifyDetached,
} from './detached.ts';
export {
  loadXml,
  readXml,
  type XmlDocument,
  type XmlFault,
  type XmlReading,
} from './document.ts';
export {
  type AttributesToWrite,
  attributeOf,
  childrenOf,
  elementMaker,
  elementsIn,
  hasElementsOnly,
  isNamed,
  onlyChild,
  textOf,
  withContent,
  type XmlAttribute,
  type XmlElement,
  type XmlName,
} from './element.ts';
export { type EncryptionOptions, encryptElement } from './encrypt.ts';
export { asksForCbc } from './encrypted-parts.ts';
export { messageLimits, type XmlLimits } from './limits.ts';
export { type SigningOptions, signElement } from './sign.ts';
export {
  isSigned,
  type SignatureExpected,
  type SignatureFault,
  type SignatureVerification,
  type Verified,
  verifySignature,
} from './verify-signature.ts';
export { writeXml, xmlText } from './write.ts';

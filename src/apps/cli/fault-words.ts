// Words for what the trail records of a SAML message as a code alone: why its form, XML, signature or encryption is refused.
import type { BindingFault } from '../../base/saml/index.ts';
import type { EncryptionFault, SignatureFault, XmlFault } from '../../base/xml/index.ts';

/** Checks of an answer's way back, which say no more than that they do not hold. */
type WayBack = 'memo' | 'relayState' | 'sameProvider';

export const faultWords: Readonly<
  Record<BindingFault | XmlFault | SignatureFault | EncryptionFault | WayBack, string>
> = {
  noMessage: 'nothing came in SAMLRequest or SAMLResponse',
  twoMessages: 'a request and an answer came at once',
  repeatedParameter: 'a parameter came twice',
  encodedName: 'the name of a parameter was written in another way',
  notEncoded: 'the message is not base64, or not deflated, as its binding wants it',
  unknownEncoding: 'SAMLEncoding names another encoding than DEFLATE',
  tooLarge: 'the message is larger than is taken',
  relayState: 'RelayState is too long, or not the one that went out with the request',
  halfSigned: 'SigAlg came without Signature, or the other way round',
  'xml.tooLarge': 'the document is larger than is taken',
  'xml.encoding': 'the document is not in UTF-8',
  'xml.doctype': 'the document has a DOCTYPE, which could bring entities',
  'xml.instruction': 'the document has a processing instruction',
  'xml.notWellFormed': 'the document is not well-formed XML; was it cut short?',
  'xml.tooDeep': 'elements stand in each other too deep',
  'xml.tooManyElements': 'the document has too many elements',
  'xml.tooManyAttributes': 'an element has too many attributes',
  'xml.tooManyNamespaces': 'too many namespaces are in force at once',
  'xml.tooLongNamespace': 'the name of a namespace is too long',
  'signature.target': 'what must be signed is not there, or there are several of it',
  'signature.missing': 'there is no signature where one must be',
  'signature.several': 'there is more than one signature on the same element',
  'signature.structure': 'the signature is not put together as SAML wants it',
  'signature.object': 'the signature carries an object of its own',
  'signature.comment': 'a comment stands in the signature',
  'signature.canonicalization': 'it is canonicalised in another way than exclusive',
  'signature.algorithm': 'its algorithm is not allowed: SHA-1, HMAC, or unknown',
  'signature.duplicateId': 'two elements have the same ID',
  'signature.reference': 'it signs another element than the one that it stands in',
  'signature.transforms': 'it has other transforms than enveloped and exclusive',
  'signature.digestAlgorithm': 'its digest is not allowed: SHA-1, or unknown',
  'signature.digest': 'what is signed was changed after it was signed',
  'signature.value': 'no key that is registered made it: did the other side change its key?',
  'signature.key': 'the key that made it is too weak',
  'encryption.unsupported': 'encrypted in a way that is not taken: RSA 1.5, or CBC without a signature around it',
  'encryption.failed': 'it cannot be decrypted with our keys: is it encrypted to an old one?',
  memo: 'what was kept of the request cannot be read: an older program wrote it',
  sameProvider: 'the record names another entity than when the login began',
};

/** A code with its words; anything else as it is. */
export const withWords = (text: string): string => (isFault(text) ? `${text}: ${faultWords[text]}` : text);

export const isFault = (text: string): text is keyof typeof faultWords => Object.hasOwn(faultWords, text);

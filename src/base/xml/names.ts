// The namespaces and element names of XML, XML Signature and XML Encryption.
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
export const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
export const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#';
export const encryptionNamespace = 'http://www.w3.org/2001/04/xmlenc#';
export const encryption11Namespace = 'http://www.w3.org/2009/xmlenc11#';
/** Of the canonical form, which is the namespace of its `InclusiveNamespaces` too. */
export const exclusiveCanonical = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const envelopedTransform = `${signatureNamespace}enveloped-signature`;

// For the tests of this folder alone: a signed message, and signatures with any fault, signed as they stand.
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { generateSigningKey } from '../jose/index.ts';
import { elementMaker, type XmlElement, type XmlName } from './element.ts';
import { envelopedTransform, exclusiveCanonical, signatureNamespace } from './names.ts';
import { canonicalXml, writeXml } from './write.ts';

export const samlNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const saml = elementMaker('saml', samlNamespace);
export const samlp = elementMaker('samlp', 'urn:oasis:names:tc:SAML:2.0:protocol');
export const ds = elementMaker('ds', signatureNamespace);
export const assertionName: XmlName = { namespace: samlNamespace, local: 'Assertion' };
export const issuerName: XmlName = { namespace: samlNamespace, local: 'Issuer' };

export const { key, privateKey } = generateSigningKey('RS256', { modulusBits: 2048 });
export const publicKey: KeyObject = createPublicKey(privateKey);

export const issuer = saml('Issuer', {}, 'https://idp.example');

/** A small assertion. What is in it does not matter here. */
export function assertionOf(name: string, id = '_a'): XmlElement {
  return saml(
    'Assertion',
    { ID: id, Version: '2.0' },
    issuer,
    saml('Subject', {}, saml('NameID', {}, name)),
    saml('AttributeStatement', {}, saml('Attribute', { Name: 'urn:oid:2.5.4.42' }, saml('AttributeValue', {}, 'Åsa'))),
  );
}

export function responseWith(...content: readonly XmlElement[]): XmlElement {
  return samlp('Response', { ID: '_r', Version: '2.0' }, issuer, ...content);
}

/** What a forger would put in place of each part; all else is as it should be. */
export interface Forgery {
  readonly canonicalization?: string;
  readonly method?: string;
  readonly uri?: string;
  readonly transforms?: readonly XmlElement[];
  readonly digestMethod?: string;
  readonly digest?: string;
  /** Signs the octets of SignedInfo: with the right key unless given. */
  readonly sign?: (octets: Buffer) => Buffer;
  /** Changes the finished signature, whose value covers SignedInfo as it was. */
  readonly change?: (signature: XmlElement) => XmlElement;
}

export const transform = (Algorithm: string, ...content: readonly XmlElement[]) =>
  ds('Transform', { Algorithm }, ...content);
export const goodTransforms = [transform(envelopedTransform), transform(exclusiveCanonical)];

/** The element with a signature after its Issuer, made without `signElement` and with the faults asked for. */
export function forged(element: XmlElement, forgery: Forgery = {}): XmlElement {
  const id = element.attributes.find(({ local }) => local === 'ID')?.value ?? '';
  const digest = forgery.digest ?? createHash('sha256').update(writeXml(element)).digest('base64');
  const signedInfo = ds(
    'SignedInfo',
    {},
    ds('CanonicalizationMethod', { Algorithm: forgery.canonicalization ?? exclusiveCanonical }),
    ds('SignatureMethod', { Algorithm: forgery.method ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' }),
    ds(
      'Reference',
      { URI: forgery.uri ?? `#${id}` },
      ds('Transforms', {}, ...(forgery.transforms ?? goodTransforms)),
      ds('DigestMethod', { Algorithm: forgery.digestMethod ?? 'http://www.w3.org/2001/04/xmlenc#sha256' }),
      ds('DigestValue', {}, digest),
    ),
  );
  const value = (forgery.sign ?? key.sign)(Buffer.from(canonicalXml(signedInfo))).toString('base64');
  const signature = ds('Signature', {}, signedInfo, ds('SignatureValue', {}, value));
  const [first, ...others] = element.content;
  return {
    ...element,
    content: [...(first === undefined ? [] : [first]), (forgery.change ?? ((same) => same))(signature), ...others],
  };
}

// Signing an element in place, enveloped and in exclusive canonical form, as SAML asks (SAML Core 5.4).
import { createHash } from 'node:crypto';
import type { SigningKey } from '../jose/index.ts';
import { Problem } from '../problem.ts';
import { type DigestName, digestUris, signatureByName } from './algorithms.ts';
import { attributeOf, elementMaker, isNamed, withContent, type XmlElement, type XmlName } from './element.ts';
import { envelopedTransform, exclusiveCanonical, signatureNamespace } from './names.ts';
import { isSigned } from './verify-signature.ts';
import { writeXml } from './write.ts';

export interface SigningOptions {
  readonly key: SigningKey;
  /** Our certificate, for readers that want one in KeyInfo. */
  readonly certificateDer?: Uint8Array;
  /** sha256 unless given. */
  readonly digest?: DigestName;
  /** The signature stands after this child (Issuer, by the SAML schema), or first when there is none. */
  readonly after?: XmlName;
}

const ds = elementMaker('ds', signatureNamespace);

/**
 * The same element with its signature inside, which refers to its `ID`. An element inside that is signed already
 * stays as it is, so an assertion is signed before the response around it.
 */
export function signElement(element: XmlElement, options: SigningOptions): XmlElement {
  const id = attributeOf(element, 'ID');
  const method = signatureByName.get(options.key.alg);
  const digest = options.digest ?? 'sha256';
  if (id === undefined || id === '') throw unfit('no ID to refer to');
  // Nobody would take it: one signature to an element (SAML Core 5.4.2).
  if (isSigned(element)) throw unfit('signed already');
  if (method === undefined) throw unfit(`${options.key.alg} is no algorithm of XML Signature`);

  // What we write is canonical, so what is written is what is digested and signed; nothing is parsed.
  const digestValue = createHash(digest).update(writeXml(element)).digest('base64');
  const signedInfo = ds(
    'SignedInfo',
    {},
    ds('CanonicalizationMethod', { Algorithm: exclusiveCanonical }),
    ds('SignatureMethod', { Algorithm: method.uri }),
    ds(
      'Reference',
      { URI: `#${id}` },
      ds(
        'Transforms',
        {},
        ds('Transform', { Algorithm: envelopedTransform }),
        ds('Transform', { Algorithm: exclusiveCanonical }),
      ),
      ds('DigestMethod', { Algorithm: digestUris.get(digest) }),
      ds('DigestValue', {}, digestValue),
    ),
  );
  const value = options.key.sign(Buffer.from(writeXml(signedInfo))).toString('base64');
  const signature = ds(
    'Signature',
    {},
    signedInfo,
    ds('SignatureValue', {}, value),
    ...keyInfo(options.certificateDer),
  );
  const at = options.after === undefined ? 0 : placeAfter(element, options.after);
  return withContent(element, element.content.toSpliced(at, 0, signature));
}

/** `ds:KeyInfo` with a certificate, or nothing. */
export function keyInfo(certificateDer: Uint8Array | undefined): XmlElement[] {
  if (certificateDer === undefined) return [];
  const base64 = Buffer.from(certificateDer).toString('base64');
  return [ds('KeyInfo', {}, ds('X509Data', {}, ds('X509Certificate', {}, base64)))];
}

function placeAfter(element: XmlElement, name: XmlName): number {
  return element.content.findIndex((node) => typeof node !== 'string' && isNamed(node, name)) + 1;
}

function unfit(detail: string): Problem {
  return new Problem({ kind: 'internal', code: 'xml.unfitToSign', detail });
}

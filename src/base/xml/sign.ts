// Signing an element in place, enveloped and in exclusive canonical form, as SAML asks (SAML Core 5.4).
import type { SigningKey } from '../jose/index.ts';
import { Problem } from '../problem.ts';
import type { DigestName } from './algorithms.ts';
import type { XmlElement, XmlName } from './element.ts';

export interface SigningOptions {
  readonly key: SigningKey;
  /** Our certificate, for readers that want one in KeyInfo. */
  readonly certificateDer?: Uint8Array;
  readonly digest?: DigestName;
  /** The attribute that identifies the element: `ID` in SAML. */
  readonly idAttribute?: string;
  /** The signature stands after this child (Issuer, by the SAML schema), or first when there is none. */
  readonly after?: XmlName;
}

/** The same element with its signature inside. An element inside that is signed already stays as it is. */
export function signElement(_element: XmlElement, _options: SigningOptions): XmlElement {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

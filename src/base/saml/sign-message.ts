// Signs a message or an assertion in the place that the schema of SAML gives the signature.
import type { SigningKey } from '../jose/index.ts';
import { signElement, type XmlElement } from '../xml/index.ts';
import { ns } from './names.ts';

/** The same message with its signature behind its Issuer (SAML Core 5.4), or first where there is no Issuer. */
export const signMessage = (message: XmlElement, key: SigningKey, certificateDer?: Uint8Array): XmlElement =>
  signElement(message, {
    key,
    after: { namespace: ns.saml, local: 'Issuer' },
    ...(certificateDer === undefined ? {} : { certificateDer }),
  });

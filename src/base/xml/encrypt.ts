// Encrypting an element for one recipient (XML Encryption 1.1): a fresh AES key, given along under RSA-OAEP.
import type { KeyObject } from 'node:crypto';
import { Problem } from '../problem.ts';
import type { ContentCipher, KeyTransport } from './algorithms.ts';
import type { XmlElement } from './element.ts';

export interface EncryptionOptions {
  /** The recipient's public RSA key. */
  readonly recipient: KeyObject;
  /** aes256-gcm unless the recipient knows CBC only. */
  readonly content?: ContentCipher;
  readonly keyTransport?: KeyTransport;
  /** The recipient's certificate, for KeyInfo, where it has several keys. */
  readonly certificateDer?: Uint8Array;
}

/** `xenc:EncryptedData` with its `EncryptedKey` inside; the caller puts it into `saml:EncryptedAssertion`. */
export function encryptElement(_element: XmlElement, _options: EncryptionOptions): XmlElement {
  throw new Problem({ kind: 'internal', code: 'xml.notLoaded' });
}

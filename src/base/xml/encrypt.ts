// Encrypting an element for one recipient (XML Encryption 1.1): a fresh AES key, given along under RSA-OAEP.
import { createCipheriv, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import { Problem } from '../problem.ts';
import { type ContentCipher, cipherByName, isStrongRsa, type KeyTransport, keyTransports } from './algorithms.ts';
import { elementMaker, type XmlElement } from './element.ts';
import { encryption11Namespace, encryptionNamespace, signatureNamespace } from './names.ts';
import { keyInfo } from './sign.ts';
import { writeXml } from './write.ts';

export interface EncryptionOptions {
  /** The recipient's public RSA key, at least 2048 bits. */
  readonly recipient: KeyObject;
  /** aes256-gcm unless the recipient knows CBC only. */
  readonly content?: ContentCipher;
  /** rsa-oaep-mgf1p, which every recipient must know, unless given. */
  readonly keyTransport?: KeyTransport;
  /** The recipient's certificate, for KeyInfo, where it has several keys. */
  readonly certificateDer?: Uint8Array;
}

const xenc = elementMaker('xenc', encryptionNamespace);
const xenc11 = elementMaker('xenc11', encryption11Namespace);
const ds = elementMaker('ds', signatureNamespace);

/** `Type` of encrypted data that is one element (xmlenc-core 3.1). */
export const elementType = `${encryptionNamespace}Element`;

/** `xenc:EncryptedData` with its `EncryptedKey` inside; the caller puts it into `saml:EncryptedAssertion`. */
export function encryptElement(element: XmlElement, options: EncryptionOptions): XmlElement {
  const cipher = cipherByName.get(options.content ?? 'aes256-gcm');
  const transport = keyTransports.get(options.keyTransport ?? 'rsa-oaep-mgf1p');
  if (cipher === undefined || transport === undefined || !isStrongRsa(options.recipient)) {
    throw new Problem({ kind: 'internal', code: 'xml.unfitToEncrypt' });
  }
  const key = randomBytes(cipher.keyBytes);
  const content = Buffer.from(writeXml(element));
  const encrypted = cipher.authenticated ? sealed(content, key) : padded(content, key);
  const encryptedKey = publicEncrypt({ key: options.recipient, oaepHash: transport.hash }, key);
  const parameters = [
    ds('DigestMethod', { Algorithm: transport.digestUri }),
    ...(transport.mgfUri === undefined ? [] : [xenc11('MGF', { Algorithm: transport.mgfUri })]),
  ];
  return xenc(
    'EncryptedData',
    { Type: elementType },
    xenc('EncryptionMethod', { Algorithm: cipher.uri }),
    ds(
      'KeyInfo',
      {},
      xenc(
        'EncryptedKey',
        {},
        xenc('EncryptionMethod', { Algorithm: transport.uri }, ...parameters),
        ...keyInfo(options.certificateDer),
        cipherData(encryptedKey),
      ),
    ),
    cipherData(encrypted),
  );
}

function cipherData(bytes: Buffer): XmlElement {
  return xenc('CipherData', {}, xenc('CipherValue', {}, bytes.toString('base64')));
}

/** AES-GCM: a random IV of 96 bits, the text, a tag of 128 bits (xmlenc-core 5.2.4). */
function sealed(content: Buffer, key: Buffer): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-256-gcm', key, iv);
  return Buffer.concat([iv, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** AES-CBC: a random IV, the text, padding whose last octet says how long it is (xmlenc-core 5.2.1). */
function padded(content: Buffer, key: Buffer): Buffer {
  const iv = randomBytes(16);
  const padding = randomBytes(16 - (content.length % 16));
  padding[padding.length - 1] = padding.length;
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
  return Buffer.concat([iv, cipher.update(content), cipher.update(padding), cipher.final()]);
}

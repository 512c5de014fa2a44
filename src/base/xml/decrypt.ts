// Decrypting an element: AES-GCM, or AES-CBC inside of what a verified signature covers; one answer for all failures.
import { createDecipheriv, type KeyObject, privateDecrypt, randomBytes } from 'node:crypto';
import { isStrongRsa } from './algorithms.ts';
import { readXml, type XmlDocument } from './document.ts';
import { childrenOf, hasElementsOnly, type XmlElement } from './element.ts';
import { type EncryptedParts, encryptedPartsOf } from './encrypted-parts.ts';
import { messageLimits, type XmlLimits } from './limits.ts';
import { type NamespaceScope, noScope } from './scope.ts';
import { coveredScope, isInside, type Verified } from './verify-signature.ts';
import { attributeText } from './write.ts';

export interface DecryptionOptions {
  /** Our private keys, the present one first. */
  readonly keys: readonly KeyObject[];
  /**
   * What the encrypted element stands in, when its signature has verified: the only thing that lets CBC through (S10),
   * and the only one whose namespaces count inside.
   */
  readonly enclosing?: Verified;
  readonly limits?: XmlLimits;
}

/**
 * `unsupported` is judged on the public text alone, which may ask for CBC without a signature or RSA 1.5; whatever a
 * private key has touched fails as `failed`, and does the same work before it does.
 */
export type EncryptionFault = 'encryption.unsupported' | 'encryption.failed';

export type Decryption =
  | { readonly ok: true; readonly document: XmlDocument }
  | { readonly ok: false; readonly reason: EncryptionFault };

/**
 * Decrypts what `holder` (`saml:EncryptedAssertion`) holds: one `EncryptedData`, its keys inside or beside it. The
 * result is a document whose root is the one element that was encrypted; its own signature is not yet verified.
 */
export function decryptElement(holder: XmlElement, options: DecryptionOptions): Decryption {
  const parts = encryptedPartsOf(holder);
  if (parts === undefined) return { ok: false, reason: 'encryption.unsupported' };
  const proven = options.enclosing !== undefined && isInside(holder, options.enclosing);
  if (!parts.cipher.authenticated && !proven) return { ok: false, reason: 'encryption.unsupported' };

  const content = decrypted(parts, unwrappedKey(parts, options.keys));
  const scope = options.enclosing === undefined ? noScope : coveredScope(holder, options.enclosing);
  const document = content && readFragment(content, scope, options.limits ?? messageLimits);
  return document === undefined ? { ok: false, reason: 'encryption.failed' } : { ok: true, document };
}

/** A document may name several keys and we may have several: no more than this many are tried. */
const mostAttempts = 8;

/** The key, or a random one when none can be unwrapped: the work that follows is the same. */
function unwrappedKey({ wrappedKeys, cipher }: EncryptedParts, keys: readonly KeyObject[]): Buffer {
  let attempts = 0;
  for (const { transport, bytes } of wrappedKeys) {
    for (const key of keys.filter(isStrongRsa)) {
      if (++attempts > mostAttempts) break;
      try {
        const found = privateDecrypt({ key, oaepHash: transport.hash }, bytes);
        if (found.length === cipher.keyBytes) return found;
      } catch {
        // Not for this key; OAEP does not say why, and neither do we.
      }
    }
  }
  return randomBytes(cipher.keyBytes);
}

function decrypted({ cipher, bytes }: EncryptedParts, key: Buffer): Buffer | undefined {
  try {
    return cipher.authenticated ? opened(bytes, key) : unpadded(bytes, key);
  } catch {
    return undefined;
  }
}

function opened(bytes: Buffer, key: Buffer): Buffer | undefined {
  if (bytes.length < 12 + 16) return undefined;
  const algorithm = `aes-${key.length * 8}-gcm` as 'aes-256-gcm';
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
}

function unpadded(bytes: Buffer, key: Buffer): Buffer | undefined {
  if (bytes.length < 32 || bytes.length % 16 !== 0) return undefined;
  const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, bytes.subarray(0, 16)).setAutoPadding(false);
  const content = Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
  // A length of 0 is no padding either: it leaves itself in the text, where XML has no such character.
  const padding = content.at(-1) ?? 0;
  return padding > 16 ? undefined : content.subarray(0, content.length - padding);
}

/**
 * Reads decrypted octets in the namespaces of the place where they stood, as far as a signature covers those
 * (xmlenc-core 4.3: some senders leave out what their ancestors declare; what nobody signed could give their names
 * another meaning, S3). Exactly one element must come out, so nothing can be closed or opened around it.
 */
function readFragment(content: Buffer, scope: NamespaceScope, limits: XmlLimits): XmlDocument | undefined {
  const declarations = [...scope].map(
    ([prefix, namespace]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${attributeText(namespace)}"`,
  );
  const wrapped = Buffer.concat([Buffer.from(`<in${declarations.join('')}>`), content, Buffer.from('</in>')]);
  const read = readXml(wrapped, limits);
  if (!read.ok) return undefined;
  const { root: wrapper, commented } = read.document;
  const [root, ...others] = childrenOf(wrapper);
  if (root === undefined || others.length > 0 || !hasElementsOnly(wrapper)) return undefined;
  return { root, commented };
}

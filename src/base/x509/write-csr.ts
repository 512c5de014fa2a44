// Writes and signs certification requests, PKCS #10 (RFC 2986), for keys of our own.
import type { KeyObject } from 'node:crypto';
import { contentOf, readRoot } from './der.ts';
import { der, derInteger, derOid, derSequence, derSet } from './der-writer.ts';
import { type ExtensionToWrite, writeExtensions } from './write.ts';
import { signedWith } from './write-signed.ts';

export interface CsrToWrite {
  readonly subject: Buffer;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** Extensions to ask for; an authority of ours copies none of them. */
  readonly asked?: readonly ExtensionToWrite[];
}

/** A request before it is signed. */
export function csrToSign({ subject, publicKey, asked = [] }: CsrToWrite): Buffer {
  const attributes =
    asked.length === 0
      ? []
      : [derSequence(derOid('1.2.840.113549.1.9.14'), derSet(contentOf(readRoot(writeExtensions(0xa0, asked), 0xa0))))];
  return derSequence(derInteger(0), subject, publicKey, der(0xa0, ...attributes));
}

/** A signed request as DER. */
export const writeCsr = (fields: CsrToWrite, key: KeyObject): Buffer => signedWith(key, () => csrToSign(fields));

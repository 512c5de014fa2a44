// Writes and signs revocation lists from plain fields (RFC 5280 5); the caller decides what stands in them.
import type { KeyObject } from 'node:crypto';
import { contentOf, readRoot, tags } from './der.ts';
import { der, derInteger, derSequence, derTime } from './der-writer.ts';
import { extensionOids } from './extensions.ts';
import { type ExtensionToWrite, writeExtensions } from './write.ts';
import { signedWith } from './write-signed.ts';

export interface CrlToWrite {
  readonly issuer: Buffer;
  readonly thisUpdate: number;
  /** Undefined writes a list without it, which RFC 5280 forbids. */
  readonly nextUpdate: number | undefined;
  readonly revoked: readonly {
    readonly serial: Buffer;
    readonly at: number;
    readonly reason?: number;
    readonly extensions?: readonly ExtensionToWrite[];
  }[];
  readonly extensions: readonly ExtensionToWrite[];
}

/** A version 2 list before it is signed, by a key whose AlgorithmIdentifier this is. */
export function crlToSign(fields: CrlToWrite, algorithm: Buffer): Buffer {
  const entries = fields.revoked.map(({ serial, at, reason, extensions = [] }) => {
    const all = [
      ...(reason === undefined || reason === 0
        ? []
        : [{ oid: extensionOids.reasonCode, value: der(tags.enumerated, Buffer.from([reason])) }]),
      ...extensions,
    ];
    const written = all.length === 0 ? [] : [contentOf(readRoot(writeExtensions(0xa0, all), 0xa0))];
    return derSequence(derInteger(serial), derTime(at), ...written);
  });
  return derSequence(
    derInteger(1),
    algorithm,
    fields.issuer,
    derTime(fields.thisUpdate),
    ...(fields.nextUpdate === undefined ? [] : [derTime(fields.nextUpdate)]),
    ...(entries.length === 0 ? [] : [derSequence(Buffer.concat(entries))]),
    ...(fields.extensions.length === 0 ? [] : [writeExtensions(0xa0, fields.extensions)]),
  );
}

/** A signed version 2 list as DER. */
export const writeCrl = (fields: CrlToWrite, signer: KeyObject): Buffer =>
  signedWith(signer, (algorithm) => crlToSign(fields, algorithm));

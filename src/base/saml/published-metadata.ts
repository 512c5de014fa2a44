// Our own metadata as it is published: written and signed once for what it says and who signs it, not for each reader.
import { createHash } from 'node:crypto';
import type { SigningKey } from '../jose/index.ts';
import { writeXml } from '../xml/index.ts';
import type { EntityDescriptor } from './metadata.ts';
import { signMessage } from './sign-message.ts';
import { writeEntityDescriptor } from './write-metadata.ts';

export interface PublishedMetadata {
  readonly body: string;
  /** Strong (RFC 9110 8.8.3): the same for the same bytes, in every hub, for signatures with RSA PKCS #1 v1.5 are. */
  readonly etag: string;
}

/** A publisher keeps the documents of so many entities; who asks by turns for more has them signed anew. */
const mostKept = 100;

export type MetadataPublisher = (
  entity: Omit<EntityDescriptor, 'id'>,
  signer: { readonly key: SigningKey; readonly certificate: Buffer | undefined },
) => PublishedMetadata;

/** One for each place that publishes. `loadXml` was awaited. */
export function metadataPublisher(): MetadataPublisher {
  const kept = new Map<string, PublishedMetadata>();
  return (entity, { key, certificate }) => {
    const digest = createHash('sha256')
      .update(JSON.stringify([entity, key.kid, certificate]))
      .digest('hex');
    const known = kept.get(digest);
    if (known !== undefined) return known;
    const document = writeEntityDescriptor({ ...entity, id: `_${digest.slice(0, 40)}` });
    const made = { body: writeXml(signMessage(document, key, certificate)), etag: `"${digest.slice(0, 32)}"` };
    const [oldest] = kept.keys();
    if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
    kept.set(digest, made);
    return made;
  };
}

/** The beginning of the present part of time: what is dated from there is the same document for as long. */
export const bucketOf = (now: number, ms: number): number => Math.floor(now / ms) * ms;

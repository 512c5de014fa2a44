// Reads a document of a source: verified with the source's keys and no others, within bounds that fit its size.
import type { EpochMs } from '../../base/clock.ts';
import { type EntityDescriptor, judgeMetadata } from '../../base/saml/index.ts';
import type { XmlLimits } from '../../base/xml/index.ts';
import type { MetadataSource } from '../catalogue/index.ts';
import type { DocumentTimes } from './document-checks.ts';
import { signerKeys } from './signer-keys.ts';

export interface ReadDocument {
  readonly signed: boolean;
  readonly aggregate: boolean;
  readonly times: DocumentTimes;
  readonly cacheDurationMs: number | undefined;
  readonly entities: readonly EntityDescriptor[];
  /** Entities that could not be read; they cost the others nothing. */
  readonly unreadable: readonly { readonly entityId?: string | undefined; readonly because: string }[];
}

export type DocumentReading =
  | { readonly ok: true; readonly document: ReadDocument }
  | { readonly ok: false; readonly reason: string; readonly because: string };

/** Real aggregates have an element in every 60 bytes. */
const limitsOf = (bytes: number): XmlLimits => ({
  bytes,
  depth: 64,
  elements: 1000 + Math.ceil(bytes / 30),
  attributes: 64,
  namespaces: 64,
});

/** The document, or why it is refused. `loadXml` was awaited. `entityId`: the one entity that was asked for. */
export function readDocument(
  bytes: Buffer,
  given: {
    readonly source: MetadataSource;
    readonly now: EpochMs;
    readonly mostBytes: number;
    readonly entityId?: string | undefined;
  },
): DocumentReading {
  const { signers } = given.source;
  const keys = signerKeys(signers, bytes);
  // No key at all would mean: no signature is asked for.
  if (signers.length > 0 && keys.length === 0)
    return { ok: false, reason: 'signature', because: 'no certificate with a pinned fingerprint comes with it' };
  const { now, entityId, mostBytes } = given;
  const verdict = judgeMetadata(bytes, { now, keys, entityId, limits: limitsOf(mostBytes) });
  if (!verdict.accepted) return { ok: false, reason: verdict.reason, because: verdict.because };
  const { signed, aggregate, createdAt, validUntil, cacheDurationMs, entities, unreadable } = verdict;
  return {
    ok: true,
    document: { signed, aggregate, times: { createdAt, validUntil }, cacheDurationMs, entities, unreadable },
  };
}

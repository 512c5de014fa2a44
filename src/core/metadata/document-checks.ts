// What a document must be beside well signed and unexpired (base/saml) before it takes the place of the one in use.
import { dayMs, type EpochMs, minuteMs } from '../../base/clock.ts';
import type { MetadataSource } from '../catalogue/index.ts';

/** The times that a document says of itself. */
export interface DocumentTimes {
  /** mdrpi:PublicationInfo creationInstant. */
  readonly createdAt?: EpochMs | undefined;
  readonly validUntil?: EpochMs | undefined;
}

/** A document that was read and verified, before it is taken. */
export interface DocumentFacts {
  readonly source: MetadataSource;
  /** Signed by one of the source's signers. */
  readonly signed: boolean;
  readonly times: DocumentTimes;
  /** Its root is md:EntitiesDescriptor. */
  readonly aggregate: boolean;
  /** How many of its entities the source brings. */
  readonly admitted: number;
  /** The document in use, when it came from the same place. */
  readonly stored?: DocumentTimes | undefined;
  readonly now: EpochMs;
}

export interface DocumentCheck {
  readonly name: string;
  readonly clause: string;
  /** True when the document may pass. */
  readonly test: (facts: DocumentFacts) => boolean;
}

/** How far a signer's clock may be ahead of ours. */
const mostAheadMs = 5 * minuteMs;

/** The document in use is of an earlier time than this one, as far as they tell: when it was made, else when it ends. */
function isOlder({ times, stored }: DocumentFacts): boolean {
  if (stored === undefined) return false;
  if (times.createdAt !== undefined && stored.createdAt !== undefined) return times.createdAt < stored.createdAt;
  return (times.validUntil ?? Number.POSITIVE_INFINITY) < (stored.validUntil ?? Number.NEGATIVE_INFINITY);
}

export const documentChecks: readonly DocumentCheck[] = [
  {
    name: 'document.signed',
    clause: 'SAML Metadata 3: by a pinned key; only what an administrator applied goes without',
    test: ({ source, signed }) => signed || ('document' in source.from && source.signers.length === 0),
  },
  {
    name: 'document.kind',
    clause: 'MDQ 3.1.1; K1: one entity where one was applied or asked for',
    test: ({ source, aggregate }) => !aggregate || 'url' in source.from || 'handedIn' in source.from,
  },
  {
    name: 'document.hasEnd',
    clause: 'saml2int 2.2.2: a list of members without an end could be held up for good',
    test: ({ aggregate, times }) => !aggregate || times.validUntil !== undefined,
  },
  {
    name: 'document.future',
    clause: 'MDRPI 2.2: it would make every later document look old',
    test: ({ times, now }) => times.createdAt === undefined || times.createdAt <= now + mostAheadMs,
  },
  {
    name: 'document.older',
    clause: 'rollback: an older document with a removed key or member in it, still signed',
    test: (facts) => !isOlder(facts),
  },
  {
    name: 'document.empty',
    clause: 'K1: a list that would lock everybody out is a mistake',
    test: ({ admitted }) => admitted > 0,
  },
];

/** The check that refuses the document, or undefined. */
export const refusal = (facts: DocumentFacts, checks = documentChecks): DocumentCheck | undefined =>
  checks.find(({ test }) => !test(facts));

/** A document of one entity that says no end counts for so long after it was last confirmed. */
const withoutEndMs = 14 * dayMs;

/** Until when a document counts that was fetched, or confirmed, now; undefined = for good, as an administrator applied it. */
export const endOf = ({ source, times, now }: Pick<DocumentFacts, 'source' | 'times' | 'now'>): EpochMs | undefined =>
  times.validUntil ?? ('document' in source.from ? undefined : now + withoutEndMs);

// What the SAML faces ask of metadata, and what metadata needs of a store.
import type { EpochMs } from '../../base/clock.ts';
import type { EntityDescriptor } from '../../base/saml/index.ts';
import type { Locale } from '../../wire/codes/index.ts';
import type { MetadataRole, MetadataSource } from '../catalogue/index.ts';
import type { Weakening } from './changes.ts';
import type { StoredEntity } from './stored-entity.ts';

/** An entity that a source vouches for now. */
export interface KnownEntity {
  readonly entity: EntityDescriptor;
  /** The source that it is taken from: of several the one with the lowest order. */
  readonly source: string;
  /** Every federation that lists the entity in this role now, that of its source first. */
  readonly federations: readonly string[];
  /** It counts until then; undefined = for good. */
  readonly validUntil: EpochMs | undefined;
}

export type EntityAnswer =
  | ({ readonly kind: 'found' } & KnownEntity)
  | { readonly kind: 'unknown' }
  /** It was known, and what we have of it has run out. */
  | { readonly kind: 'expired'; readonly source: string; readonly validUntil: EpochMs }
  /** A service that might know it does not answer. */
  | { readonly kind: 'unavailable'; readonly source: string };

/** A provider for the page on which people choose theirs. */
export interface ProviderHit {
  readonly entityId: string;
  /** In the language asked for, or the nearest; the entity id when it has no name. */
  readonly name: string;
  readonly source: string;
  readonly federation: string | undefined;
}

/** The sources of one federation, or one source. */
export interface SourcesMeant {
  readonly federation?: string | undefined;
  readonly source?: string | undefined;
}

/** Port: the metadata of others. */
export interface EntityMetadata {
  /** Looks in every source of the catalogue, or in those meant. Asks MDQ services where the entity is not known. */
  findEntity(entityId: string, role: MetadataRole, within?: SourcesMeant): Promise<EntityAnswer>;
  /** Providers whose names or organisations have words that begin with each of the typed ones; all for an empty text. */
  searchProviders(
    text: string,
    locale: Locale,
    limit: number,
    options?: { readonly offset?: number; readonly federation?: string },
  ): Promise<readonly ProviderHit[]>;
}

/** An entity of a source as it is stored. */
export interface EntityRow {
  readonly source: string;
  readonly facts: StoredEntity;
  readonly validUntil: EpochMs | undefined;
  /** The source does not list it any more. */
  readonly gone: boolean;
  /** Of an entity that was asked for by itself: when its document was made, and until when nobody need ask again. */
  readonly createdAt: EpochMs | undefined;
  readonly freshUntil: EpochMs | undefined;
}

/** Port: stored entities. */
export interface MetadataReads {
  entities(entityId: string, sources: readonly string[]): Promise<readonly EntityRow[]>;
  /** By words as `searchWords` makes them; names in the first of the languages that there is; sources in their order. */
  providers(wish: {
    readonly words: readonly string[];
    readonly languages: readonly string[];
    readonly sources: readonly string[];
    readonly now: EpochMs;
    readonly limit: number;
    readonly offset: number;
  }): Promise<readonly { readonly entityId: string; readonly source: string; readonly name: string }[]>;
}

/** Asks a service for one entity, stores what comes, and says how that went. */
export type AskService = (source: MetadataSource, entityId: string) => Promise<'stored' | 'unknown' | 'failed'>;

/** A change that waits for a person. */
export interface HeldRow {
  readonly entityId: string;
  readonly source: string;
  /** Names the change: whoever approves it approves exactly what they saw. */
  readonly digest: string;
  readonly reasons: readonly Weakening[];
  readonly heldAt: EpochMs;
  /** What is in use meanwhile runs out then. */
  readonly inUseUntil: EpochMs | undefined;
  /** Nothing is in use meanwhile: it was gone, and came back changed. */
  readonly gone: boolean;
}

/** What is in use of a source, and how its refreshing goes. */
export interface SourceState {
  readonly id: string;
  /** Digest of the place that the document came from. */
  readonly origin: string | undefined;
  readonly takenAt: EpochMs | undefined;
  readonly createdAt: EpochMs | undefined;
  readonly validUntil: EpochMs | undefined;
  readonly cacheDurationMs: number | undefined;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly checkedAt: EpochMs | undefined;
  readonly failures: number;
  readonly failingSince: EpochMs | undefined;
  readonly failure: string | undefined;
  readonly failureDetail: string | undefined;
  readonly alarmed: boolean;
}

/** A source with how many entities count of it, and how many changes wait. */
export interface SourceReport extends SourceState {
  readonly entities: number;
  readonly held: number;
}

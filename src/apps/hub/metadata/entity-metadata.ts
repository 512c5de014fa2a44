// The metadata of others for the SAML faces: the store of all hubs, and MDQ services where nothing is known.
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { createEntityMetadata, type EntityMetadata } from '../../../core/metadata/index.ts';
import { metadataReads } from '../../../edge/store/hub/metadata-read.ts';
import { type QueryParts, queryService } from './entity-query.ts';

/** Every answer is of what was committed when it was asked for: a change counts at once in every hub. */
export function entityMetadata(
  parts: QueryParts & { readonly catalogue: () => Pick<CatalogueSnapshot, 'metadataSources'> },
): EntityMetadata {
  const { pool, clock, catalogue } = parts;
  return createEntityMetadata({ catalogue, reads: metadataReads(pool), ask: queryService(parts), clock });
}

// `metadata: {file: sp.xml}` of a SAML application becomes the members that the metadata says; what the entry writes itself counts more.
import { membersOfMetadata } from '../../../core/catalogue/index.ts';
import type { Entry } from './entry.ts';
import { isFromSource, metadataEntity } from './metadata-entity.ts';
import type { Resolved } from './resolve.ts';

/** Path of a change's line that says what of the metadata was left out. */
export const leftOut = 'metadata (left out)';

/** An entry with its metadata taken over, and what of it was not. */
export async function takeMetadata(
  entry: Entry,
  value: unknown,
): Promise<Exclude<Resolved, { ok: true }> | { ok: true; value: unknown; left: readonly string[] }> {
  if (typeof value !== 'object' || value === null || !('metadata' in value)) return { ok: true, value, left: [] };
  const { metadata, ...own } = value;
  if (isFromSource(metadata)) return { ok: true, value, left: [] };
  const found = await metadataEntity(entry, ['metadata'], metadata, {
    role: 'sp',
    what: 'service provider',
    entityId: (own as { readonly entityId?: unknown }).entityId,
  });
  if (!found.ok) return found;
  const taken = membersOfMetadata(found.entity);
  if (!taken.ok) return { ok: false, problems: [entry.problem(['metadata'], taken.because)] };
  const weaker =
    taken.members.requireSignedRequest && (own as { requireSignedRequest?: unknown }).requireSignedRequest === false
      ? ['it signs its requests, and the entry lets unsigned ones in']
      : [];
  return { ok: true, value: { ...taken.members, ...own }, left: [...taken.left, ...weaker] };
}

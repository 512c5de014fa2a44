// `saml: {metadata: {file: idp.xml}}` of a provider becomes the members that the metadata says; what the entry writes itself counts more.
import { providerMembersOf } from '../../../core/catalogue/index.ts';
import type { Entry } from './entry.ts';
import { isFromSource, metadataEntity } from './metadata-entity.ts';
import type { Resolved } from './resolve.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entry with its provider's metadata taken over. It is given by whoever may write the record: no signature is asked for. */
export async function takeProviderMetadata(entry: Entry, value: unknown): Promise<Resolved> {
  const saml = isRecord(value) ? value.saml : undefined;
  if (!isRecord(value) || !isRecord(saml) || !('metadata' in saml)) return { ok: true, value };
  const { metadata, ...own } = saml;
  if (isFromSource(metadata)) return { ok: true, value };
  const found = await metadataEntity(entry, ['saml', 'metadata'], metadata, {
    role: 'idp',
    what: 'identity provider',
    entityId: own.entityId,
  });
  if (!found.ok) return found;
  const taken = providerMembersOf(found.entity, Array.isArray(own.scopes) ? own.scopes : []);
  if (!taken.ok) return { ok: false, problems: [entry.problem(['saml', 'metadata'], taken.because)] };
  return { ok: true, value: { ...value, saml: { ...taken.members, ...own } } };
}

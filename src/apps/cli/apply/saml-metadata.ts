// `metadata: {file: sp.xml}` of a SAML application becomes the members that the metadata says; what the entry writes itself counts more.
import { judgeMetadata } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { membersOfMetadata } from '../../../core/catalogue/index.ts';
import type { Entry } from './entry.ts';
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
  const problem = (message: string) => ({ ok: false as const, problems: [entry.problem(['metadata'], message)] });
  if (typeof metadata !== 'string') return problem('name the file with the metadata: `file: path`');
  await loadXml();
  // Given by hand, by whoever may change the record anyway: its signature, if it has one, says nothing more.
  const verdict = judgeMetadata(Buffer.from(metadata), { now: Date.now(), keys: [] });
  if (!verdict.accepted) return problem(`no metadata that can be taken over: ${verdict.because} (${verdict.reason})`);
  const wanted = (own as { readonly entityId?: unknown }).entityId;
  const providers = verdict.entities.filter(
    ({ sp, entityId }) => sp !== undefined && (wanted ?? entityId) === entityId,
  );
  const [entity, another] = providers;
  if (entity === undefined) return problem('it holds no service provider of SAML 2.0 (of the written entityId)');
  if (another !== undefined)
    return problem('it holds several service providers: write the entityId of the one that is meant');
  const taken = membersOfMetadata(entity);
  if (!taken.ok) return problem(taken.because);
  const weaker =
    taken.members.requireSignedRequest && (own as { requireSignedRequest?: unknown }).requireSignedRequest === false
      ? ['it signs its requests, and the entry lets unsigned ones in']
      : [];
  return { ok: true, value: { ...taken.members, ...own }, left: [...taken.left, ...weaker] };
}

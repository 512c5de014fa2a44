// The one entity that a file of metadata in an entry is about: read, and found by its entity ID where the file has several.
import { type EntityDescriptor, judgeMetadata } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import type { Entry } from './entry.ts';
import type { Resolved } from './resolve.ts';

type Unresolved = Exclude<Resolved, { ok: true }>;

/** `metadata: {source: …}`: nothing is taken over now, for it is read whenever it is needed. */
export const isFromSource = (metadata: unknown): boolean =>
  typeof metadata === 'object' && metadata !== null && 'source' in metadata;

/**
 * The entity that plays the role. The file is given by hand, by whoever may change the record anyway: its signature, if it
 * has one, says nothing more. `at` is the member's path in the entry.
 */
export async function metadataEntity(
  entry: Entry,
  at: readonly string[],
  metadata: unknown,
  { role, what, entityId }: { readonly role: 'idp' | 'sp'; readonly what: string; readonly entityId: unknown },
): Promise<Unresolved | { readonly ok: true; readonly entity: EntityDescriptor }> {
  const no = (message: string): Unresolved => ({ ok: false, problems: [entry.problem(at, message)] });
  if (typeof metadata !== 'string')
    return no('name the file with the metadata, `file: path`, or a metadata source, `source: id`');
  await loadXml();
  const verdict = judgeMetadata(Buffer.from(metadata), { now: Date.now(), keys: [] });
  if (!verdict.accepted) return no(`no metadata that can be taken over: ${verdict.because} (${verdict.reason})`);
  const [entity, another] = verdict.entities.filter(
    (one) => one[role] !== undefined && (entityId ?? one.entityId) === one.entityId,
  );
  if (entity === undefined) return no(`it holds no ${what} of SAML 2.0 (of the written entityId)`);
  if (another !== undefined) return no(`it holds several ${what}s: write the entityId of the one that is meant`);
  return { ok: true, entity };
}

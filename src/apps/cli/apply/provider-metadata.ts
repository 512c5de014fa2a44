// `saml: {metadata: {file: idp.xml}}` of a provider becomes the members that the metadata says; what the entry writes itself counts more.
import { judgeMetadata } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { providerMembersOf } from '../../../core/catalogue/index.ts';
import type { Entry } from './entry.ts';
import type { Resolved } from './resolve.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entry with its provider's metadata taken over. It is given by whoever may write the record: no signature is asked for. */
export async function takeProviderMetadata(entry: Entry, value: unknown): Promise<Resolved> {
  const saml = isRecord(value) ? value.saml : undefined;
  if (!isRecord(value) || !isRecord(saml) || !('metadata' in saml)) return { ok: true, value };
  const { metadata, ...own } = saml;
  const no = (message: string): Resolved => ({
    ok: false,
    problems: [entry.problem(['saml', 'metadata'], message)],
  });
  if (typeof metadata !== 'string') return no('name the file with the metadata: `file: path`');
  await loadXml();
  const verdict = judgeMetadata(Buffer.from(metadata), { now: Date.now(), keys: [] });
  if (!verdict.accepted) return no(`no metadata that can be taken over: ${verdict.because} (${verdict.reason})`);
  const wanted = own.entityId;
  const found = verdict.entities
    .filter(({ entityId }) => (wanted ?? entityId) === entityId)
    .flatMap((entity) => providerMembersOf(entity) ?? []);
  const [members, another] = found;
  if (members === undefined) return no('it holds no identity provider of SAML 2.0 (of the written entityId)');
  if (another !== undefined)
    return no('it holds several identity providers: write the entityId of the one that is meant');
  return { ok: true, value: { ...value, saml: { ...members, ...own } } };
}

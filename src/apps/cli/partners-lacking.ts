// Which records of SAML partners have no metadata to go by now, in words for `tillit status`.
import type { Clock } from '../../base/clock.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import {
  createEntityMetadata,
  createPartnerRecords,
  type MetadataReads,
  type PartnerAnswer,
} from '../../core/metadata/index.ts';

/** A line for each record that logs nobody in. What a service of single entities was not asked for yet is not lacking. */
export async function partnersLacking(
  snapshot: CatalogueSnapshot,
  reads: MetadataReads,
  clock: Clock,
): Promise<readonly string[]> {
  const metadata = createEntityMetadata({ catalogue: () => snapshot, reads, ask: async () => 'unknown', clock });
  const records = createPartnerRecords(metadata);
  const isAsked = (source: string | undefined): boolean => {
    const from = snapshot.metadataSources.get(source ?? '')?.from;
    return from !== undefined && 'mdq' in from;
  };
  const line = (what: string, source: string | undefined, answer: PartnerAnswer<unknown>): readonly string[] =>
    answer.ok || (answer.reason === 'unknown' && isAsked(source))
      ? []
      : [`${what} cannot be used: no metadata of ${answer.because}`];
  const lines: string[] = [];
  for (const { saml, ...provider } of snapshot.providers.values()) {
    if (saml?.metadata === undefined) continue;
    const answer = await records.provider({ ...provider, saml });
    lines.push(...line(`provider ${provider.id}`, saml.metadata.source, answer));
  }
  for (const application of snapshot.samlApplications.values()) {
    if (application.metadata === undefined) continue;
    const answer = await records.application(application);
    lines.push(...line(`application ${application.id}`, application.metadata.source, answer));
  }
  return lines;
}

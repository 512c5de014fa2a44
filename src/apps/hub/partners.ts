// Records of SAML partners as this hub uses them: filled in from metadata, and said to operators where that cannot be.
import type { Logger } from 'pino';
import { type Clock, hourMs } from '../../base/clock.ts';
import type { CatalogueSnapshot, SamlApplication } from '../../core/catalogue/index.ts';
import type { Committer } from '../../core/commit/index.ts';
import type { PartnerAnswer, PartnerRecords } from '../../core/metadata/index.ts';

export interface PartnerParts {
  readonly records: PartnerRecords;
  readonly commit: Committer;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** The records; a partner that cannot be used raises an alarm, once an hour for all hubs. */
export function announcedPartners({ records, commit, clock, log }: PartnerParts): PartnerRecords {
  async function announced<Record>(
    about: { readonly provider: string } | { readonly application: string },
    answer: PartnerAnswer<Record>,
  ): Promise<PartnerAnswer<Record>> {
    if (answer.ok) return answer;
    const { reason, because } = answer;
    const now = clock();
    const body = { alarm: 'metadata.partner', state: 'raised', ...about, reason, because };
    const hour = Math.floor(now / hourMs);
    const key = `metadata ${Object.entries(about).flat().join(' ')} ${reason} ${hour}`;
    const done = await commit({
      claims: [{ scope: 'warning', key, until: (hour + 2) * hourMs }],
      writes: [],
      ifWon: [{ kind: 'hub.alarm', at: now, outcome: 'failed', body }],
      ifLost: [],
    });
    if (done.won) log.warn(body, 'a partner cannot be used: its metadata is not there');
    return answer;
  }

  return {
    provider: async (provider) => announced({ provider: provider.id }, await records.provider(provider)),
    application: async (application) =>
      announced({ application: application.id }, await records.application(application)),
  };
}

/** The snapshot with this record of an application in the place of its own. */
export const withApplication = (snapshot: CatalogueSnapshot, record: SamlApplication): CatalogueSnapshot => ({
  ...snapshot,
  samlApplications: new Map([...snapshot.samlApplications, [record.id, record]]),
});

/** The snapshot with the records of these applications filled in; one that cannot be has no places. */
export async function withPartners(
  snapshot: CatalogueSnapshot,
  partners: Pick<PartnerRecords, 'application'>,
  ids: readonly string[],
): Promise<CatalogueSnapshot> {
  let filled = snapshot;
  for (const id of new Set(ids)) {
    const record = snapshot.samlApplications.get(id);
    if (record?.metadata === undefined) continue;
    const answer = await partners.application(record);
    if (answer.ok) filled = withApplication(filled, answer.record);
  }
  return filled;
}

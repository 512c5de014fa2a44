// Records of SAML partners filled in from their metadata when they are needed: what a source vouches for at that moment.
import {
  applicationFromMetadata,
  type FilledIn,
  type FromMetadata,
  type Provider,
  providerFromMetadata,
  type SamlApplication,
  type SamlUpstream,
} from '../catalogue/index.ts';
import type { EntityAnswer, EntityMetadata } from './ports.ts';

export type SamlProvider = Provider & { readonly saml: SamlUpstream };

/** Why a record cannot be used now. `unusable`: there is metadata, and it is not what the record needs. */
export type NoMetadata = Exclude<EntityAnswer['kind'], 'found'> | 'unusable';

export type PartnerAnswer<Record> =
  | { readonly ok: true; readonly record: Record }
  | { readonly ok: false; readonly reason: NoMetadata; readonly because: string };

/** Port: a partner's record as it is to be used now. A record that says everything itself is answered as it is. */
export interface PartnerRecords {
  provider(provider: SamlProvider): Promise<PartnerAnswer<SamlProvider>>;
  application(application: SamlApplication): Promise<PartnerAnswer<SamlApplication>>;
}

const lacking: Readonly<Record<Exclude<EntityAnswer['kind'], 'found'>, string>> = {
  unknown: 'the source does not list it, or its change waits for approval',
  expired: 'what is known of it has run out',
  unavailable: 'the service that might know it does not answer',
};

/** Every answer is of what the store holds when it is asked for. */
export function createPartnerRecords(metadata: Pick<EntityMetadata, 'findEntity'>): PartnerRecords {
  async function fill<Record>(
    { entityId, from, role }: { entityId: string; from: FromMetadata; role: 'idp' | 'sp' },
    filled: (found: Extract<EntityAnswer, { kind: 'found' }>) => FilledIn<Record>,
  ): Promise<PartnerAnswer<Record>> {
    const answer = await metadata.findEntity(entityId, role, { source: from.source });
    if (answer.kind !== 'found')
      return { ok: false, reason: answer.kind, because: `${entityId} in ${from.source}: ${lacking[answer.kind]}` };
    const made = filled(answer);
    return made.ok ? made : { ...made, reason: 'unusable' };
  }

  return {
    async provider(provider) {
      const { saml } = provider;
      const { metadata: from, entityId } = saml;
      if (from === undefined) return { ok: true, record: provider };
      const answer = await fill({ entityId, from, role: 'idp' }, ({ entity }) => providerFromMetadata(saml, entity));
      return answer.ok ? { ok: true, record: { ...provider, saml: answer.record } } : answer;
    },
    async application(application) {
      const { metadata: from, entityId } = application;
      if (from === undefined) return { ok: true, record: application };
      return await fill({ entityId, from, role: 'sp' }, ({ entity }) => applicationFromMetadata(application, entity));
    },
  };
}

// Records of SAML partners filled in from their metadata when they are needed: what a source vouches for at that moment.
import type { EntityDescriptor } from '../../base/saml/index.ts';
import {
  applicationFromMetadata,
  type FilledIn,
  type FromMetadata,
  type Provider,
  providerFromMetadata,
  type SamlApplication,
  type SamlUpstream,
} from '../catalogue/index.ts';
import type { MemberNow } from './list-members.ts';
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

/**
 * Every answer is of what the store holds when it is asked for. `memberNow`: of a provider that one record brings with
 * others, whether it still does, and as what.
 */
export function createPartnerRecords(
  metadata: Pick<EntityMetadata, 'findEntity'>,
  memberNow: MemberNow = async () => undefined,
): PartnerRecords {
  async function fill<Record>(
    { entityId, from, role }: { entityId: string; from: FromMetadata; role: 'idp' | 'sp' },
    filled: (entity: EntityDescriptor) => FilledIn<Record> | Promise<FilledIn<Record>>,
  ): Promise<PartnerAnswer<Record>> {
    const answer = await metadata.findEntity(entityId, role, { source: from.source });
    if (answer.kind !== 'found')
      return { ok: false, reason: answer.kind, because: `${entityId} in ${from.source}: ${lacking[answer.kind]}` };
    const made = await filled(answer.entity);
    return made.ok ? made : { ...made, reason: 'unusable' };
  }

  /** A member's provider by the entity of now: its level, its scopes, and that it is the same organisation's still. */
  async function asMember(provider: SamlProvider, entity: EntityDescriptor): Promise<FilledIn<SamlProvider>> {
    const { madeBy, saml } = provider;
    if (madeBy === undefined) return { ok: true, record: provider };
    const now = await memberNow(madeBy, entity);
    if (now?.ok !== true)
      return { ok: false, because: `${entity.entityId}: ${now?.check.because ?? `provider ${madeBy} is gone`}` };
    return now.provider.saml.organisation === saml.organisation
      ? { ok: true, record: now.provider }
      : { ok: false, because: `${entity.entityId} is another organisation's now` };
  }

  return {
    async provider(provider) {
      const { saml } = provider;
      const { metadata: from, entityId } = saml;
      if (from === undefined) return { ok: true, record: provider };
      return await fill({ entityId, from, role: 'idp' }, async (entity) => {
        const now = await asMember(provider, entity);
        if (!now.ok) return now;
        const made = providerFromMetadata(now.record.saml, entity);
        return made.ok ? { ok: true, record: { ...now.record, saml: made.record } } : made;
      });
    },
    async application(application) {
      const { metadata: from, entityId } = application;
      if (from === undefined) return { ok: true, record: application };
      return await fill({ entityId, from, role: 'sp' }, (entity) => applicationFromMetadata(application, entity));
    },
  };
}

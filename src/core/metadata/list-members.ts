// All providers that records of whole sources bring, and one of them as it is at a moment: gathers the facts, and decides.
import type { Clock } from '../../base/clock.ts';
import { type EntityDescriptor, entityAttributeNames } from '../../base/saml/index.ts';
import type { CatalogueSnapshot, Provider } from '../catalogue/index.ts';
import { valuesOf } from './admission-checks.ts';
import { discoveryFacts } from './discovery.ts';
import {
  federationOfRecord,
  type ListedProvider,
  type MembersRecord,
  type MemberVerdict,
  memberProvider,
  memberRecords,
  scopeOwners,
  writtenEntities,
} from './member-providers.ts';

/** Port: what members are found by. */
export interface MemberReads {
  /** Providers that the source lists now and that want to be offered. */
  listed(source: string): Promise<readonly ListedProvider[]>;
  /** Organisation -> national number, of those that are not closed and have one. */
  numbers(organisations: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

async function ownersFor(snapshot: CatalogueSnapshot, record: MembersRecord, reads: Pick<MemberReads, 'numbers'>) {
  const federation = federationOfRecord(snapshot, record);
  const organisations = federation?.members.map(({ organisation }) => organisation) ?? [];
  return { federation, owners: scopeOwners(federation, await reads.numbers(organisations)) };
}

/** What becomes of each provider that the record's source lists. */
export async function judgeListed(
  snapshot: CatalogueSnapshot,
  record: MembersRecord,
  reads: MemberReads,
  clock: Clock,
): Promise<readonly { readonly listed: ListedProvider; readonly verdict: MemberVerdict }[]> {
  const written = writtenEntities(snapshot);
  const whose = await ownersFor(snapshot, record, reads);
  const all = await reads.listed(record.samlMembers.source);
  const now = clock();
  return all.map((listed) => ({ listed, verdict: memberProvider({ record, listed, written, now, ...whose }) }));
}

/** Every member's provider, of every such record. */
export async function listMembers(
  snapshot: CatalogueSnapshot,
  reads: MemberReads,
  clock: Clock,
): Promise<readonly Provider[]> {
  const found: Provider[] = [];
  for (const record of memberRecords(snapshot)) {
    for (const { verdict } of await judgeListed(snapshot, record, reads, clock))
      if (verdict.ok) found.push(verdict.provider);
  }
  return found;
}

/** What an entity says of whose it is. */
export function listedOf(entity: EntityDescriptor): ListedProvider {
  const certified = valuesOf(entity, entityAttributeNames.assuranceCertification);
  return {
    entityId: entity.entityId,
    names: discoveryFacts(entity).names,
    scopes: entity.idp?.scopes ?? [],
    certified: certified.length === 0 ? undefined : certified,
  };
}

/** An entity's provider as it is now; undefined when there is no such record any more. */
export type MemberNow = (madeBy: string, entity: EntityDescriptor) => Promise<MemberVerdict | undefined>;

export const memberNow =
  (catalogue: () => CatalogueSnapshot, reads: Pick<MemberReads, 'numbers'>, clock: Clock): MemberNow =>
  async (madeBy, entity) => {
    const snapshot = catalogue();
    const record = memberRecords(snapshot).find(({ id }) => id === madeBy);
    if (record === undefined) return undefined;
    const whose = await ownersFor(snapshot, record, reads);
    return memberProvider({
      record,
      listed: listedOf(entity),
      written: writtenEntities(snapshot),
      now: clock(),
      ...whose,
    });
  };

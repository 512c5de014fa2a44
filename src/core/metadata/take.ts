// What of a document is to be stored, and what of it waits for a person: the decision over one document.
import type { EpochMs } from '../../base/clock.ts';
import type { EntityDescriptor } from '../../base/saml/index.ts';
import type { MetadataSource } from '../catalogue/index.ts';
import { admissionChecks, keptOut } from './admission-checks.ts';
import { compareEntities, type EntityChange } from './changes.ts';
import { discoveryFacts } from './discovery.ts';
import { entityDigest, entityOf, type StoredEntity, storedForm } from './stored-entity.ts';

/** An entity as it goes into the store. */
export interface EntityToStore {
  readonly entityId: string;
  readonly roles: readonly string[];
  /** Its own end, where that comes before the document's. */
  readonly validUntil: EpochMs | undefined;
  readonly digest: string;
  readonly facts: StoredEntity;
  readonly names: Readonly<Record<string, string>>;
  readonly words: readonly string[] | undefined;
}

/** The entities that the source brings, whole (which of their roles count is asked when they are used), ready to be stored, and how many each check kept out. */
export function admit(
  source: MetadataSource,
  entities: Iterable<EntityDescriptor>,
  documentEnd: EpochMs | undefined,
  now: EpochMs,
  checks = admissionChecks,
): { readonly admitted: readonly EntityToStore[]; readonly keptOut: Readonly<Record<string, number>> } {
  const admitted: EntityToStore[] = [];
  const out: Record<string, number> = {};
  for (const entity of entities) {
    const check = keptOut({ entity, source, now }, checks);
    if (check === undefined) admitted.push(toStore(entity, documentEnd));
    else out[check.name] = (out[check.name] ?? 0) + 1;
  }
  return { admitted, keptOut: out };
}

function toStore(entity: EntityDescriptor, documentEnd: EpochMs | undefined): EntityToStore {
  const facts = storedForm(entity);
  const { validUntil } = entity;
  const isEarlier = validUntil !== undefined && (documentEnd === undefined || validUntil < documentEnd);
  return {
    entityId: entity.entityId,
    roles: (['idp', 'sp'] as const).filter((role) => entity[role] !== undefined),
    validUntil: isEarlier ? validUntil : undefined,
    digest: entityDigest(facts),
    facts,
    ...discoveryFacts(entity),
  };
}

/** What an entity's new facts mean beside those in use; asked for entities whose digest changed. */
export const compareStored = (before: StoredEntity, after: StoredEntity): EntityChange =>
  compareEntities(entityOf(before, undefined), entityOf(after, undefined));

// Public face of core/metadata.
export type { EntityChange, Weakening } from './changes.ts';
export { endOf, refusal } from './document-checks.ts';
export { judgeListed, listedOf, listMembers, type MemberReads, memberNow } from './list-members.ts';
export { createEntityMetadata } from './lookup.ts';
export { type ListedProvider, memberId, memberRecords, withMembers } from './member-providers.ts';
export {
  createPartnerRecords,
  type NoMetadata,
  type PartnerAnswer,
  type PartnerRecords,
  type SamlProvider,
} from './partner-records.ts';
export type {
  AskService,
  EntityAnswer,
  EntityMetadata,
  EntityRow,
  HeldRow,
  KnownEntity,
  MetadataReads,
  ProviderHit,
  SourceReport,
  SourceState,
} from './ports.ts';
export { freshUntil, pauseAfterFailureMs, queryAddress, unknownForMs } from './query.ts';
export { readDocument } from './read-document.ts';
export { isAlarming, nextAfterFailure, nextAfterSuccess } from './schedule.ts';
export type { StoredEntity } from './stored-entity.ts';
export { admit, compareStored, type EntityToStore } from './take.ts';

// Public face of apps/hub/metadata.
export { entityMetadata } from './entity-metadata.ts';
export { type MemberCatalogue, memberCatalogue, withFoundMembers } from './member-catalogue.ts';
export { metadataExpiring, metadataMetrics } from './metadata-watch.ts';
export { type RefreshParts, refreshDue, refreshNow } from './refresh-loop.ts';
export type { RefreshOutcome } from './refresh-task.ts';

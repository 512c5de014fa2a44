// Public face of edge/store/authority.
export { type FoundEvent, findEvents, serialsOf, type TrailSearch } from './find-events.ts';
export { authorityLock, authorityMigration, migrateAuthority, migrateAuthorityOn } from './migrate.ts';
export { enrolmentPermits } from './permits.ts';
export { certificateRegister } from './register.ts';

// Public face of the test starters.
export { requireDebian } from './debian.ts';
export { debianPostgresMissing, startDebianPostgres } from './debian-postgres.ts';
export { startEmbedded, type TestDatabase } from './embedded-postgres.ts';
export { temporaryFolder } from './folder.ts';
export { freePort } from './port.ts';

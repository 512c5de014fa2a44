// Public face of core/directory.
export * from './administration.ts';
export * from './assignment-conflicts.ts';
export * from './directory.ts';
export * from './directory-writes.ts';
export * from './duplicates.ts';
export * from './endings.ts';
export {
  accountNamespace,
  isPersonalNumberNamespace,
  type Normalised,
  normaliseIdentity,
  normaliseUsername,
} from './identity.ts';
export { licenceCodeOf } from './licence-codes.ts';
export { accountsPerAddress, addressKey, addressLimitOf, organisationFactor } from './login-try.ts';
export * from './merge.ts';
export * from './people-feed.ts';
export type * from './person-source.ts';
export type * from './ports.ts';
export * from './reach.ts';
export {
  type FullPersonEntry,
  type OrganisationEntry,
  organisationSchema,
  type PersonEntry,
  personSchema,
  type UnitEntry,
  unitSchema,
} from './schemas.ts';
export { instantOfSource, spanOf } from './source-dates.ts';
export { believed, type SourceAllowance, sourceAway } from './source-rules.ts';
export * from './take-in.ts';
export * from './truth.ts';

// Which entities of a document a source brings, as one list of checks: what its record does not let in stays out.
import type { EpochMs } from '../../base/clock.ts';
import { type EntityDescriptor, entityAttributeNames } from '../../base/saml/index.ts';
import type { MetadataSource } from '../catalogue/index.ts';

export interface AdmissionFacts {
  readonly entity: EntityDescriptor;
  readonly source: MetadataSource;
  readonly now: EpochMs;
}

export interface AdmissionCheck {
  readonly name: string;
  readonly clause: string;
  /** True when the entity may pass. */
  readonly test: (facts: AdmissionFacts) => boolean;
}

/** Values of an entity attribute (SAML V2.0 Metadata Extension for Entity Attributes). */
export const valuesOf = (entity: EntityDescriptor, name: string): readonly string[] =>
  entity.entityAttributes.filter((attribute) => attribute.name === name).flatMap(({ values }) => values);

/** Values of the entity attribute for categories (RFC 8409 3). */
export const categoriesOf = (entity: EntityDescriptor): readonly string[] =>
  valuesOf(entity, entityAttributeNames.entityCategory);

/** What an index of the store holds, whatever letters it is written in. */
const longestIdBytes = 1024;

export const admissionChecks: readonly AdmissionCheck[] = [
  {
    name: 'entity.id',
    clause: 'SAML Core 8.3.6: at most 1024 characters; one member must not keep the whole list out',
    test: ({ entity }) => Buffer.byteLength(entity.entityId) <= longestIdBytes,
  },
  {
    name: 'entity.validUntil',
    clause: 'SAML Metadata 2.3.2: metadata that has expired is not used',
    test: ({ entity, now }) => entity.validUntil === undefined || now < entity.validUntil,
  },
  {
    name: 'entity.role',
    clause: 'K1: a source brings the roles that its record names',
    test: ({ entity, source }) => source.roles.some((role) => entity[role] !== undefined),
  },
  {
    name: 'entity.listed',
    clause: 'K1: only the entities that the record lists',
    test: ({ entity, source }) => source.entities?.includes(entity.entityId) ?? true,
  },
  {
    name: 'entity.registrationAuthority',
    clause: 'MDRPI 2.1: who registered it, and answers for it',
    test: ({ entity, source }) =>
      source.registrationAuthorities?.includes(entity.registration?.authority ?? '') ?? true,
  },
  {
    name: 'entity.category',
    clause: 'RFC 8409 3',
    test: ({ entity, source }) =>
      source.entityCategories?.some((category) => categoriesOf(entity).includes(category)) ?? true,
  },
];

/** The first check that keeps the entity out, or undefined. */
export const keptOut = (facts: AdmissionFacts, checks = admissionChecks): AdmissionCheck | undefined =>
  checks.find(({ test }) => !test(facts));

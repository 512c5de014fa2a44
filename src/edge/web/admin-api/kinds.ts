// Kinds of documents that the admin API has, each with the description that reads it and what a list can be narrowed by.
import { type SchemaData, schemaData, type TSchema } from '../../../base/schema/index.ts';
import { catalogueSchemas, catalogueSections } from '../../../core/catalogue/index.ts';
import { organisationSchema, personSchema, unitSchema } from '../../../core/directory/index.ts';

export interface AdminKindFacts {
  /** As in a path, and in a file that is applied. */
  readonly section: string;
  readonly schema: TSchema;
  readonly filters: readonly ('organisation' | 'state')[];
  /** Only administrators of the hub. */
  readonly hubOnly: boolean;
}

const has = (schema: TSchema, member: string): boolean => {
  const { properties } = schemaData(schema) as SchemaData;
  return properties !== undefined && Object.hasOwn(properties, member);
};

const ofCatalogue = Object.entries(catalogueSections).map(([section, kind]): AdminKindFacts => {
  const schema: TSchema = catalogueSchemas[kind];
  return {
    section,
    schema,
    filters: [
      ...(has(schema, 'organisation') ? (['organisation'] as const) : []),
      ...(has(schema, 'closed') ? (['state'] as const) : []),
    ],
    hubOnly: true,
  };
});

/** Every kind, in the order of an export. */
export const adminKinds: readonly AdminKindFacts[] = [
  ...ofCatalogue,
  { section: 'organisations', schema: organisationSchema, filters: ['state'], hubOnly: false },
  { section: 'units', schema: unitSchema, filters: ['organisation'], hubOnly: false },
  { section: 'people', schema: personSchema, filters: ['organisation', 'state'], hubOnly: false },
];

// Finds the members that a description marks as secret, so that no diff, export or form shows them.
import type { TSchema } from 'typebox';
import { type SchemaData, schemaData } from './parse.ts';

/** What stands in an export in place of a secret; on apply it means "as it is now". */
export const keptSecret = '(kept)';

type Replace = (value: unknown, path: readonly (string | number)[]) => unknown;

/** A copy of the value in which every secret member was replaced by what `replace` answers. */
export function mapSecrets(schema: TSchema, value: unknown, replace: Replace): unknown {
  return walk(schemaData(schema), value, [], replace);
}

/** A copy with every secret member shown as `keptSecret`. */
export const hideSecrets = (schema: TSchema, value: unknown): unknown => mapSecrets(schema, value, () => keptSecret);

function walk(schema: SchemaData, value: unknown, path: readonly (string | number)[], replace: Replace): unknown {
  if (value === undefined) return undefined;
  if (schema.secret) return replace(value, path);
  if (schema.anyOf) {
    // A member is secret if any variant says so: an unfinished value may fit none of them.
    return schema.anyOf.reduce<unknown>((read, variant) => walk(variant, read, path, replace), value);
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map((item, index) => walk(items, item, [...path, index], replace)) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const named = schema.patternProperties && Object.values(schema.patternProperties)[0];
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => {
      const member = schema.properties?.[name] ?? named;
      return [name, member ? walk(member, own, [...path, name], replace) : own];
    }),
  );
}

// What is stored, in the form that applies as no change: secrets, national numbers and protected people hidden unless asked for.
import { hideSecrets, parse } from '../../../base/schema/index.ts';
import { type CatalogueKind, catalogueSchemas } from '../../../core/catalogue/index.ts';
import { accountNamespace, isPersonalNumberNamespace, type PersonRecord } from '../../../core/directory/index.ts';
import { selfSource } from '../../../core/linking/index.ts';

/** The document with today's defaults, its secrets hidden. */
export function shownDoc(kind: CatalogueKind, doc: unknown, withSecrets: boolean): unknown {
  const schema = catalogueSchemas[kind];
  const parsed = parse(schema, doc);
  const value = parsed.ok ? parsed.value : doc;
  return withSecrets ? value : hideSecrets(schema, value);
}

/** A person as an applied file has them; `values` are the personal numbers that may be shown. */
export function personEntry(
  record: PersonRecord,
  values: ReadonlyMap<string, string> | undefined,
  withProtected: boolean,
): unknown {
  if (record.protectedIdentity && !withProtected) return { id: record.id, hidden: true };
  const {
    identities,
    assignments,
    username,
    attributes,
    told: _told,
    namedBy: _namedBy,
    mergedInto: _merged,
    ...person
  } = record;
  return {
    ...person,
    attributes,
    identities: identities
      // A login that the person added is no entry of a file: applied elsewhere it would lose its ceiling.
      .filter(({ namespace, source }) => namespace !== accountNamespace && source !== selfSource)
      .map(({ namespace, lookup }) => {
        if (!isPersonalNumberNamespace(namespace)) return { namespace, value: lookup };
        const value = values?.get(`${namespace} ${lookup}`);
        return value === undefined ? { namespace, hidden: true } : { namespace, value };
      }),
    assignments: assignments.map(({ person: _person, from, until, ...rest }) => ({
      ...rest,
      ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    })),
    ...(username === undefined ? {} : { username }),
  };
}

// Documents as a caller may see them, each with the version that it has for them.
import { createHash } from 'node:crypto';
import { type CatalogueKind, catalogueSections } from '../../../core/catalogue/index.ts';
import {
  type Organisation,
  type PersonRecord,
  type Reach,
  reaches,
  seenOrganisation,
  seenPerson,
  seenUnit,
  type Unit,
} from '../../../core/directory/index.ts';
import type { Queryable } from '../../../edge/store/hub/audit-insert.ts';
import { directoryReader } from '../../../edge/store/hub/directory.ts';
import { itemDocument, searchItems, searchPeople } from '../../../edge/store/hub/directory-search.ts';
import type { AdminPage, AdminRefusal, AdminSearch, ShownDocument } from '../../../edge/web/admin-api/index.ts';
import { personEntry, shownDoc } from '../apply/index.ts';
import type { Gathered } from './reach.ts';

export const refused = (code: AdminRefusal['code'], more: Omit<AdminRefusal, 'kind' | 'code'> = {}): AdminRefusal => ({
  kind: 'refused',
  code,
  ...more,
});

/** The strong ETag (RFC 9110 8.8.3) of what somebody sees. `behind` is what lies behind hidden values: it counts, and is not told. */
const etagOf = (section: string, document: unknown, behind?: unknown): string =>
  `"${createHash('sha256')
    .update(JSON.stringify([section, document, behind ?? null]))
    .digest('base64url')
    .slice(0, 27)}"`;

const ofCatalogue = (section: string, kind: CatalogueKind, id: string, doc: unknown): ShownDocument => {
  const document = shownDoc(kind, doc, false);
  return { id, etag: etagOf(section, document, doc), document };
};

const ofOrganisation = (reach: Reach, organisation: Organisation): ShownDocument | undefined => {
  const seen = seenOrganisation(reach, organisation);
  return seen && { id: seen.id, etag: etagOf('organisations', seen), document: seen };
};

const ofUnit = (reach: Reach, unit: Unit): ShownDocument | undefined => {
  const seen = seenUnit(reach, unit);
  if (seen === undefined) return undefined;
  const { source: _source, ...document } = seen;
  return { id: seen.id, etag: etagOf('units', document), document };
};

/** A person as a document. One with protected identity is written as hidden (K11). */
export function ofPerson(reach: Reach, person: PersonRecord): ShownDocument | undefined {
  const seen = seenPerson(reach, person);
  if (seen === undefined) return undefined;
  const document = personEntry(seen, undefined, false);
  const { told, ...own } = seen;
  return { id: seen.id, etag: etagOf('people', document, [own, told]), document };
}

/** One document of a section; undefined: to them there is none. */
export async function documentOf(
  client: Queryable,
  { reach, organisations }: Gathered,
  section: string,
  id: string,
): Promise<ShownDocument | undefined> {
  const kind = catalogueSections[section];
  if (kind !== undefined) {
    const doc = await itemDocument(client, kind, id);
    return doc === undefined ? undefined : ofCatalogue(section, kind, id, doc);
  }
  if (section === 'organisations') {
    const found = organisations.get(id);
    return found && ofOrganisation(reach, found);
  }
  if (section === 'units') {
    const found = (await directoryReader(client).units()).find((unit) => unit.id === id);
    return found && ofUnit(reach, found);
  }
  const [person] = await directoryReader(client).people([id]);
  return person && ofPerson(reach, person);
}

/** A page of a section, of what is within reach. */
export async function pageOf(
  client: Queryable,
  { reach, organisations }: Gathered,
  section: string,
  { limit, after, text, organisation, closed }: AdminSearch,
): Promise<AdminPage> {
  const search = { after, limit: limit + 1, text, closed };
  const page = (found: readonly ShownDocument[]): AdminPage => ({
    kind: 'page',
    items: found.slice(0, limit),
    ...(found.length > limit ? { next: found[limit - 1]?.id } : {}),
  });
  const kind = catalogueSections[section];
  if (kind !== undefined) {
    const rows = await searchItems(client, kind, { ...search, organisation });
    return page(rows.map(({ id, doc }) => ofCatalogue(section, kind, id, doc)));
  }
  if (section === 'people') {
    const wanted = organisation === undefined ? undefined : reaches(reach, organisation) ? [organisation] : [];
    const own = reach.directory === 'all' ? undefined : [...reach.directory];
    const people = await searchPeople(client, { ...search, organisations: wanted ?? own });
    return page(people.flatMap((person) => ofPerson(reach, person) ?? []));
  }
  const words = text?.toLowerCase();
  const fits = (one: { readonly id: string; readonly name: string }): boolean =>
    one.id > after &&
    (words === undefined || one.id.toLowerCase().includes(words) || one.name.toLowerCase().includes(words));
  if (section === 'organisations') {
    const all = [...organisations.values()].filter(
      (one) => fits(one) && (closed === undefined || one.closed === closed),
    );
    return page(all.sort(byId).flatMap((one) => ofOrganisation(reach, one) ?? []));
  }
  const units = (await directoryReader(client).units()).filter(
    (one) => fits(one) && (organisation === undefined || one.organisation === organisation),
  );
  return page([...units].sort(byId).flatMap((one) => ofUnit(reach, one) ?? []));
}

/** As the database sorts (COLLATE "C"): by code units that are ASCII. */
const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

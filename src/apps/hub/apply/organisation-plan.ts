// Compares organisations and units of applied files with what is stored.
import { parse, type TSchema } from '../../../base/schema/index.ts';
import { type Organisation, organisationSchema, type Unit, unitSchema } from '../../../core/directory/index.ts';
import { type ChangeLog, compare } from './changes.ts';
import type { Entry, FileProblem, RemovedItem } from './entry.ts';

/** How one sort of item is to be. */
export interface ItemPlan<T> {
  readonly save: readonly T[];
  readonly remove: readonly string[];
  /** As it will be, for references. */
  readonly after: ReadonlyMap<string, T>;
  readonly problems: readonly FileProblem[];
}

interface Given<T> {
  readonly entries: readonly Entry[];
  readonly sections: ReadonlySet<string>;
  readonly stored: readonly T[];
  readonly prune: boolean;
  readonly remove?: readonly RemovedItem[] | undefined;
  readonly log: ChangeLog;
}

export function planOrganisations(
  given: Given<Organisation> & { readonly brands: ReadonlySet<string> },
): ItemPlan<Organisation> {
  return plan(given, 'organisation', 'organisations', organisationSchema, (organisation, entry, after) => [
    ...parentProblems(organisation, entry, after),
    ...(organisation.brand && !given.brands.has(organisation.brand)
      ? [entry.problem(['brand'], `there is no brand ${organisation.brand}`)]
      : []),
    ...(organisation.number &&
    [...after.values()].some(({ id, number }) => id !== organisation.id && number === organisation.number)
      ? [entry.problem(['number'], 'another organisation has the same number')]
      : []),
  ]);
}

export function planUnits(
  given: Given<Unit> & { readonly organisations: ReadonlyMap<string, Organisation> },
): ItemPlan<Unit> {
  return plan(given, 'unit', 'units', unitSchema, (unit, entry, after) => [
    ...(given.organisations.has(unit.organisation)
      ? []
      : [entry.problem(['organisation'], `there is no organisation ${unit.organisation}`)]),
    ...parentProblems(unit, entry, after),
    ...(unit.parent && after.has(unit.parent) && after.get(unit.parent)?.organisation !== unit.organisation
      ? [entry.problem(['parent'], `unit ${unit.parent} is of another organisation`)]
      : []),
  ]);
}

interface Item {
  readonly id: string;
  readonly parent?: string | undefined;
}

function plan<T extends Item>(
  given: Given<T>,
  kind: string,
  section: string,
  schema: TSchema,
  check: (item: T, entry: Entry, after: ReadonlyMap<string, T>) => readonly FileProblem[],
): ItemPlan<T> {
  const stored = new Map(given.stored.map((item) => [item.id, item]));
  const wanted = new Map<string, { item: T; entry: Entry }>();
  const problems: FileProblem[] = [];
  for (const entry of given.entries) {
    if (entry.section !== section) continue;
    const parsed = parse(schema, entry.value);
    if (!parsed.ok) problems.push(...parsed.problems.map(({ path, message }) => entry.problem(path, message)));
    else {
      const item = parsed.value as T;
      if (wanted.has(item.id)) problems.push(entry.problem(['id'], `${item.id} is there twice`));
      wanted.set(item.id, { item, entry });
    }
  }
  const named = new Set((given.remove ?? []).flatMap((one) => (one.section === section ? [one.id] : [])));
  const pruned = (id: string): boolean => given.prune && given.sections.has(section) && !wanted.has(id);
  const removed = given.stored.filter(({ id }) => pruned(id) || named.has(id));
  const after = new Map(stored);
  for (const { id } of removed) after.delete(id);
  for (const [id, { item }] of wanted) after.set(id, item);
  for (const { item, entry } of wanted.values()) problems.push(...check(item, entry, after));

  for (const { id } of removed) given.log.add({ action: 'remove', kind, id, members: [] });
  const save: T[] = [];
  for (const { item } of wanted.values()) {
    const before = stored.get(item.id);
    const members = compare(before, item);
    if (before && members.length === 0) given.log.unchanged(kind);
    else {
      given.log.add({ action: before ? 'change' : 'create', kind, id: item.id, members });
      save.push(item);
    }
  }
  return { save, remove: removed.map(({ id }) => id), after, problems };
}

/** A parent exists, and nobody is part of themselves. */
function parentProblems<T extends Item>(item: T, entry: Entry, after: ReadonlyMap<string, T>): readonly FileProblem[] {
  if (item.parent === undefined) return [];
  if (!after.has(item.parent)) return [entry.problem(['parent'], `there is no ${item.parent}`)];
  const seen = new Set<string>([item.id]);
  for (let up: string | undefined = item.parent; up !== undefined; up = after.get(up)?.parent) {
    if (seen.has(up)) return [entry.problem(['parent'], `goes round in a circle by way of ${up}`)];
    seen.add(up);
  }
  return [];
}

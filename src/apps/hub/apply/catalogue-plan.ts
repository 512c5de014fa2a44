// Compares the catalogue sections of applied files with what is stored.

import { keptSecret, mapSecrets, parse, pathText } from '../../../base/schema/index.ts';
import type { Keyring } from '../../../base/sealing/index.ts';
import {
  type CatalogueKind,
  catalogueSchemas,
  catalogueSections,
  compileCatalogue,
  problemLine,
  type StoredItem,
} from '../../../core/catalogue/index.ts';
import type { Hashing } from '../../../edge/connectors/password/index.ts';
import { type ChangeLog, compare } from './changes.ts';
import type { Entry, FileProblem, RemovedItem } from './entry.ts';
import { takeProviderMetadata } from './provider-metadata.ts';
import { resolveFiles, resolveSecret, sealSecretParts, sealUpstreamSecret } from './resolve.ts';
import { leftOut, takeMetadata } from './saml-metadata.ts';

export interface CataloguePlan {
  readonly save: readonly StoredItem[];
  readonly remove: readonly { readonly kind: CatalogueKind; readonly id: string }[];
  readonly problems: readonly FileProblem[];
}

const keyOf = (kind: string, id: string): string => `${kind} ${id}`;

/**
 * What to save and remove so that the catalogue is as the files say. Problems name the place in the file; one that
 * lies in an item of the database alone (something it refers to would go) names the item.
 */
export async function planCatalogue(given: {
  entries: readonly Entry[];
  sections: ReadonlySet<string>;
  stored: readonly StoredItem[];
  organisations: ReadonlySet<string>;
  prune: boolean;
  remove?: readonly RemovedItem[] | undefined;
  hashing: Hashing;
  keyring: Keyring;
  log: ChangeLog;
}): Promise<CataloguePlan> {
  const stored = new Map(given.stored.map((item) => [keyOf(item.kind, item.id), item]));
  const wanted = new Map<string, { item: StoredItem; entry: Entry; left: readonly string[] }>();
  const problems: FileProblem[] = [];
  for (const entry of given.entries) {
    const kind = catalogueSections[entry.section];
    if (!kind) continue;
    const read = await readItem(kind, entry, stored, given);
    if (!read.ok) problems.push(...read.problems);
    else if (wanted.has(keyOf(kind, read.item.id)))
      problems.push(entry.problem(['id'], `${read.item.id} is there twice`));
    else wanted.set(keyOf(kind, read.item.id), { ...read, entry });
  }
  const named = new Set((given.remove ?? []).map(({ section, id }) => keyOf(catalogueSections[section] ?? '', id)));
  const isPruned = (item: StoredItem): boolean =>
    given.prune && isCovered(item.kind, given.sections) && !wanted.has(keyOf(item.kind, item.id)) && !isConfirmed(item);
  const pruned = given.stored.filter((item) => named.has(keyOf(item.kind, item.id)) || isPruned(item));
  if (problems.length > 0) return { save: [], remove: [], problems };

  const after = new Map(stored);
  for (const { kind, id } of pruned) after.delete(keyOf(kind, id));
  for (const [key, { item }] of wanted) after.set(key, item);
  const compiled = compileCatalogue(0, after.values(), given.organisations);
  if (!compiled.ok) {
    const found = compiled.problems.map((problem) => {
      const entry = wanted.get(keyOf(problem.kind, problem.id))?.entry;
      return entry
        ? entry.problem(problem.path, problem.message)
        : { file: 'the database', message: problemLine(problem) };
    });
    return { save: [], remove: [], problems: found };
  }

  for (const { kind, id } of pruned) given.log.add({ action: 'remove', kind, id, members: [] });
  const save = [...wanted.values()]
    .filter(({ item, left }) => addChange(item, left, stored.get(keyOf(item.kind, item.id)), given.log))
    .map(({ item }) => item);
  return { save, remove: pruned.map(({ kind, id }) => ({ kind, id })), problems };
}

const isCovered = (kind: CatalogueKind, sections: ReadonlySet<string>): boolean =>
  Object.entries(catalogueSections).some(([section, own]) => own === kind && sections.has(section));

/**
 * An organisation's administrator confirmed it, and no file of ours has it: leaving it out is no wish to remove it. One
 * that a file has closed goes like any other (decision 0012).
 */
const isConfirmed = ({ kind, doc }: StoredItem): boolean => {
  const { clientSystem, closed } = doc as { readonly clientSystem?: string; readonly closed?: boolean };
  return kind === 'application' && clientSystem !== undefined && closed !== true;
};

async function readItem(
  kind: CatalogueKind,
  entry: Entry,
  stored: ReadonlyMap<string, StoredItem>,
  { hashing, keyring }: { readonly hashing: Hashing; readonly keyring: Keyring },
): Promise<{ ok: true; item: StoredItem; left: readonly string[] } | { ok: false; problems: readonly FileProblem[] }> {
  const files = resolveFiles(entry);
  if (!files.ok) return files;
  const schema = catalogueSchemas[kind];
  const taken =
    kind === 'samlApplication' ? await takeMetadata(entry, files.value) : { ...files, left: [] as readonly string[] };
  if (!taken.ok) return taken;
  const id = kind === 'settings' ? 'hub' : String((taken.value as { id?: unknown } | null)?.id);
  const before = stored.get(keyOf(kind, id))?.doc;
  const hash = (before as { authentication?: { secretHash?: string } } | undefined)?.authentication?.secretHash;
  const described = kind === 'provider' ? await takeProviderMetadata(entry, taken.value) : taken;
  if (!described.ok) return described;
  const hashed = await resolveSecret(entry, described.value, hash, hashing);
  if (!hashed.ok) return hashed;
  const seal = (before as { upstream?: { authentication?: { sealedSecret?: string } } } | undefined)?.upstream
    ?.authentication?.sealedSecret;
  const secret =
    kind === 'certificateIssuer' ||
    kind === 'accountTarget' ||
    kind === 'personSource' ||
    kind === 'precondition' ||
    (kind === 'provider' && hasDomain(hashed.value))
      ? sealSecretParts(kind, entry, hashed.value, before, keyring)
      : sealUpstreamSecret(entry, hashed.value, seal, keyring);
  if (!secret.ok) return secret;

  const problems: FileProblem[] = [];
  const value = mapSecrets(schema, secret.value, (own, path) => {
    if (own !== keptSecret) return own;
    const kept = at(before, path);
    if (kept === undefined)
      problems.push(
        entry.problem(path, `there is none to keep: write the secret's file or hash instead of ${keptSecret}`),
      );
    return kept;
  });
  if (problems.length > 0) return { ok: false, problems };
  const parsed = parse(schema, value);
  if (!parsed.ok)
    return { ok: false, problems: parsed.problems.map(({ path, message }) => entry.problem(path, message)) };
  return { ok: true, left: taken.left, item: { kind, id: parsed.value.id, doc: parsed.value } };
}

/** A provider that asks a directory: it has no upstream. */
const hasDomain = (value: unknown): boolean => typeof value === 'object' && value !== null && 'domain' in value;

const at = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((own, step) => (own as Record<string | number, unknown> | undefined)?.[step], value);

/** Logs how an item differs from the stored one; false when it does not. */
function addChange(item: StoredItem, left: readonly string[], before: StoredItem | undefined, log: ChangeLog): boolean {
  const schema = catalogueSchemas[item.kind];
  // The stored document may be from before a member existed: read it, so that a default is no difference.
  const old = before && parse(schema, before.doc);
  const secret = new Set<string>();
  mapSecrets(schema, item.doc, (own, path) => {
    secret.add(pathText(path));
    return own;
  });
  const members = compare(old?.ok ? old.value : before?.doc, item.doc, (path) => secret.has(path));
  if (before && members.length === 0) {
    log.unchanged(item.kind);
    return false;
  }
  const said = left.map((words) => ({ path: leftOut, to: words }));
  log.add({ action: before ? 'change' : 'create', kind: item.kind, id: item.id, members: [...members, ...said] });
  return true;
}

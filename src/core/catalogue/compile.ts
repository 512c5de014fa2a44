// From stored documents to the one immutable snapshot: read once, checked once; nothing else sees the raw form.
import { parse, pathText } from '../../base/schema/index.ts';
import { adminApi } from './admin-api.ts';
import { type CatalogueProblem, checkCatalogue } from './checks.ts';
import { completePopulation, type PopulationRecord } from './population-preset.ts';
import { catalogueSchemas } from './schemas.ts';
import type { Api, Application, CatalogueKind, CatalogueSnapshot, HubSettings } from './snapshot.ts';

/** An item as it is stored. */
export interface StoredItem {
  readonly kind: CatalogueKind;
  readonly id: string;
  readonly doc: unknown;
}

export type Compiled =
  | { readonly ok: true; readonly snapshot: CatalogueSnapshot }
  | { readonly ok: false; readonly problems: readonly CatalogueProblem[] };

/**
 * The snapshot, or everything that is wrong. One bad item refuses the whole: leaving a rule out would let somebody in.
 * `organisations` are the directory's, when references to them are to be checked.
 */
export function compileCatalogue(
  revision: number,
  items: Iterable<StoredItem>,
  organisations?: ReadonlySet<string>,
): Compiled {
  const problems: CatalogueProblem[] = [];
  const maps = Object.fromEntries(Object.keys(catalogueSchemas).map((kind) => [kind, new Map()])) as Record<
    CatalogueKind,
    Map<string, never>
  >;
  for (const { kind, id, doc } of items) {
    const schema = catalogueSchemas[kind];
    const parsed = schema ? parse(schema, doc) : undefined;
    if (!parsed) problems.push({ kind, id, path: [], message: `there is no kind ${kind}` });
    else if (!parsed.ok) problems.push(...parsed.problems.map(({ path, message }) => ({ kind, id, path, message })));
    else if (kind === 'api' && id === adminApi.id)
      problems.push({ kind, id, path: ['id'], message: `${id} is the hub's own API: choose another id` });
    else if (parsed.value.id !== id) problems.push({ kind, id, path: ['id'], message: `is stored as ${id}` });
    else if (kind === 'population') {
      const completed = completePopulation(parsed.value as PopulationRecord);
      if (completed.ok) maps.population.set(id, deepFreeze(completed.population) as never);
      else problems.push(...completed.problems.map((problem) => ({ kind, id, ...problem })));
    } else maps[kind].set(id, deepFreeze(parsed.value) as never);
  }
  if (problems.length > 0) return { ok: false, problems };

  const snapshot: CatalogueSnapshot = {
    revision,
    issuers: maps.issuer,
    applications: new Map<string, Application>([...maps.samlApplication, ...maps.application]),
    clients: maps.application,
    samlApplications: maps.samlApplication,
    apis: new Map([...(maps.api as ReadonlyMap<string, Api>), [adminApi.id, adminApi]]),
    providers: maps.provider,
    populations: maps.population,
    federations: maps.federation,
    networks: maps.network,
    brands: maps.brand,
    rules: maps.rule,
    clientSystems: maps.clientSystem,
    metadataSources: maps.metadataSource,
    certificateIssuers: maps.certificateIssuer,
    cardProfiles: maps.cardProfile,
    accountTargets: maps.accountTarget,
    accountRules: maps.accountRule,
    personSources: maps.personSource,
    preconditions: maps.precondition,
    enrolmentRules: maps.enrolmentRule,
    assignmentConflicts: maps.assignmentConflict,
    methodCutoffs: maps.methodCutoff,
    settings: maps.settings.get('hub') ?? defaultSettings(),
  };
  const found = checkCatalogue({ snapshot, organisations });
  return found.length > 0 ? { ok: false, problems: found } : { ok: true, snapshot: Object.freeze(snapshot) };
}

function defaultSettings(): HubSettings {
  const parsed = parse(catalogueSchemas.settings, {});
  if (!parsed.ok) throw new Error('the settings have no defaults');
  return deepFreeze(parsed.value);
}

/** A problem as one line: `application ehr: redirectUris[0]: …`. */
export const problemLine = ({ kind, id, path, message }: CatalogueProblem): string =>
  `${kind} ${id}: ${path.length > 0 ? `${pathText(path)}: ` : ''}${message}`;

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const own of Object.values(value)) deepFreeze(own);
  return Object.freeze(value);
}

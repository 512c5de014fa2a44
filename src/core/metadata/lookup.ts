// Finds entities for the SAML faces: which source counts, what has run out, and whom to ask where nothing is known.
import type { Clock, EpochMs } from '../../base/clock.ts';
import { searchWords } from '../../base/search-words.ts';
import type { CatalogueSnapshot, MetadataRole, MetadataSource } from '../catalogue/index.ts';
import { languagesFor } from './discovery.ts';
import type { AskService, EntityAnswer, EntityMetadata, EntityRow, MetadataReads, SourcesMeant } from './ports.ts';
import { queryStep } from './query.ts';
import { entityOf } from './stored-entity.ts';

export interface LookupPorts {
  readonly catalogue: () => Pick<CatalogueSnapshot, 'metadataSources'>;
  readonly reads: MetadataReads;
  readonly ask: AskService;
  readonly clock: Clock;
}

/** An id that metadata can have. What a stranger names otherwise is looked for nowhere. */
const entityIdShape = /^[^\p{Cc}\p{Cs}\s]{1,1024}$/u;
const mostHits = 500;

/** Sources in the order in which they count; those meant, when some are. */
export function sourcesInOrder(
  { metadataSources }: Pick<CatalogueSnapshot, 'metadataSources'>,
  { federation, source: one }: SourcesMeant = {},
): readonly MetadataSource[] {
  return [...metadataSources.values()]
    .filter((source) => federation === undefined || source.federation === federation)
    .filter(({ id }) => one === undefined || id === one)
    .sort((one, other) => one.order - other.order || (one.id < other.id ? -1 : 1));
}

/** A row whose entity plays the role, and its end: its own, its document's or its role's, whichever comes first. */
function inRole(row: EntityRow, role: MetadataRole): { readonly row: EntityRow; readonly until: EpochMs } | undefined {
  const facts = row.facts[role];
  if (facts === undefined || row.gone) return undefined;
  return {
    row,
    until: Math.min(row.validUntil ?? Number.POSITIVE_INFINITY, facts.validUntil ?? Number.POSITIVE_INFINITY),
  };
}

/** The answer that stored rows give. */
export function answerOf(
  rows: readonly EntityRow[],
  sources: readonly MetadataSource[],
  role: MetadataRole,
  now: EpochMs,
): EntityAnswer {
  const found = sources.flatMap((source) =>
    rows.filter((row) => row.source === source.id).flatMap((row) => inRole(row, role) ?? []),
  );
  const valid = found.filter(({ until }) => now < until);
  const [first] = valid;
  const [lost] = found;
  if (first === undefined)
    return lost === undefined
      ? { kind: 'unknown' }
      : { kind: 'expired', source: lost.row.source, validUntil: lost.until };
  const federationOf = new Map(sources.map(({ id, federation }) => [id, federation]));
  const validUntil = Number.isFinite(first.until) ? first.until : undefined;
  return {
    kind: 'found',
    entity: entityOf(first.row.facts, validUntil),
    source: first.row.source,
    federations: [...new Set(valid.flatMap(({ row }) => federationOf.get(row.source) ?? []))],
    validUntil,
  };
}

/** Services of which what we have is not fresh. */
function toAsk(rows: readonly EntityRow[], sources: readonly MetadataSource[], now: EpochMs) {
  return sources.filter((source) => {
    if (!('mdq' in source.from)) return false;
    const row = rows.find((each) => each.source === source.id && !each.gone);
    const have = row && { freshUntil: row.freshUntil ?? 0, validUntil: row.validUntil };
    return queryStep(have, now) === 'ask';
  });
}

/** Port: the metadata of others, over the store and the services of the catalogue. */
export function createEntityMetadata({ catalogue, reads, ask, clock }: LookupPorts): EntityMetadata {
  return {
    async findEntity(entityId, role, within) {
      if (!entityIdShape.test(entityId)) return { kind: 'unknown' };
      const sources = sourcesInOrder(catalogue(), within).filter(
        ({ roles, entities }) => roles.includes(role) && (entities?.includes(entityId) ?? true),
      );
      const ids = sources.map(({ id }) => id);
      const rows = await reads.entities(entityId, ids);
      const known = answerOf(rows, sources, role, clock());
      const services = toAsk(rows, sources, clock());
      // Who is known from elsewhere is asked for nowhere.
      if (known.kind === 'found' && !services.some(({ id }) => id === known.source)) return known;
      if (services.length === 0) return known;
      const asked = await Promise.all(services.map((source) => ask(source, entityId)));
      const answer = answerOf(await reads.entities(entityId, ids), sources, role, clock());
      const failed = services[asked.indexOf('failed')];
      return answer.kind === 'unknown' && failed !== undefined ? { kind: 'unavailable', source: failed.id } : answer;
    },
    async searchProviders(text, locale, limit, options = {}) {
      const sources = sourcesInOrder(catalogue(), { federation: options.federation }).filter(({ roles }) =>
        roles.includes('idp'),
      );
      const federationOf = new Map(sources.map(({ id, federation }) => [id, federation]));
      const words = searchWords(text.slice(0, 200));
      // Signs alone find nothing; nothing at all finds everybody.
      if (words.length === 0 && text.trim() !== '') return [];
      const hits = await reads.providers({
        words,
        languages: languagesFor(locale),
        sources: sources.map(({ id }) => id),
        now: clock(),
        limit: Math.min(Math.max(limit, 0), mostHits),
        offset: options.offset ?? 0,
      });
      return hits.map((hit) => ({ ...hit, federation: federationOf.get(hit.source) }));
    },
  };
}

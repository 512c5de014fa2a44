// What operators watch of metadata: documents that run out, and the state of each source as metrics.
import type pg from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../../base/clock.ts';
import type { Expiring } from '../../../core/catalogue/index.ts';
import { readHeld } from '../../../edge/store/hub/metadata-read.ts';
import { readSources } from '../../../edge/store/hub/metadata-sources.ts';

/** Documents in use, and what is in use while a change waits for a person. */
export async function metadataExpiring(pool: pg.Pool): Promise<readonly Expiring[]> {
  const sources = await readSources(pool);
  const takenAt = new Map(sources.map((source) => [source.id, source.takenAt]));
  const expiring = (name: string, source: string, expiresAt: number | undefined): readonly Expiring[] =>
    expiresAt === undefined
      ? []
      : [{ kind: 'metadata', name, startsAt: takenAt.get(source) ?? Number.NEGATIVE_INFINITY, expiresAt }];
  return [
    ...sources.flatMap(({ id, validUntil }) => expiring(`metadata source ${id}`, id, validUntil)),
    ...(await readHeld(pool)).flatMap(({ source, entityId, inUseUntil, gone }) =>
      gone ? [] : expiring(`metadata of ${entityId}, whose change waits for approval`, source, inUseUntil),
    ),
  ];
}

/** One series a source, and the sources are the catalogue's. */
export function metadataMetrics(registry: Registry, pool: pg.Pool, clock: Clock): void {
  const gauge = (
    name: string,
    help: string,
    read: (source: Awaited<ReturnType<typeof readSources>>[number]) => number | undefined,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ['source'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const source of await readSources(pool)) {
          const value = read(source);
          if (value !== undefined) this.set({ source: source.id }, value);
        }
      },
    });
  gauge('tillit_metadata_entities', 'Entities of a metadata source that count', ({ entities }) => entities);
  gauge('tillit_metadata_held', 'Changes of entities that wait for a person', ({ held }) => held);
  gauge('tillit_metadata_failures', 'Refreshes of a metadata source that failed in a row', ({ failures }) => failures);
  gauge('tillit_metadata_seconds_left', 'Until the document of a metadata source runs out', ({ validUntil }) =>
    validUntil === undefined ? undefined : (validUntil - clock()) / 1000,
  );
}

// Refreshes metadata on schedule: one source after the other, one hub at a time, with what went wrong written down.
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../../../base/clock.ts';
import type { CatalogueSnapshot, MetadataSource } from '../../../core/catalogue/index.ts';
import { dueSources, syncSources, takeLease } from '../../../edge/store/hub/metadata-sources.ts';
import { noteFailure } from './note-failure.ts';
import { runRefresh } from './refresh-process.ts';
import type { RefreshOutcome } from './refresh-task.ts';

export interface RefreshParts {
  readonly pool: pg.Pool;
  /** For the connection of the refresh's own process. */
  readonly connection: pg.ClientConfig;
  readonly node: string;
  readonly clock: Clock;
  readonly extraAuthority?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How a refresh is run; absent = in a process of its own. */
  readonly run?: typeof runRefresh | undefined;
}

/** Beyond the longest refresh: whoever holds a lease for longer is dead. */
const leaseBeyondMs = 10_000;

/**
 * Refreshes one source now, if no other hub does. Answers undefined when one does, or when it is not `due` any more. What
 * goes wrong is written down, with an alarm when it is worth one; what is in use stays.
 */
export async function refreshNow(
  parts: RefreshParts,
  source: MetadataSource,
  how: { readonly due: boolean; readonly file?: string | undefined },
): Promise<RefreshOutcome | undefined> {
  const { pool, clock } = parts;
  const now = clock();
  const timeoutMs = source.timeoutSeconds * 1000;
  const lease = `${parts.node} ${now}`;
  const taken = await takeLease(pool, {
    id: source.id,
    by: lease,
    now,
    forMs: timeoutMs + leaseBeyondMs,
    due: how.due,
  });
  if (!taken) return undefined;
  const { connection, extraAuthority, signal, run = runRefresh } = parts;
  const task = { source, lease, connection, file: how.file, extraAuthority, now };
  const outcome = await run(task, { timeoutMs, signal });
  if (outcome.kind === 'refused' || outcome.kind === 'failed')
    await noteFailure(pool, source, outcome, { now: clock(), lease });
  return outcome;
}

/** One round: follows the catalogue, and refreshes what is due. */
export async function refreshDue(
  parts: RefreshParts,
  catalogue: () => Pick<CatalogueSnapshot, 'metadataSources'>,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  const sources = catalogue().metadataSources;
  await syncSources(parts.pool, [...sources.values()], parts.clock());
  for (const id of await dueSources(parts.pool, parts.clock())) {
    if (parts.signal?.aborted) return;
    const source = catalogue().metadataSources.get(id);
    const outcome = source && (await refreshNow(parts, source, { due: true }));
    if (outcome === undefined || outcome.kind === 'confirmed') continue;
    if (outcome.kind === 'taken') log.info({ source: id, ...outcome }, 'metadata was taken');
    else log.warn({ source: id, ...outcome }, 'metadata was not refreshed; what is in use stays');
  }
}

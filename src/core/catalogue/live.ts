// The newest snapshot, kept: NOTIFY is a hint, a poll every second is the truth, older than 10 s means not ready.
import { type Clock, secondMs } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import { compileCatalogue, problemLine } from './compile.ts';
import type { CatalogueSource } from './ports.ts';
import type { CatalogueSnapshot } from './snapshot.ts';

const pollMs = secondMs;
const oldestMs = 10 * secondMs;

export interface LiveCatalogue {
  /** The newest snapshot. Cheap; never waits. Throws `unavailable` before the first was loaded. */
  snapshot(): CatalogueSnapshot;
  /** False when what we have was last known to be the newest more than 10 s ago. */
  ready(): boolean;
  /** Looks now; concurrent calls share one look. Rejects when it could not. */
  refresh(): Promise<CatalogueSnapshot>;
  close(): Promise<void>;
}

/** Loads the first snapshot and keeps it new. Rejects when the stored catalogue cannot be read or does not hold. */
export async function openLiveCatalogue(options: {
  source: CatalogueSource;
  clock: Clock;
  /** Called when a look failed, once for each failure. */
  onFailure: (error: unknown) => void;
  /** Awaited with each changed snapshot before anybody is given it: what it needs is there first. A failure holds nothing up. */
  prepare?: (snapshot: CatalogueSnapshot) => Promise<void>;
}): Promise<LiveCatalogue> {
  const { source, clock } = options;
  let current: CatalogueSnapshot | undefined;
  let knownNewestAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<CatalogueSnapshot> | undefined;
  let hinted = false;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = async (): Promise<CatalogueSnapshot> => {
    // The age counts from before the question: the answer may have been on its way for long.
    const askedAt = clock();
    if (current === undefined || (await source.revision()) !== current.revision) {
      const { revision, items } = await source.load();
      const compiled = compileCatalogue(revision, items);
      if (!compiled.ok) {
        const detail = compiled.problems.slice(0, 5).map(problemLine).join('; ');
        throw new Problem({
          kind: 'unavailable',
          code: 'unavailable',
          detail: `the catalogue at revision ${revision} does not hold: ${detail}`,
        });
      }
      if (current !== undefined) await options.prepare?.(compiled.snapshot).catch(options.onFailure);
      current = compiled.snapshot;
    }
    knownNewestAt = askedAt;
    return current;
  };
  const refresh = (): Promise<CatalogueSnapshot> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  /** One look a poll: whoever plans the next takes the place of what was planned. */
  const plan = (): void => {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(watch, pollMs);
    timer.unref();
  };
  const watch = async (): Promise<void> => {
    hinted = false;
    await refresh().catch(options.onFailure);
    if (closed) return;
    if (hinted) return watch();
    plan();
  };

  const first = await refresh();
  const stopHints = await source.onHint(() => {
    hinted = true;
    // A look that is on its way may have asked before the change: `watch` then looks again.
    if (looking || closed) return;
    clearTimeout(timer);
    void watch();
  });
  plan();

  return {
    snapshot: () => current ?? first,
    ready: () => clock() - knownNewestAt <= oldestMs,
    refresh,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await stopHints();
      await looking?.catch(() => undefined);
    },
  };
}

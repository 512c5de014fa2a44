// Wires the pages of accounts that differ: who may see them, names for ids, and mending.
import type pg from 'pg';
import type { Keyring } from '../../../base/sealing/index.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { shownName } from '../../../core/directory/index.ts';
import { freshProof } from '../../../core/linking/index.ts';
import { isHubAdministrator } from '../../../core/provisioning/index.ts';
import { type CheckRun, findingsOf, newestRuns } from '../../../edge/store/hub/account-checks.ts';
import { directoryReader } from '../../../edge/store/hub/directory.ts';
import type { DriftDesk, ShownDrift, ShownTarget } from '../../../edge/web/portal/index.ts';
import { mendDrift } from './mend-drift.ts';

const pageSize = 50;

export function driftDesk({
  pool,
  clock,
  seals,
  catalogue,
}: {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly seals: Keyring;
  readonly catalogue: () => CatalogueSnapshot;
}): DriftDesk {
  const personOf = async (id: string) => (await directoryReader(pool).people([id]))[0];
  const isDoubt = (why: CheckRun['why']) => (why === 'nothingThere' || why === 'manyMissing' ? why : undefined);

  async function targets(only?: string): Promise<readonly (ShownTarget & { readonly id: string | undefined })[]> {
    const [done, any] = await Promise.all([
      newestRuns(pool, { target: only }),
      newestRuns(pool, { target: only, any: true }),
    ]);
    return [...catalogue().accountTargets.values()]
      .filter(({ id, closed }) => !closed && (only === undefined || id === only))
      .map(({ id: target, name }) => {
        const run = done.find((one) => one.target === target);
        const later = any.find((one) => one.target === target && one.state === 'unfinished');
        const why = later?.why === 'unreachable' ? ('unreachable' as const) : ('interrupted' as const);
        return {
          target,
          name,
          id: run?.id,
          ...(run && {
            look: { run: run.id, endedAt: run.endedAt ?? run.startedAt, counts: run.counts, doubt: isDoubt(run.why) },
          }),
          ...(later && { unfinished: { at: later.startedAt, why } }),
        };
      });
  }

  return {
    async mayLook(id) {
      const person = await personOf(id);
      return person !== undefined && isHubAdministrator(person);
    },

    list: () => targets(),

    async look(target, { what, after }) {
      const [found] = await targets(target);
      if (found === undefined) return undefined;
      const all = found.id === undefined ? [] : await findingsOf(pool, found.id, { what, after, limit: pageSize + 1 });
      const shown = all.slice(0, pageSize);
      const ids = shown.flatMap(({ person, askedBy }) => [person, askedBy].flatMap((id) => id ?? []));
      const people = new Map((await directoryReader(pool).people([...new Set(ids)])).map((one) => [one.id, one]));
      const nameOf = (id: string | undefined): string | undefined => {
        const person = id === undefined ? undefined : people.get(id);
        return person && shownName(person);
      };
      const drifts = shown.map(
        ({ person, askedBy, ...one }): ShownDrift => ({
          ...one,
          name: nameOf(person),
          isProtected: person !== undefined && people.get(person)?.protectedIdentity === true,
          askedBy: nameOf(askedBy) ?? askedBy,
        }),
      );
      return { ...found, drifts, next: all.length > pageSize ? shown.at(-1)?.key : undefined };
    },

    async mend(session, target, { run, choice, proof }) {
      if (!catalogue().accountTargets.has(target)) return { kind: 'unknown' };
      const person = await personOf(session.person);
      if (person === undefined) return { kind: 'refused', code: 'drift.noRight' };
      const isProven = freshProof(session.evidence, proof, clock()) !== undefined;
      const by = { kind: 'person', person, session: session.id, isProven } as const;
      const done = await mendDrift({ pool, clock, seals }, { target, run, choice, by });
      return done.kind === 'held' ? { kind: 'held', change: done.held.id } : done;
    },
  };
}

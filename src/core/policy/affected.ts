// Whom a method cut-off would stop: tried, as if it were in force, on what somebody was let in with before (G3).
import { dayMs, type EpochMs } from '../../base/clock.ts';
import type { MethodCutoff } from '../catalogue/method-cutoff.ts';
import type { CatalogueSnapshot } from '../catalogue/snapshot.ts';
import type { Claim } from '../commit/index.ts';
import { type PastDecision, tryOut } from './try-out.ts';

/** How a cut-off would have stood to a login; `spared`: it looks at something else, or others stop it already. */
export type Affected = 'affected' | 'exempt' | 'spared';

const replaced = (snapshot: CatalogueSnapshot, id: string, cutoff: MethodCutoff | undefined): CatalogueSnapshot => {
  const methodCutoffs = new Map(snapshot.methodCutoffs);
  if (cutoff === undefined) methodCutoffs.delete(id);
  else methodCutoffs.set(id, cutoff);
  return { ...snapshot, methodCutoffs };
};

/** Tries `cutoff` on logins of the past: with the exemptions that last beyond its date, or beyond now when that is past. */
export function affectedBy(
  cutoff: MethodCutoff,
  snapshot: CatalogueSnapshot,
  now: EpochMs,
): (past: PastDecision) => Affected {
  const day = Math.max(now, cutoff.from === undefined ? now : Date.parse(cutoff.from));
  const forced: MethodCutoff = { ...cutoff, state: 'required', from: undefined };
  const lasting = cutoff.exemptions.filter(({ until }) => Date.parse(until) > day);
  const without = replaced(snapshot, cutoff.id, undefined);
  const eased = replaced(snapshot, cutoff.id, { ...forced, exemptions: lasting });
  const bare = replaced(snapshot, cutoff.id, { ...forced, exemptions: [] });
  return (past) => {
    if (tryOut(past, without).kind !== 'permit' || tryOut(past, bare).kind === 'permit') return 'spared';
    return tryOut(past, eased).kind === 'permit' ? 'exempt' : 'affected';
  };
}

export const cutoffWarnDays = [30, 7, 1] as const;

/** The warning that is due: the nearest of those days that has come, until the cut-off is in force. Only what is required is warned of. */
export function dueCutoffWarning({ state, from }: MethodCutoff, now: EpochMs): number | undefined {
  const left = state === 'required' && from !== undefined ? Date.parse(from) - now : Number.NaN;
  if (!(left > 0)) return undefined;
  return cutoffWarnDays.filter((days) => left <= days * dayMs).at(-1);
}

/** One warning of one person, once for all hubs. */
export const cutoffWarningClaim = ({ id, from = '' }: MethodCutoff, person: string, days: number): Claim => ({
  scope: 'warning',
  key: `cutoff ${id} ${Date.parse(from)} ${days} ${person}`,
  until: Date.parse(from) + 7 * dayMs,
});

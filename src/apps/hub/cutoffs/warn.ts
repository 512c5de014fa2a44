// Tells the people whom a method cut-off will stop, 30, 7 and 1 days before: once each, whatever the number of hubs.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { type Committer, recordOnly } from '../../../core/commit/index.ts';
import { cutoffWarningClaim, dueCutoffWarning } from '../../../core/policy/index.ts';
import { findAffected, usualDays } from './find-affected.ts';

/** How many were warned now. Whoever becomes one of the affected later is warned at the next round. */
export async function warnOfCutoffs(given: {
  readonly pool: pg.Pool;
  readonly snapshot: CatalogueSnapshot;
  readonly commit: Committer;
  readonly clock: Clock;
}): Promise<number> {
  const { pool, snapshot, commit } = given;
  let warned = 0;
  for (const cutoff of snapshot.methodCutoffs.values()) {
    const now = given.clock();
    const days = dueCutoffWarning(cutoff, now);
    if (days === undefined) continue;
    for (const one of await findAffected(pool, snapshot, cutoff, { now, days: usualDays })) {
      if (one.standing !== 'affected') continue;
      const { won } = await commit({
        ...recordOnly([
          {
            kind: 'person.cutoffWarned',
            at: now,
            outcome: 'ok',
            person: one.person,
            organisation: one.organisation,
            body: { cutoff: cutoff.id, from: cutoff.from, days, applications: one.applications },
          },
        ]),
        claims: [cutoffWarningClaim(cutoff, one.person, days)],
      });
      if (won) warned += 1;
    }
  }
  return warned;
}

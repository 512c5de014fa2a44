// Whom a method cut-off would stop, from what the trail kept of the logins and renewals of the last days.
import type pg from 'pg';
import { dayMs, type EpochMs } from '../../../base/clock.ts';
import { parseEventText } from '../../../core/audit/index.ts';
import type { CatalogueSnapshot, MethodCutoff } from '../../../core/catalogue/index.ts';
import { affectedBy, pastDecisionOf } from '../../../core/policy/index.ts';
import { eachPermit } from '../../../edge/store/hub/audit-permits.ts';

/** How far back the warnings and the pages look. */
export const usualDays = 90;

/** A person who used what ends. */
export interface AffectedPerson {
  readonly person: string;
  /** Of the newest such login. */
  readonly organisation: string | undefined;
  readonly applications: readonly string[];
  readonly lastUsed: EpochMs;
  readonly standing: 'affected' | 'exempt';
}

/** Everybody, or `person` alone, who was let in by what ends; by id. Whoever is stopped at one application is not exempt. */
export async function findAffected(
  pool: pg.Pool,
  snapshot: CatalogueSnapshot,
  cutoff: MethodCutoff,
  given: { readonly now: EpochMs; readonly days: number; readonly person?: string },
): Promise<readonly AffectedPerson[]> {
  const judge = affectedBy(cutoff, snapshot, given.now);
  const from = new Date(given.now - given.days * dayMs);
  const of = { applications: cutoff.applications, ...(given.person === undefined ? {} : { person: given.person }) };
  const found = new Map<string, AffectedPerson>();
  for await (const { text, attributes } of eachPermit(pool, from, of)) {
    const event = parseEventText(text);
    const application = snapshot.applications.get(event?.application ?? '');
    const past = event && application && pastDecisionOf(event, application, attributes ?? {});
    if (past === undefined) continue;
    const standing = judge(past);
    if (standing === 'spared') continue;
    const before = found.get(past.person);
    found.set(past.person, {
      person: past.person,
      organisation: event?.organisation ?? before?.organisation,
      applications: [...new Set([...(before?.applications ?? []), past.application.id])],
      lastUsed: Math.max(past.at, before?.lastUsed ?? 0),
      standing: before?.standing === 'affected' ? 'affected' : standing,
    });
  }
  return [...found.values()].sort((a, b) => (a.person < b.person ? -1 : 1));
}

// One full look over a target: everybody's account against what rules want, each difference looked at twice, all of it written down.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import { asProblem } from '../../../base/problem.ts';
import type { AccountTarget, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import {
  type AccountTargetPort,
  type CheckCounts,
  type CheckDoubt,
  type Drift,
  doubtOf,
  driftOf,
  type Finding,
  lookAt,
  noCounts,
  ownedBy,
  reconcile,
} from '../../../core/provisioning/index.ts';
import { beginCheck, endCheck, keepFindings, knownAt } from '../../../edge/store/hub/account-checks.ts';
import { wantedAccounts, wantedOf } from './wanted.ts';

export interface CheckParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly snapshot: () => CatalogueSnapshot;
  readonly port: (target: AccountTarget) => AccountTargetPort;
  /** The program ends: the run is left, and begun anew by another. */
  readonly signal?: AbortSignal | undefined;
}

export type Checked =
  | {
      readonly kind: 'done';
      readonly run: string;
      readonly counts: CheckCounts;
      readonly doubt: CheckDoubt | undefined;
    }
  | { readonly kind: 'unfinished'; readonly run: string; readonly detail: string }
  /** Somebody is at it, or its time has not come. */
  | { readonly kind: 'notNow' };

/** Looked at twice, so many at once; they share the connection with people who log in. */
const sideBySide = 4;
/** So many are looked at twice: where more differ it is no login that came between. */
const mostTwice = 5_000;
const batchSize = 64;
/** Even when all is well, it says that it goes on. */
const beatEvery = 2_000;

/** The run is not this program's to go on with. */
class TakenOver extends Error {}

/**
 * `due`: only when its time has come. Nothing is changed in the target. What differs is looked at once more by itself, with what is
 * wanted then: a login may have come between the two lists.
 */
export async function checkTarget(parts: CheckParts, record: AccountTarget, due: boolean): Promise<Checked> {
  const { pool, clock, snapshot } = parts;
  const { id: target } = record;
  const id = await beginCheck(pool, { target, due, now: clock() });
  if (id === undefined) return { kind: 'notNow' };
  const run = { id, target, record };
  try {
    const rules = snapshot();
    const view = ownedBy(target, rules.accountRules.values());
    const port = parts.port(record);
    const now = clock();
    const counts = noCounts();
    let twice = 0;
    let since = 0;
    let batch: Finding[] = [];
    const flush = async (): Promise<void> => {
      const found = await confirmed(batch, twice < mostTwice);
      twice += batch.length;
      batch = [];
      since = 0;
      for (const { drift, isThere } of found) {
        counts[drift?.what ?? 'asWanted'] += 1;
        if (isThere) counts.there += 1;
      }
      const drifts = found.flatMap(({ drift }) => drift ?? []);
      if (!(await keepFindings(pool, run, drifts, clock()))) throw new TakenOver('another hub took it over');
    };

    const confirmed = async (findings: readonly Finding[], again: boolean) => {
      const known = await knownAt(
        pool,
        target,
        findings.map(({ key }) => key),
      );
      const seen: (readonly { readonly drift: Drift | undefined; readonly isThere: boolean }[])[] = [];
      for (let at = 0; at < findings.length; at += sideBySide) {
        const some = findings.slice(at, at + sideBySide).map(async (finding) => {
          const made = known.get(finding.key);
          const found = again ? await secondLook(finding, made?.person) : finding;
          // Nobody's account that is gone by now.
          if (found === undefined) return [];
          return [{ drift: driftOf(found, made?.object), isThere: found.actual.length > 0 }];
        });
        seen.push(...(await Promise.all(some)));
      }
      return seen.flat();
    };
    const secondLook = async ({ key }: Finding, person: string | undefined): Promise<Finding | undefined> => {
      const actual = await port.find(key, view);
      const [desired] = person === undefined ? [] : await wantedOf(pool, record, rules, [{ person, key }], clock());
      return lookAt(key, desired, actual, view.groups, clock());
    };

    for await (const finding of reconcile(wantedAccounts(pool, record, rules, now), port.all(view), view.groups, now)) {
      since += 1;
      if (parts.signal?.aborted) throw new TakenOver('the program ends');
      if (finding.what === 'asWanted') {
        counts.asWanted += 1;
        if (finding.actual.length > 0) counts.there += 1;
      } else batch.push(finding);
      if (batch.length >= batchSize || since >= beatEvery) await flush();
    }
    await flush();
    const doubt = doubtOf(counts);
    await endCheck(pool, run, { state: 'done', counts, why: doubt }, clock());
    return { kind: 'done', run: id, counts, doubt };
  } catch (thrown) {
    const problem = asProblem(thrown);
    const detail = (problem.detail ?? problem.message).slice(0, 300);
    const why = problem.kind === 'unavailable' ? 'unreachable' : 'interrupted';
    await endCheck(pool, run, { state: 'unfinished', why, detail }, clock());
    return { kind: 'unfinished', run: id, detail };
  }
}

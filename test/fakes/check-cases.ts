// Runs a table of bad requests twice: refused by the named check, and no longer refused by it when it is left out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Check } from '../../src/core/grants/index.ts';
import { type OidcChecks, oidcChecks } from '../../src/edge/frontends/oidc/index.ts';
import { OidcHub } from './oidc-hub.ts';

export interface CheckCase {
  readonly check: string;
  /** What is wrong with the request. */
  readonly what: string;
  /** Makes the bad request; whatever it answers is compared. */
  readonly run: (hub: OidcHub) => Promise<unknown>;
}

/** The check that refused last, or `accepted`. */
function outcomeOf(hub: OidcHub, answer: unknown): string {
  const error = (answer as { error?: unknown } | undefined)?.error;
  if (error === 'use_dpop_nonce') return 'dpop.proof';
  const last = hub.store.audit.at(-1);
  const check = last?.body.check ?? last?.body.because;
  return typeof check === 'string' ? check : 'accepted';
}

/** The same lists without one check. */
export function withoutCheck(list: keyof OidcChecks, name: string): OidcChecks {
  const checks = (oidcChecks[list] as readonly Check<never>[]).filter((each) => each.name !== name);
  return { ...oidcChecks, [list]: checks };
}

/**
 * Every check of `list` needs a case. `seen` reads the outcome where no record tells it; without it the last record does.
 */
export function describeChecks(
  list: keyof OidcChecks,
  cases: readonly CheckCase[],
  seen: (hub: OidcHub, answer: unknown) => string = outcomeOf,
): void {
  describe(`checks: ${list}`, () => {
    const names = oidcChecks[list].map(({ name }) => name);
    test('each has a case, a clause and a name of its own', () => {
      const covered = new Set(cases.map(({ check }) => check));
      assert.deepEqual(
        names.filter((name) => !covered.has(name)),
        [],
      );
      assert.equal(new Set(names).size, names.length);
      assert.ok(oidcChecks[list].every(({ clause }) => clause.length > 0));
    });
    for (const { check, what, run } of cases) {
      test(`${check}: ${what}`, async () => {
        const hub = new OidcHub();
        assert.equal(seen(hub, await run(hub)), check);
        const open = new OidcHub({ checks: withoutCheck(list, check) });
        let outcome: string;
        try {
          outcome = seen(open, await run(open));
        } catch (thrown) {
          outcome = `threw ${String(thrown)}`;
        }
        assert.notEqual(outcome, check, `${check} was left out and still refused`);
      });
    }
  });
}

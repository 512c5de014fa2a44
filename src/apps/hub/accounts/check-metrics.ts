// What operators watch of full looks at targets: what differs, and how old the newest whole one is.
import type pg from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../../base/clock.ts';
import { driftKinds } from '../../../core/provisioning/index.ts';
import { newestRuns } from '../../../edge/store/hub/account-checks.ts';

/** One series a target and kind, and the targets are the catalogue's. */
export function checkMetrics(registry: Registry, pool: pg.Pool, clock: Clock): void {
  new Gauge({
    name: 'tillit_account_drift',
    help: 'Accounts in another system that are not as rules want them, as the newest whole look found them',
    labelNames: ['target', 'what'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { target, counts } of await newestRuns(pool))
        for (const what of driftKinds) this.set({ target, what }, counts[what] ?? 0);
    },
  });
  new Gauge({
    name: 'tillit_account_check_age_seconds',
    help: 'Since the newest look at all accounts of another system that came to its end',
    labelNames: ['target'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { target, endedAt = 0 } of await newestRuns(pool)) this.set({ target }, (clock() - endedAt) / 1000);
    },
  });
}

// How long ago each source with a change feed was read to the end, and what came of it.
import type pg from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../../base/clock.ts';
import { feedAges, feedChanges } from '../../../edge/store/hub/people-feed.ts';

export function feedMetrics(registry: Registry, pool: pg.Pool, clock: Clock): void {
  new Gauge({
    name: 'tillit_people_feed_age_seconds',
    help: 'Time since a source with a change feed was read to the end',
    labelNames: ['source'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { source, syncedAt } of await feedAges(pool)) this.set({ source }, (clock() - syncedAt) / 1000);
    },
  });
  new Gauge({
    name: 'tillit_people_feed_changes',
    help: 'People of a source with a change feed: created, changed, ended, refused; since it was first read',
    labelNames: ['source', 'change'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { source, change, count } of await feedChanges(pool)) this.set({ source, change }, count);
    },
  });
}

// How long registers of people take to answer, how their look-ups end, and how old the hub's oldest word of each is.
import type pg from 'pg';
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Clock } from '../../../base/clock.ts';
import { toldCounts } from '../../../edge/store/hub/told-people.ts';
import type { SourceOutcome } from './person-sources.ts';

/** Registers the metric; answers what `personSources` measures with. */
export function sourceMetrics(registry: Registry): (source: string, outcome: SourceOutcome, seconds: number) => void {
  const times = new Histogram({
    name: 'tillit_source_seconds',
    help: 'Time of one look-up in a register of people, by its id in the catalogue and how it ended',
    labelNames: ['source', 'outcome'],
    buckets: [0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 1, 1.5, 2],
    registers: [registry],
  });
  return (source, outcome, seconds) => times.observe({ source, outcome }, seconds);
}

/** How many people the hub knows by each register, and since when the one that it heard of longest ago. */
export function toldMetrics(registry: Registry, pool: pg.Pool, clock: Clock): void {
  new Gauge({
    name: 'tillit_source_people',
    help: 'People whom a register told of, by its id in the catalogue',
    labelNames: ['source'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { source, people } of await toldCounts(pool)) this.set({ source }, people);
    },
  });
  new Gauge({
    name: 'tillit_source_oldest_word_seconds',
    help: 'Since a register told last of the person of whom it has been silent longest',
    labelNames: ['source'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { source, oldest } of await toldCounts(pool)) this.set({ source }, (clock() - oldest) / 1000);
    },
  });
}

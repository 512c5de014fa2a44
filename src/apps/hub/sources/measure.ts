// How long registers of people take to answer, and how their look-ups end.
import { Histogram, type Registry } from 'prom-client';
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

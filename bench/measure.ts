// Rounds of blocks, interleaved over the servers, and the medians of them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchClient } from './clients.ts';
import type { Floor } from './floor-process.ts';
import { median, quantile, runLoad } from './load.ts';
import type { Scenario } from './scenarios/index.ts';
import type { Prepared } from './scenarios/scenario.ts';
import { connectionCount, type Target } from './target.ts';

/** One server in one row; medians over the rounds. */
export interface Figures {
  /** CPU microseconds of the server process a piece of work. */
  readonly cpuUs: number;
  /** Pieces of work a second of wall time. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Largest resident memory after a block. */
  readonly rssMb: number;
  readonly bad: number;
}

export interface Row {
  readonly scenario: Scenario;
  readonly ours: Figures;
  readonly peer: Figures;
  /** CPU microseconds of the crypto floor. */
  readonly floorUs: number;
}

export interface Field {
  readonly ours: Target;
  readonly peer: Target;
  readonly floor: Floor;
  readonly clients: readonly BenchClient[];
}

interface Options {
  readonly rounds: number;
  readonly scale: number;
  readonly say: (line: string) => void;
}

/** Work that was put off (sealing the trail, garbage) still counts for the block that made it. */
const settleMs = 1200;

/** The same for both servers: after one block node's compiler may still be at work on them. */
const warmUpBlocks = 3;

interface Block extends Figures {
  readonly prepared: Prepared;
}

async function block(
  scenario: Scenario,
  target: Target,
  field: Field,
  count: number,
  say: Options['say'],
): Promise<Block> {
  const prepared = await scenario.prepare(target, field.clients, count);
  const before = target.cpuMs();
  const load = await runLoad(target.connections, prepared.work);
  await sleep(settleMs);
  const cpu = target.cpuMs() - before;
  const bad = [...load.bad.values()].reduce((sum, each) => sum + each, 0);
  for (const [what, times] of load.bad) say(`  ${target.name} ${scenario.name}: ${times} × ${what}`);
  return {
    prepared,
    cpuUs: (cpu * 1000) / count,
    perSecond: (count * 1000) / load.wallMs,
    p50Ms: quantile(load.latencies, 0.5),
    p99Ms: quantile(load.latencies, 0.99),
    rssMb: target.residentMb(),
    bad,
  };
}

const middle = (blocks: readonly Figures[]): Figures => ({
  cpuUs: median(blocks.map(({ cpuUs }) => cpuUs)),
  perSecond: median(blocks.map(({ perSecond }) => perSecond)),
  p50Ms: median(blocks.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(blocks.map(({ p99Ms }) => p99Ms)),
  rssMb: Math.max(...blocks.map(({ rssMb }) => rssMb)),
  bad: blocks.reduce((sum, { bad }) => sum + bad, 0),
});

/** Warms each server up, then measures round by round: ours, the peer, the floor. */
export async function measureAll(
  scenarios: readonly Scenario[],
  field: Field,
  options: Options,
): Promise<readonly Row[]> {
  const { rounds, scale, say } = options;
  const countOf = (scenario: Scenario): number => Math.max(connectionCount * 4, Math.round(scenario.count * scale));
  for (const scenario of scenarios) {
    say(`warming up ${scenario.name}`);
    for (let time = 0; time < warmUpBlocks; time++) {
      for (const target of [field.ours, field.peer]) await block(scenario, target, field, countOf(scenario), say);
    }
  }
  const found = new Map<Scenario, { ours: Figures[]; peer: Figures[]; floor: number[] }>();
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios) {
      const rows = found.get(scenario) ?? { ours: [], peer: [], floor: [] };
      found.set(scenario, rows);
      const ours = await block(scenario, field.ours, field, countOf(scenario), say);
      rows.ours.push(ours);
      rows.peer.push(await block(scenario, field.peer, field, countOf(scenario), say));
      rows.floor.push(1000 * (await field.floor.measure(ours.prepared, scenario.signs)));
      say(
        `round ${round}/${rounds} ${scenario.name}: ${rows.ours.at(-1)?.cpuUs.toFixed(0)} µs, peer ${rows.peer.at(-1)?.cpuUs.toFixed(0)} µs, floor ${rows.floor.at(-1)?.toFixed(0)} µs`,
      );
    }
  }
  return [...found].map(([scenario, { ours, peer, floor }]) => ({
    scenario,
    ours: middle(ours),
    peer: middle(peer),
    floorUs: median(floor),
  }));
}
